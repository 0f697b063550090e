/**
 * The memory suite: millions of frames of many sizes in one direction, the last of which the receiver keeps, and its
 * resident size all the while.
 */

import type { FloodCatalogue, FloodContender } from '../flood/catalogue.js';
import { type FloodMeasurement, runFloodTurn } from '../flood/turn.js';
import type { Child } from '../harness/child.js';
import { copiedPerByte } from '../harness/copies.js';
import { type MemorySample, type MemoryTrend, memoryTrend } from '../harness/memory-trend.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { residentBytes, usageOf } from '../harness/process-usage.js';
import { foldRates, rateSample } from '../harness/rates.js';
import type { MemoryOptions, MemoryResult, MemoryResultFile, MemoryTurnSample, Method } from '../harness/result.js';
import { median, rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';

/** One row, and what it showed so far. */
interface MemoryRow {
  contender: string;
  program: FloodContender;
  samples: MemoryTurnSample[];
  measurements: FloodMeasurement[];
}

/** What a run needs. */
export interface MemoryRun extends RunContext<MemoryRow, MemoryTurnSample> {
  options: MemoryOptions;
  catalogue: FloodCatalogue;
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'The trend of memory leaves out the first half of each turn.',
  clock: "The receiver's, from the accepted connection to its end.",
  figures: MEDIANS,
  verified: 'Every frame sent has to be counted, with as many bytes.',
  usage:
    "Processor time is the receiver's own count by the system; its resident size is read from /proc every 20 ms. Of 1,000 frames 999 are from 16 bytes to 4 kB and one is longer, each doubling of the size as likely as the next.",
};

const SAMPLE_MS = 20;
const SETTLED_SHARE = 0.5;
/** So many points of a turn's curve are kept. */
const CURVE_POINTS = 100;

/** Runs the suite. */
export function runMemory(run: MemoryRun): Promise<MemoryResultFile> {
  const { options, catalogue, progress, signal } = run;
  const rows = catalogue.found.map((program): MemoryRow => {
    return { contender: program.contender, program, samples: [], measurements: [] };
  });
  return runSuite({
    suite: 'memory',
    method: METHOD,
    options,
    rows,
    missing: catalogue.missing,
    measure: ({ contender: row, round }) => measure(row, round, run),
    resultOf,
    progress,
    signal,
  });
}

async function measure(
  row: MemoryRow,
  round: number,
  { options, catalogue, signal }: MemoryRun,
): Promise<MemoryTurnSample> {
  const resident: MemorySample[] = [];
  let timer: NodeJS.Timeout | undefined;
  try {
    const measurement = await runFloodTurn({
      name: row.contender,
      receiver: row.program,
      sender: catalogue.cProgram,
      frameBytes: options.maxFrameBytes,
      isMixed: true,
      amount: { frames: options.frames },
      onReceiving: (receiver) => {
        timer = watch(receiver, resident);
      },
      signal,
    });
    row.measurements.push(measurement);
    const { seconds, framesPerSec, ...usage } = rateSample(round, measurement.frames, measurement);
    return {
      ...usage,
      seconds,
      framesPerSec,
      resident: thinned(resident),
      trend: memoryTrend(resident, SETTLED_SHARE),
    };
  } finally {
    clearInterval(timer);
  }
}

/** Adds the resident size of the receiver from now on. */
function watch(receiver: Child, resident: MemorySample[]): NodeJS.Timeout {
  const startedMs = performance.now();
  return setInterval(() => {
    const rssBytes = usageOf(residentBytes, receiver);
    if (rssBytes !== null) resident.push({ atSeconds: rounded((performance.now() - startedMs) / 1000), rssBytes });
  }, SAMPLE_MS);
}

function thinned(samples: readonly MemorySample[]): MemorySample[] {
  const step = Math.ceil(samples.length / CURVE_POINTS);
  return samples.filter((_, at) => at % step === 0);
}

function resultOf({ contender, program, samples, measurements }: MemoryRow): MemoryResult {
  const meanBytes = measurements.reduce((sum, { payloadBytes, frames }) => sum + payloadBytes / frames, 0);
  const rates = foldRates(samples, meanBytes / measurements.length);
  const trends = samples.map(({ trend }) => trend).filter((trend) => trend !== null);
  return {
    contender,
    frames: rates.frames,
    framesPerSec: rates.framesPerSec,
    framesPerSecMin: rates.framesPerSecMin,
    framesPerSecMax: rates.framesPerSecMax,
    cpuNanosPerFrame: rates.cpuNanosPerFrame,
    copiedBytesPerByte: copiedPerByte(measurements),
    peakRssBytes: rates.peakRssBytes,
    settledRssBytes: medianOf(trends, ({ lastBytes }) => lastBytes),
    growth: medianOf(trends, ({ firstFloorBytes, lastFloorBytes }) => lastFloorBytes / firstFloorBytes - 1),
    samples,
    runtime: program.runtime,
  };
}

function medianOf(trends: readonly MemoryTrend[], figure: (trend: MemoryTrend) => number): number | null {
  return trends.length === 0 ? null : rounded(median(trends.map(figure)));
}

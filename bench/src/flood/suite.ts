/** The flood: runs every turn of the schedule, and folds the turns of a row at one frame size into its result. */
import { copiedPerByte } from '../harness/copies.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { FloodOptions, FloodResult, FloodResultFile, Method, RateSample } from '../harness/result.js';
import type { Turn } from '../harness/schedule.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';
import { foldWork } from '../harness/work.js';
import type { FloodCatalogue, FloodContender } from './catalogue.js';
import { type FloodMeasurement, runFloodTurn } from './turn.js';

/** One row at one frame size, and what it showed so far. */
interface FloodRow {
  contender: string;
  program: FloodContender;
  frameBytes: number;
  samples: RateSample[];
  measurements: FloodMeasurement[];
}

/** What a run needs. */
export interface FloodRun extends RunContext<FloodRow, RateSample> {
  options: FloodOptions;
  catalogue: FloodCatalogue;
}

const C = 'c';
const GO = 'go-bufio';
const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'None.',
  clock: "The receiver's, from the accepted connection to its end.",
  figures: `${MEDIANS} A ratio is the median of the ratios in each round.`,
  verified: 'Every frame sent has to be counted, with as many bytes.',
  usage: "Processor time is the receiver's own count by the system, memory its greatest resident size.",
};

/** Runs the suite. Rows of the same frame size are neighbours in a round: only they are compared. */
export function runFlood({ options, catalogue, progress, signal }: FloodRun): Promise<FloodResultFile> {
  const rows = options.frameBytes.flatMap((frameBytes) =>
    catalogue.found.map((program): FloodRow => {
      return { contender: program.contender, program, frameBytes, samples: [], measurements: [] };
    }),
  );
  const measure = async ({ contender: row, round }: Turn<FloodRow>): Promise<RateSample> => {
    const { contender: name, program: receiver, frameBytes } = row;
    const sender = catalogue.cProgram;
    const { amount } = options;
    const measurement = await runFloodTurn({ name, receiver, sender, frameBytes, amount, signal });
    row.measurements.push(measurement);
    return rateSample(round, measurement.frames, measurement);
  };
  return runSuite({
    suite: 'flood',
    method: METHOD,
    options,
    rows,
    missing: catalogue.missing,
    measure,
    resultOf: (row) => resultOf(row, rows),
    progress,
    signal,
  });
}

function resultOf(
  { contender, program, frameBytes, samples, measurements }: FloodRow,
  rows: readonly FloodRow[],
): FloodResult {
  const ratioTo = (name: string): number | null => {
    const base = rows.find((row) => row.contender === name && row.frameBytes === frameBytes);
    return ratioOverRounds(samples, base?.samples);
  };
  return {
    contender,
    ...foldRates(samples, frameBytes),
    ratioToC: ratioTo(C),
    ratioToGo: ratioTo(GO),
    copiedBytesPerByte: copiedPerByte(measurements),
    ...foldWork(measurements),
    runtime: program.runtime,
  };
}

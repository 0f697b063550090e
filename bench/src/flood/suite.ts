/** The flood: runs every turn of the schedule, and folds the turns of a row at one frame size into its result. */
import { describeMachine } from '../harness/machine.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { FloodOptions, FloodResult, FloodResultFile, RateSample } from '../harness/result.js';
import { schedule, type Turn } from '../harness/schedule.js';
import { rounded, sumOfKnown } from '../harness/statistics.js';
import { runTurns, type TurnProgress } from '../harness/turns.js';
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
export interface FloodRun {
  options: FloodOptions;
  catalogue: FloodCatalogue;
  progress: TurnProgress<FloodRow, RateSample>;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

const C = 'c';
const GO = 'go-bufio';

/** Runs the suite. Rows of the same frame size are neighbours in a round: only they are compared. */
export async function runFlood({ options, catalogue, progress, signal }: FloodRun): Promise<FloodResultFile> {
  const startedAt = new Date().toISOString();
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
    const sample = rateSample(round, measurement.frames, measurement);
    row.samples.push(sample);
    row.measurements.push(measurement);
    return sample;
  };
  const failed = await runTurns(schedule(rows, options.rounds, options.rounds), { measure, progress, signal });
  return {
    suite: 'flood',
    machine: await describeMachine(),
    startedAt,
    options,
    results: rows
      .filter(({ contender, samples }) => samples.length > 0 && failed.every((each) => each.contender !== contender))
      .map((row) => resultOf(row, rows)),
    missing: catalogue.missing,
    failed,
    interrupted: signal.aborted,
  };
}

function resultOf(
  { contender, program, frameBytes, samples, measurements }: FloodRow,
  rows: readonly FloodRow[],
): FloodResult {
  const ratioTo = (name: string): number | null => {
    const base = rows.find((row) => row.contender === name && row.frameBytes === frameBytes);
    return ratioOverRounds(samples, base?.samples);
  };
  const bytesCopied = sumOfKnown(measurements.map((measurement) => measurement.bytesCopied));
  const bytesReceived = measurements.reduce((sum, measurement) => sum + measurement.bytesReceived, 0);
  return {
    contender,
    ...foldRates(samples, frameBytes),
    ratioToC: ratioTo(C),
    ratioToGo: ratioTo(GO),
    copiedBytesPerByte: bytesCopied === null ? null : rounded(bytesCopied / bytesReceived),
    runtime: program.runtime,
  };
}

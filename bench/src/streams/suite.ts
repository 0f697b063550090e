/** The streams suite: runs every turn of the schedule, and folds the turns of a row at one size into its result. */
import { describeMachine } from '../harness/machine.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { RateSample, StreamsOptions, StreamsResult, StreamsResultFile, StreamsTask } from '../harness/result.js';
import { schedule, type Turn } from '../harness/schedule.js';
import { rounded, sumOfKnown } from '../harness/statistics.js';
import { runTurns, type TurnProgress } from '../harness/turns.js';
import { TASK_NAMES, TASKS } from './tasks.js';
import { runStreamsTurn, type StreamsMeasurement } from './turn.js';

/** One row at one size, and what it showed so far. */
interface StreamsRow {
  contender: string;
  task: StreamsTask;
  itemBytes: number;
  samples: RateSample[];
  measurements: StreamsMeasurement[];
}

/** What a run needs. */
export interface StreamsRun {
  options: StreamsOptions;
  /** The rows to run, in every task that they are of. */
  contenders: readonly string[];
  progress: TurnProgress<StreamsRow, RateSample>;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

/** Runs the suite. Rows of the same task and size are neighbours in a round: only they are compared. */
export async function runStreams({ options, contenders, progress, signal }: StreamsRun): Promise<StreamsResultFile> {
  const startedAt = new Date().toISOString();
  const rows = rowsOf(options, contenders);
  const measure = async ({ contender: row, round }: Turn<StreamsRow>): Promise<RateSample> => {
    const { contender: reader, task, itemBytes } = row;
    const measurement = await runStreamsTurn({ reader, task, itemBytes, seconds: options.seconds, signal });
    const sample = rateSample(round, measurement.items, measurement);
    row.samples.push(sample);
    row.measurements.push(measurement);
    return sample;
  };
  const failed = await runTurns(schedule(rows, options.rounds, options.rounds), { measure, progress, signal });
  return {
    suite: 'streams',
    machine: await describeMachine(),
    startedAt,
    options,
    results: rows
      .filter(({ contender, samples }) => samples.length > 0 && failed.every((each) => each.contender !== contender))
      .map((row) => resultOf(row, rows)),
    missing: [],
    failed,
    interrupted: signal.aborted,
  };
}

function rowsOf({ sizes }: StreamsOptions, contenders: readonly string[]): StreamsRow[] {
  return TASK_NAMES.flatMap((task) =>
    (sizes[task] ?? []).flatMap((itemBytes) =>
      TASKS[task].readers
        .filter((reader) => contenders.includes(reader))
        .map((contender): StreamsRow => ({ contender, task, itemBytes, samples: [], measurements: [] })),
    ),
  );
}

function resultOf(row: StreamsRow, rows: readonly StreamsRow[]): StreamsResult {
  const { contender, task, itemBytes, samples, measurements } = row;
  const beside = rows.filter((other) => other.task === task && other.itemBytes === itemBytes);
  const ratios = TASKS[task].bases.flatMap((base): [string, number][] => {
    const ratio = ratioOverRounds(samples, beside.find((other) => other.contender === base)?.samples);
    return ratio === null ? [] : [[base, ratio]];
  });
  const bytesCopied = sumOfKnown(measurements.map((measurement) => measurement.bytesCopied));
  const bytesReceived = measurements.reduce((sum, measurement) => sum + measurement.bytesReceived, 0);
  return {
    contender,
    task,
    ...foldRates(samples, itemBytes),
    ratios: Object.fromEntries(ratios),
    costToSmallest: costToSmallest(row, rows),
    copiedBytesPerByte: bytesCopied === null ? null : rounded(bytesCopied / bytesReceived),
    runtime: `node ${process.versions.node}`,
  };
}

/** Of `until`: seconds per byte over those at the row's smallest size; null when this is that size, or it was not measured. */
function costToSmallest(
  { contender, task, itemBytes, samples }: StreamsRow,
  rows: readonly StreamsRow[],
): number | null {
  if (task !== 'until') return null;
  const same = rows.filter((other) => other.contender === contender && other.task === task);
  const smallest = same.reduce((least, other) => (other.itemBytes < least.itemBytes ? other : least));
  if (smallest.itemBytes === itemBytes) return null;
  const frameRatio = ratioOverRounds(smallest.samples, samples);
  return frameRatio === null ? null : rounded((frameRatio * smallest.itemBytes) / itemBytes);
}

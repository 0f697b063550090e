/** The streams suite: lines, exact amounts, far delimiters and waiting views, read in every way. */
import { copiedPerByte } from '../harness/copies.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type {
  Method,
  RateSample,
  StreamsOptions,
  StreamsResult,
  StreamsResultFile,
  StreamsTask,
} from '../harness/result.js';
import { rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';
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
export interface StreamsRun extends RunContext<StreamsRow, RateSample> {
  options: StreamsOptions;
  /** The rows to run, in every task that they are of. */
  contenders: readonly string[];
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'About a megabyte of items, one at least, over a connection of its own.',
  clock: "The reader's, from the accepted connection to its end.",
  figures: `${MEDIANS} A ratio is the median of the ratios in each round.`,
  verified:
    'Of the items before the clock, a digest of every byte and of where they were cut; of the others, every one has to be counted, with as many bytes.',
  usage: "Processor time is the reader's own count by the system, memory its greatest resident size.",
};

/** Runs the suite. Rows of the same task and size are neighbours in a round: only they are compared. */
export function runStreams({ options, contenders, progress, signal }: StreamsRun): Promise<StreamsResultFile> {
  const rows = rowsOf(options, contenders);
  return runSuite({
    suite: 'streams',
    method: METHOD,
    options,
    rows,
    missing: [],
    measure: async ({ contender: row, round }) => {
      const { contender: reader, task, itemBytes } = row;
      const measurement = await runStreamsTurn({ reader, task, itemBytes, seconds: options.seconds, signal });
      row.measurements.push(measurement);
      return rateSample(round, measurement.items, measurement);
    },
    resultOf: (row) => resultOf(row, rows),
    progress,
    signal,
  });
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
  return {
    contender,
    task,
    ...foldRates(samples, itemBytes),
    ratios: Object.fromEntries(ratios),
    costToSmallest: costToSmallest(row, rows),
    copiedBytesPerByte: copiedPerByte(measurements),
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

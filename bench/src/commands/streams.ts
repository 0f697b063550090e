/** `streams`: lines, exact amounts and far delimiters, read in every way. */
import type { StreamsOptions, StreamsResultFile, StreamsTask } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { formatBytes, formatRate } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { runStreams, type StreamsRun } from '../streams/suite.js';
import { streamsSummary, streamsTables } from '../streams/table.js';
import { READERS, TASK_NAMES, TASKS } from '../streams/tasks.js';
import { frameByteCounts, oneOf, parseOptions, UsageError, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** What `--help` says. */
export const streamsHelp: string = `streams       lines, frames by exact reads, far delimiters and waiting views, one row per way of reading
  --tasks A,B         what is read (all): ${TASK_NAMES.join(', ')}
  --bytes N,M         bytes of payload per item, for one task:
                      ${TASK_NAMES.map((task) => `${task} (${TASKS[task].sizes.join(',')})`).join(', ')}
  --milliseconds N    how long each turn sends (1000)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run (all): ${READERS.slice(0, 6).join(', ')},
                      ${READERS.slice(6).join(', ')}
  --quick             fewer sizes, 300 ms in each of 3 rounds, where not given
${suiteHelp('streams')}`;

/** Runs the command; resolves to the exit status. */
export async function streams(args: string[]): Promise<number> {
  const { options, asked } = parseStreams(args);
  const progress: StreamsRun['progress'] = makeTurnProgress(
    ({ contender, itemBytes }) => `${contender} at ${formatBytes(itemBytes)}`,
    ({ framesPerSec }) => `${formatRate(framesPerSec)} a second`,
  );
  return runSuiteCommand({
    asked,
    missing: [],
    run: (signal) => runStreams({ options, contenders: asked.names, progress, signal }),
    text: readable,
  });
}

function parseStreams(args: string[]): { options: StreamsOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    tasks: { type: 'string' },
    bytes: { type: 'string' },
    milliseconds: { type: 'string' },
  });
  const { quick } = values;
  const milliseconds = wholeNumber('milliseconds', values.milliseconds ?? (quick ? '300' : '1000'), 1);
  return {
    options: {
      sizes: sizesOf(values.tasks, values.bytes, quick),
      seconds: milliseconds / 1000,
      rounds: wholeNumber('rounds', values.rounds ?? (quick ? '3' : '5'), 1),
    },
    asked: askedOf(values, READERS),
  };
}

function sizesOf(tasks: string | undefined, bytes: string | undefined, quick: boolean): StreamsOptions['sizes'] {
  const wanted: readonly StreamsTask[] =
    tasks === undefined ? TASK_NAMES : tasks.split(',').map((task) => oneOf('tasks', task.trim(), TASK_NAMES));
  if (bytes !== undefined && wanted.length !== 1) throw new UsageError('--bytes wants one task beside it, as --tasks');
  const given = bytes === undefined ? undefined : frameByteCounts('bytes', bytes, 1);
  return Object.fromEntries(
    wanted.map((task) => [task, given ?? [...(quick ? TASKS[task].quickSizes : TASKS[task].sizes)]]),
  );
}

function readable(result: StreamsResultFile): string {
  const tables = streamsTables(result).map(({ title, table }) => `${title}\n${textTable(table)}`);
  return `${tables.join('\n\n')}\n${streamsSummary(result)}`;
}

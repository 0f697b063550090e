/** The tables of the streams suite: one for each task and size, fastest row first. */
import type { StreamsResult, StreamsResultFile, StreamsTask } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import {
  formatBytes,
  formatCount,
  formatHundredths,
  formatMillions,
  formatRate,
  formatShare,
} from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';
import { TASK_NAMES, TASKS } from './tasks.js';

/** A table, and what it is about. */
export interface StreamsTable {
  title: string;
  table: FigureTable;
}

const TITLES: Readonly<Record<StreamsTask, string>> = {
  lines: 'Lines of',
  frames: 'Frames with a header of 8 bytes, and a body of',
  until: 'Up to a delimiter behind',
  idle: 'A view that waits, of',
};

/** Every table, in the order of the tasks. */
export function streamsTables(file: StreamsResultFile): StreamsTable[] {
  return TASK_NAMES.flatMap((task) =>
    (file.options.sizes[task] ?? []).map((itemBytes) => ({
      title: `${TITLES[task]} ${formatBytes(itemBytes)}`,
      table: tableOf(file, task, itemBytes),
    })),
  );
}

function tableOf({ results, failed }: StreamsResultFile, task: StreamsTask, itemBytes: number): FigureTable {
  const { readers } = TASKS[task];
  const here = results.filter((result) => result.task === task && result.frameBytes === itemBytes);
  const bases = TASKS[task].bases.filter((base) => here.some(({ contender }) => contender === base));
  const hasCost = task === 'until';
  const heads = [
    'reader',
    ...(task === 'lines' ? ['10⁶ lines/s'] : []),
    'MB/s',
    'min–max',
    ...bases.map((base) => `× ${base}`),
    ...(hasCost ? ['cost per byte × smallest'] : []),
    task === 'lines' ? 'CPU ns/line' : 'CPU s/GB',
    'copies/byte',
  ];
  const measured = (result: StreamsResult): string[] => [
    result.contender,
    ...(task === 'lines' ? [formatMillions(result.framesPerSec)] : []),
    formatRate(result.mbPerSec),
    `${formatRate(megabytes(result, result.framesPerSecMin))}–${formatRate(megabytes(result, result.framesPerSecMax))}`,
    ...bases.map((base) => formatHundredths(result.ratios[base] ?? null)),
    ...(hasCost ? [formatHundredths(result.costToSmallest)] : []),
    task === 'lines' ? formatRate(result.cpuNanosPerFrame) : formatHundredths(result.cpuSecPerGB),
    formatShare(result.copiedBytesPerByte),
  ];
  return {
    heads,
    rows: [
      ...here.toSorted((left, right) => right.framesPerSec - left.framesPerSec).map(measured),
      ...absentCells(
        { failed: failed.filter(({ contender }) => readers.includes(contender)), missing: [] },
        heads.length,
      ),
    ],
  };
}

function megabytes({ frameBytes }: StreamsResult, framesPerSec: number): number {
  return (framesPerSec * frameBytes) / 1e6;
}

/** How it was measured, in a few sentences. */
export function streamsSummary({ options, interrupted }: StreamsResultFile): string {
  return (
    `A sender in Node and one reader, both started for each turn: ${options.seconds} s a turn, one item at least, in ` +
    `${formatCount(options.rounds, 'alternating round')}${interrupted ? ' (stopped before the last)' : ''}; medians. ` +
    `A ratio is the median of the ratios in each round. CPU time is the reader's.`
  );
}

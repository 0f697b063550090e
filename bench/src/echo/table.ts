/** The echo table: one row per way of receiving, fastest first, rows that could not run here at the end. */
import type { EchoResult, EchoResultFile } from '../harness/result.js';
import { formatCounts } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

/** The row that others are compared with. */
export const BASELINE = 'node-data';
const UNKNOWN = '–';

/** What is told of every measured row. */
export const FIGURE_HEADS: readonly string[] = [
  'way of receiving',
  'MB/s',
  'min–max',
  `× ${BASELINE}`,
  'CPU s/GB',
  'server peak MB',
  'copies/byte',
];

/** The table of a result. */
export function echoTable(file: EchoResultFile): FigureTable {
  const { results, missing, failed, thread2017 } = file;
  const baseline = results.find(({ contender }) => contender === BASELINE);
  const in2017 = (name: string): string => {
    const figure = thread2017.find(({ contender }) => contender === name);
    if (figure === undefined) return '';
    return figure.note === undefined ? String(figure.mbPerSec) : `${figure.mbPerSec} (${figure.note})`;
  };
  const notRun = (name: string, why: string): string[] => [name, why, ...Array<string>(5).fill(''), in2017(name)];
  return {
    heads: [...FIGURE_HEADS, 'MB/s in the 2017 thread (100 MB frames, another machine)'],
    rows: [
      ...results
        .toSorted((left, right) => right.mbPerSec - left.mbPerSec)
        .map((result) => [...figureCells(result, baseline), in2017(result.contender)]),
      ...failed.map(({ contender }) => notRun(contender, 'failed')),
      ...missing.map(({ contender }) => notRun(contender, 'not here')),
    ],
  };
}

/** The cells of a row, as far as `FIGURE_HEADS` go. */
export function figureCells(result: EchoResult, baseline: EchoResult | undefined): string[] {
  return [
    result.contender,
    figure(result.mbPerSec),
    `${figure(result.mbPerSecMin)}–${figure(result.mbPerSecMax)}`,
    baseline === undefined ? UNKNOWN : (result.mbPerSec / baseline.mbPerSec).toFixed(2),
    result.cpuSecPerGB === null ? UNKNOWN : result.cpuSecPerGB.toFixed(2),
    result.peakRssBytes === null ? UNKNOWN : figure(result.peakRssBytes / 1e6),
    result.copiedBytesPerByte === null ? UNKNOWN : result.copiedBytesPerByte.toFixed(3),
  ];
}

/** What was measured, in one sentence. */
export function echoSummary({ machine, options, startedAt, results, interrupted }: EchoResultFile): string {
  const frameSize = `${count(options.frameBytes / 1e6)} MB`;
  const frames = formatCounts(
    results.map((result) => result.frames),
    'timed frame',
  );
  const rounds = formatCounts(
    results.map(({ samples }) => samples.length),
    'alternating round',
  );
  const client = options.client === 'c' ? ', the C client before every server' : '';
  return (
    `Frames of ${frameSize} echoed store-and-forward over loopback${client}: ${frames} per row in ` +
    `${rounds}${interrupted ? ' (stopped before the last)' : ''}, medians; MB/s of payload one way. ` +
    `${startedAt.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.system}, ` +
    `Node ${machine.node}, landfall ${machine.landfall}${machine.commit === null ? '' : ` (${machine.commit})`}.`
  );
}

/** Three digits at least, no decimals from 100 on. */
function figure(value: number): string {
  return value < 100 ? value.toPrecision(3) : count(Math.round(value));
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** The third part: where the time goes for each way of receiving, as far as the result files tell. */
import { echoTable } from '../echo/table.js';
import { floodTable } from '../flood/table.js';
import type { EchoResult, EchoResultFile, FloodResult, FloodResultFile, Work } from '../harness/result.js';
import { type Bar, drawBars } from './bar-plot.js';
import { colorKey, drawFigure } from './figure.js';
import { formatBytes, formatHundredths, formatMegabytes, formatNanos, formatShare } from './format.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part } from './part.js';
import { workTable } from './work-table.js';

/** One figure of each row. */
interface Cost<Row> {
  title: string;
  note: string;
  value(row: Row): number | null;
  /** Of the value, what is drawn in full colour; all of it without this. */
  full?(row: Row): number | null;
  label(row: Row): string;
  /** What is written below the axis; plain numbers without it. */
  axis?(value: number): string;
}

const KINDS_WORDS = 'In full colour what was in user mode, pale the kernel’s, where a row can tell.';

const ECHO_COSTS: readonly Cost<EchoResult>[] = [
  {
    title: 'Processor time, seconds per GB echoed',
    note: `Of client and server together, per GB of payload in one direction. ${KINDS_WORDS} Less is better.`,
    value: ({ cpuSecPerGB }) => cpuSecPerGB,
    full: (row) => userPart(row.cpuSecPerGB, row),
    label: ({ cpuSecPerGB }) => formatHundredths(cpuSecPerGB),
  },
  {
    title: 'Copies of each received byte',
    note: 'What the program copied after the kernel’s own copy, both ends together, by its own count. Less is better.',
    value: ({ copiedBytesPerByte }) => copiedBytesPerByte,
    label: ({ copiedBytesPerByte }) => formatShare(copiedBytesPerByte),
  },
  {
    title: 'Peak memory of the server, MB',
    note: 'Greatest resident size of the whole process: the runtime, the frame, and garbage not yet collected. Less is better.',
    value: ({ peakRssBytes }) => (peakRssBytes === null ? null : peakRssBytes / 1e6),
    label: ({ peakRssBytes }) => formatMegabytes(peakRssBytes),
  },
];

const FLOOD_COSTS: readonly Cost<FloodResult>[] = [
  {
    title: 'processor time for each',
    note: `Of the receiver. ${KINDS_WORDS} Less is better.`,
    value: ({ cpuNanosPerFrame }) => cpuNanosPerFrame,
    full: (row) => userPart(row.cpuNanosPerFrame, row),
    label: ({ cpuNanosPerFrame }) => formatNanos(cpuNanosPerFrame),
    axis: formatNanos,
  },
  {
    title: 'copies of each received byte',
    note: 'By the program’s own count. Less is better.',
    value: ({ copiedBytesPerByte }) => copiedBytesPerByte,
    label: ({ copiedBytesPerByte }) => formatShare(copiedBytesPerByte),
  },
];

/** The part. */
export function costPart(echo: EchoResultFile | undefined, flood: FloodResultFile | undefined): Part {
  const body = html`<p>A row that cannot know a figure has a dash, or a bar of one colour. Receives are those that brought bytes,
as the program sees them; a vectored write counts once. Collections of garbage are counted in Node.js alone, with the time that the main thread stood still for them.</p>
${colorKey()}
<h3>Large frames, there and back</h3>
${echo === undefined ? missingNotice('echo') : html`<div class="plots">${ECHO_COSTS.map((cost) => echoFigure(cost, echo))}</div>${echoWork(echo)}`}
<h3>Frames that go one way</h3>
${flood === undefined ? missingNotice('flood') : html`<div class="plots">${floodFigures(flood)}</div>${floodWork(flood)}`}`;
  return { id: 'cost', title: 'Where the time goes', body };
}

function echoFigure(cost: Cost<EchoResult>, file: EchoResultFile): Html {
  return costFigure(cost, file.results, () => ({ title: cost.title, table: echoTable(file) }));
}

function echoWork({ results }: EchoResultFile): Html {
  const title = 'User time of both ends; receives, writes and collections of the server, inside the clock';
  return workTable(title, results);
}

/** The smallest size, where each frame counts, and the largest, where each byte does. */
function endSizes({ options }: FloodResultFile): number[] {
  return [...new Set([Math.min(...options.frameBytes), Math.max(...options.frameBytes)])];
}

function floodWork(file: FloodResultFile): Html[] {
  return endSizes(file).map((frameBytes) => {
    const rows = file.results.filter((result) => result.frameBytes === frameBytes);
    return workTable(`Frames of ${formatBytes(frameBytes)}, of the receiver`, rows);
  });
}

function floodFigures(file: FloodResultFile): Html[] {
  return endSizes(file).flatMap((frameBytes) => {
    const rows = file.results.filter((result) => result.frameBytes === frameBytes);
    return FLOOD_COSTS.map((cost) =>
      costFigure(cost, rows, () => ({
        title: `Frames of ${formatBytes(frameBytes)}: ${cost.title}`,
        table: floodTable(file, frameBytes),
      })),
    );
  });
}

/** Unknown where a row cannot tell, as in a result that was kept before this was measured. */
function userPart(whole: number | null, { userCpuShare = null }: Partial<Work>): number | null {
  return whole === null || userCpuShare === null ? null : whole * userCpuShare;
}

/** Least first, rows that do not know at the end; a sentence where none knows. */
function costFigure<Row extends { contender: string }>(
  { note, value, full, label, axis }: Cost<Row>,
  rows: readonly Row[],
  naming: () => Pick<Parameters<typeof drawFigure>[0], 'title' | 'table'>,
): Html {
  const { title, table } = naming();
  const bars = rows
    .map((row): Bar => ({ contender: row.contender, value: value(row), full: full?.(row), label: label(row) }))
    .toSorted((left, right) => (left.value ?? Number.MAX_VALUE) - (right.value ?? Number.MAX_VALUE));
  const isKnown = bars.some((bar) => bar.value !== null);
  const picture = isKnown ? drawBars(title, bars, axis) : html`<p>No row can tell this figure here.</p>`;
  return drawFigure({ title, note, picture, table });
}

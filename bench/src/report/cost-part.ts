/** The third part: where the time goes for each way of receiving, as far as the result files tell. */
import { echoTable } from '../echo/table.js';
import { floodTable } from '../flood/table.js';
import type { EchoResult, EchoResultFile, FloodResult, FloodResultFile } from '../harness/result.js';
import { type Bar, drawBars } from './bar-plot.js';
import { colorKey, drawFigure } from './figure.js';
import { formatBytes, formatHundredths, formatMegabytes, formatNanos, formatShare } from './format.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part } from './part.js';

/** One figure of each row. */
interface Cost<Row> {
  title: string;
  note: string;
  value(row: Row): number | null;
  label(row: Row): string;
  /** What is written below the axis; plain numbers without it. */
  axis?(value: number): string;
}

const ECHO_COSTS: readonly Cost<EchoResult>[] = [
  {
    title: 'Processor time, seconds per GB echoed',
    note: 'User and system time of client and server together, per GB of payload in one direction. Less is better.',
    value: ({ cpuSecPerGB }) => cpuSecPerGB,
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
    note: 'User and system time of the receiver. Less is better.',
    value: ({ cpuNanosPerFrame }) => cpuNanosPerFrame,
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
  const body = html`<p>A row that cannot know a figure has a dash. Garbage shows in memory only.
What these files hold is processor time as a whole, copies and memory: not user time apart from system time, and not how many system calls a frame takes.</p>
${colorKey()}
<h3>Large frames, there and back</h3>
${echo === undefined ? missingNotice('echo') : html`<div class="plots">${ECHO_COSTS.map((cost) => echoFigure(cost, echo))}</div>`}
<h3>Frames that go one way</h3>
${flood === undefined ? missingNotice('flood') : html`<div class="plots">${floodFigures(flood)}</div>`}`;
  return { id: 'cost', title: 'Where the time goes', body };
}

function echoFigure(cost: Cost<EchoResult>, file: EchoResultFile): Html {
  return costFigure(cost, file.results, () => ({ title: cost.title, table: echoTable(file) }));
}

/** Of the smallest size, where each frame counts, and of the largest, where each byte does. */
function floodFigures(file: FloodResultFile): Html[] {
  const sizes = file.options.frameBytes;
  const ends = [...new Set([Math.min(...sizes), Math.max(...sizes)])];
  return ends.flatMap((frameBytes) => {
    const rows = file.results.filter((result) => result.frameBytes === frameBytes);
    return FLOOD_COSTS.map((cost) =>
      costFigure(cost, rows, () => ({
        title: `Frames of ${formatBytes(frameBytes)}: ${cost.title}`,
        table: floodTable(file, frameBytes),
      })),
    );
  });
}

/** Least first, rows that do not know at the end; a sentence where none knows. */
function costFigure<Row extends { contender: string }>(
  { note, value, label, axis }: Cost<Row>,
  rows: readonly Row[],
  naming: () => Pick<Parameters<typeof drawFigure>[0], 'title' | 'table'>,
): Html {
  const { title, table } = naming();
  const bars = rows
    .map((row): Bar => ({ contender: row.contender, value: value(row), label: label(row) }))
    .toSorted((left, right) => (left.value ?? Number.MAX_VALUE) - (right.value ?? Number.MAX_VALUE));
  const isKnown = bars.some((bar) => bar.value !== null);
  const picture = isKnown ? drawBars(title, bars, axis) : html`<p>No row can tell this figure here.</p>`;
  return drawFigure({ title, note, picture, table });
}

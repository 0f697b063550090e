/** The part on byte streams: lines, exact reads, far delimiters, waiting views. */
import type { StreamsResult, StreamsResultFile, StreamsTask } from '../harness/result.js';
import { type StreamsTable, streamsSummary, streamsTables } from '../streams/table.js';
import { TASK_NAMES } from '../streams/tasks.js';
import { colorKey } from './figure.js';
import { formatAbout, formatRate } from './format.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawRates } from './rate-figure.js';

/** The part; without a result it says how to make one. */
export function streamsPart(file: StreamsResultFile | undefined): Part {
  const head = { id: 'streams', title: 'Streams and lines' };
  if (file === undefined) return { ...head, body: missingNotice('streams') };
  const tables = streamsTables(file);
  const places = TASK_NAMES.flatMap((task) =>
    (file.options.sizes[task] ?? []).map((itemBytes) => ({ task, itemBytes })),
  );
  const figures = places.map(({ task, itemBytes }, at) => {
    const rows = file.results.filter((result) => result.task === task && result.frameBytes === itemBytes);
    return taskFigure(task, rows, tables[at]);
  });
  const note = html`<p class="faint"><code>unsplit</code> reads lines without splitting them: it shows what the rest costs.</p>`;
  return {
    ...head,
    body: html`${runNote(file, streamsSummary(file))}${note}${colorKey()}<div class="plots">${figures}</div>`,
  };
}

function taskFigure(task: StreamsTask, rows: readonly StreamsResult[], table: StreamsTable | undefined): Html {
  if (table === undefined) return html``;
  const isLines = task === 'lines';
  return drawRates({
    title: `${table.title}: ${isLines ? 'a second' : 'MB/s'}`,
    rows,
    rateOf: ({ frameBytes, framesPerSec, framesPerSecMin, framesPerSecMax }) => {
      const perFrame = isLines ? 1 : frameBytes / 1e6;
      return [framesPerSec * perFrame, framesPerSecMin * perFrame, framesPerSecMax * perFrame];
    },
    words: isLines ? formatAbout : formatRate,
    table: table.table,
  });
}

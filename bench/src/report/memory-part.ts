/** The part on memory: resident size over time while frames arrive, and what a connection that does nothing holds. */
import type { IdleResult, IdleResultFile, IdleSide, MemoryResult, MemoryResultFile } from '../harness/result.js';
import { memorySummary, memoryTable } from '../memory/table.js';
import { type Bar, drawBars } from './bar-plot.js';
import { colorKey, drawFigure } from './figure.js';
import { formatCount, formatWhole } from './format.js';
import { type Html, html } from './html.js';
import { drawLines, type Line } from './line-plot.js';
import { missingNotice, type Part, runNote } from './part.js';
import type { FigureTable } from './text-table.js';

/** The part. */
export function memoryPart(memory: MemoryResultFile | undefined, idle: IdleResultFile | undefined): Part {
  const body = html`<h3>While frames arrive</h3>
${memory === undefined ? missingNotice('memory') : memoryFigures(memory)}
<h3>Of connections that do nothing</h3>
${idle === undefined ? missingNotice('idle') : idleFigures(idle)}`;
  return { id: 'memory', title: 'Memory', body };
}

function memoryFigures(file: MemoryResultFile): Html {
  const lines = file.results.map(residentLine).filter(({ points }) => points.length > 1);
  const note = runNote(file, memorySummary(file));
  if (lines.length === 0) return html`${note}<p>The system does not tell resident sizes here.</p>`;
  const title = 'Resident memory over a turn, MB';
  const picture = drawLines(
    title,
    lines,
    { scale: 'linear', name: 'of the turn’s time', min: 0, max: 100, step: 25, words: (share) => `${share} %` },
    { scale: 'linear', name: 'MB', min: 0, words: formatWhole },
  );
  const figure = drawFigure({
    title,
    note: 'The last round of each row. Rows take different times; each is drawn over its own. Flat is good, low is better.',
    picture,
    table: memoryTable(file),
  });
  return html`${note}<div class="plots">${figure}</div>`;
}

function residentLine({ contender, samples }: MemoryResult): Line {
  const { resident, seconds } = samples.at(-1) ?? { resident: [], seconds: 1 };
  const within = resident.filter(({ atSeconds }) => atSeconds <= seconds);
  return {
    contender,
    points: within.map(({ atSeconds, rssBytes }) => ({ x: (atSeconds / seconds) * 100, y: rssBytes / 1e6 })),
  };
}

const SIDE_WORDS: Readonly<Record<IdleSide, string>> = {
  accepted: 'Accepted connections',
  connecting: 'Connections made',
};

function idleFigures(file: IdleResultFile): Html {
  const { options, results } = file;
  const rounds = formatCount(options.rounds, 'round');
  const quick = options.quick ? ' Measured quickly, with the memory of new objects in it: noisy.' : '';
  const summary = `${formatCount(options.connections, 'connection')} that do nothing, ${rounds}; plain sockets (node) on the other end.${quick}`;
  const sides = Object.keys(SIDE_WORDS) as IdleSide[];
  const figures = sides.map((side) =>
    idleFigure(
      side,
      results.filter((result) => result.side === side),
    ),
  );
  return html`${runNote(file, summary)}${colorKey()}<div class="plots">${figures}</div>`;
}

function idleFigure(side: IdleSide, rows: readonly IdleResult[]): Html {
  if (rows.length === 0) return html``;
  const title = `${SIDE_WORDS[side]}: resident bytes for each`;
  const sorted = rows.toSorted((left, right) => left.bytesPerConnection - right.bytesPerConnection);
  const bars = sorted.map(
    ({ contender, bytesPerConnection, bytesPerConnectionMin, bytesPerConnectionMax }): Bar => ({
      contender,
      value: bytesPerConnection,
      range: [bytesPerConnectionMin, bytesPerConnectionMax],
      label: formatWhole(bytesPerConnection),
    }),
  );
  const note = 'Above the process without connections; whiskers over the rounds. Less is better.';
  return drawFigure({ title, note, picture: drawBars(title, bars), table: idleTable(sorted) });
}

function idleTable(rows: readonly IdleResult[]): FigureTable {
  return {
    heads: ['row', 'bytes each', 'min–max', 'rounds'],
    rows: rows.map(({ contender, bytesPerConnection, bytesPerConnectionMin, bytesPerConnectionMax, samples }) => [
      contender,
      formatWhole(bytesPerConnection),
      `${formatWhole(bytesPerConnectionMin)}–${formatWhole(bytesPerConnectionMax)}`,
      formatWhole(samples.length),
    ]),
  };
}

/** The second part: how cost grows with the size of frames, and with the number of connections. */
import { connectionsSummary, connectionsTable } from '../connections/table.js';
import { floodSummary, floodTable } from '../flood/table.js';
import type { ConnectionsResultFile, FloodResultFile } from '../harness/result.js';
import { drawBars } from './bar-plot.js';
import { colorKey, drawFigure } from './figure.js';
import { formatAbout, formatBytes, formatCount, formatNanos, formatWhole } from './format.js';
import { drawGrowth } from './growth-figures.js';
import { type Html, html } from './html.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawRates } from './rate-figure.js';

/** The part; where a suite ran at one size only, there are bars and no lines. */
export function growthPart(flood: FloodResultFile | undefined, connections: ConnectionsResultFile | undefined): Part {
  const body = html`<h3>With the size of frames that go one way</h3>
${flood === undefined ? missingNotice('flood') : floodFigures(flood)}
<h3>With the number of connections</h3>
${connections === undefined ? missingNotice('connections') : connectionFigures(connections)}`;
  return { id: 'growth', title: 'How cost grows', body };
}

function floodFigures(file: FloodResultFile): Html {
  const { results, options } = file;
  const growth = drawGrowth({
    title: 'Time for a frame',
    note: 'From one frame to the next; whiskers over the rounds. Both axes are logarithmic. Less is better.',
    x: { name: 'payload of a frame', words: formatBytes },
    y: { name: 'time for a frame', words: formatNanos },
    points: results.map(({ contender, frameBytes, framesPerSec, framesPerSecMin, framesPerSecMax }) => ({
      contender,
      x: frameBytes,
      y: 1e9 / framesPerSec,
      range: [1e9 / framesPerSecMax, 1e9 / framesPerSecMin] as const,
    })),
  });
  const sizes = options.frameBytes.map((frameBytes) => floodBars(file, frameBytes));
  return html`${runNote(file, floodSummary(file))}${growth}
<h3>Frames per second at each size</h3>${colorKey()}<div class="plots">${sizes}</div>`;
}

function floodBars(file: FloodResultFile, frameBytes: number): Html {
  return drawRates({
    title: `Frames of ${formatBytes(frameBytes)}, a second`,
    rows: file.results.filter((result) => result.frameBytes === frameBytes),
    rateOf: ({ framesPerSec, framesPerSecMin, framesPerSecMax }) => [framesPerSec, framesPerSecMin, framesPerSecMax],
    words: formatAbout,
    table: floodTable(file, frameBytes),
  });
}

function connectionFigures(file: ConnectionsResultFile): Html {
  const x = { name: 'connections', words: formatWhole };
  const rates = drawGrowth({
    title: 'Round trips per second',
    note: 'Over all connections together; whiskers over the rounds. Both axes are logarithmic. More is better.',
    x,
    y: { name: 'round trips/s', words: formatAbout },
    points: file.results.map((result) => ({
      contender: result.contender,
      x: result.connections,
      y: result.roundTripsPerSec,
      range: [result.roundTripsPerSecMin, result.roundTripsPerSecMax] as const,
    })),
  });
  const numbers = [...new Set(file.results.map(({ connections }) => connections))];
  return html`${runNote(file, connectionsSummary(file))}${rates}
<h3>At each number of connections</h3>${colorKey()}<div class="plots">${numbers.map((each) => connectionBars(file, each))}</div>`;
}

function connectionBars(file: ConnectionsResultFile, connections: number): Html {
  const rows = file.results.filter((result) => result.connections === connections);
  const table = connectionsTable(file, connections);
  const many = formatCount(connections, 'connection');
  const rates = drawRates({
    title: `${many}: round trips a second`,
    rows,
    rateOf: (row) => [row.roundTripsPerSec, row.roundTripsPerSecMin, row.roundTripsPerSecMax],
    words: formatAbout,
    table,
  });
  const memory = rows
    .flatMap(({ contender, bytesPerConnection: value }) =>
      value === null ? [] : [{ contender, value, label: formatWhole(value) }],
    )
    .toSorted((left, right) => left.value - right.value);
  if (memory.length === 0) return rates;
  const title = `${many}: resident bytes for each`;
  const note = 'Of the server at work, above itself without connections: garbage is in it. Less is better.';
  return html`${rates}${drawFigure({ title, note, picture: drawBars(title, memory), table })}`;
}

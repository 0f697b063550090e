/** The part on latency: one small frame there and back. */
import type { PingResultFile } from '../harness/result.js';
import { pingSummary, pingTable } from '../ping/table.js';
import { colorKey, drawFigure } from './figure.js';
import { html } from './html.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawPercentiles, PERCENTILE_KEY } from './percentile-plot.js';

/** The part; without a result it says how to make one. */
export function pingPart(file: PingResultFile | undefined): Part {
  const head = { id: 'ping', title: 'How long one frame takes' };
  if (file === undefined) return { ...head, body: missingNotice('ping') };
  if (file.results.length === 0) return { ...head, body: runNote(file, 'Nothing was measured.') };
  const rows = file.results
    .map(({ contender, latency: { p50Micros, p90Micros, p99Micros, p999Micros } }) => ({
      contender,
      p50: p50Micros,
      p90: p90Micros,
      p99: p99Micros,
      p999: p999Micros,
    }))
    .toSorted((left, right) => left.p50 - right.p50);
  const title = 'Round trip times, µs';
  const note = `${PERCENTILE_KEY} The axis is logarithmic. Less is better.`;
  const figure = drawFigure({ title, note, picture: drawPercentiles(title, rows), table: pingTable(file) });
  return { ...head, body: html`${runNote(file, pingSummary(file))}${colorKey()}<div class="plots">${figure}</div>` };
}

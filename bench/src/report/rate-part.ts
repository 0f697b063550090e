/** The report's parts on frames that go in one direction: the flood and the write suite, a plain table for each size. */
import { floodSummary, floodTable } from '../flood/table.js';
import type { FloodResultFile, WriteResultFile } from '../harness/result.js';
import { writeSummary, writeTable } from '../write/table.js';
import { absentRows } from './absent-rows.js';
import { formatBytes, formatTime } from './format.js';
import { type Html, html } from './html.js';
import type { FigureTable } from './text-table.js';

/** A result of one of the two. */
export type RatedFile = FloodResultFile | WriteResultFile;

/** The part of one result. */
export function ratePart(file: RatedFile): Html {
  const { machine, startedAt } = file;
  return html`<section>
<h1>${file.suite === 'flood' ? 'Frames received in one direction' : 'Frames written'}</h1>
<p>${file.suite === 'flood' ? floodSummary(file) : writeSummary(file)} Measured on
<time datetime="${startedAt}">${formatTime(startedAt)}</time> on ${machine.cpu}, with Node.js ${machine.node}.</p>
${file.suite === 'flood' ? floodTables(file) : [plainTable(writeTable(file))]}
${absentRows(file)}
</section>`;
}

function floodTables(file: FloodResultFile): Html[] {
  return file.options.frameBytes.map(
    (frameBytes) => html`<h2>Frames of ${formatBytes(frameBytes)}</h2>${plainTable(floodTable(file, frameBytes))}`,
  );
}

function plainTable({ heads, rows }: FigureTable): Html {
  const head = heads.map((cell) => html`<th>${cell}</th>`);
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

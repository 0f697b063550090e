/** A picture with its caption, and the same figures as a table for who cannot see it, or wants them exactly. */
import { COLOR_KEY } from './contender-style.js';
import { type Html, html } from './html.js';
import type { FigureTable } from './text-table.js';

/** What one picture of the page consists of. */
export interface Figure {
  title: string;
  /** How to read it: the measure, its unit, which way is better. */
  note: string;
  picture: Html;
  table: FigureTable;
}

/** The picture, and its table folded away. */
export function drawFigure({ title, note, picture, table }: Figure): Html {
  return html`<figure><figcaption>${title}<small>${note}</small></figcaption>${picture}
<details><summary>The figures of this picture</summary>${plainTable(table)}</details></figure>`;
}

/** A table in a scroller of its own. The first column names the row; `wordColumns`, counted from 0, hold words too. */
export function plainTable({ heads, rows }: FigureTable, wordColumns: readonly number[] = []): Html {
  const alignment = (column: number): Html => (wordColumns.includes(column) ? html` class="words"` : html``);
  const head = heads.map((cell, column) => html`<th scope="col"${alignment(column)}>${cell}</th>`);
  const body = rows.map(([name = '', ...cells]) => {
    const figures = cells.map((cell, at) => html`<td${alignment(at + 1)}>${cell}</td>`);
    return html`<tr><th scope="row">${name}</th>${figures}</tr>`;
  });
  return html`<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** What the colours of bars mean. */
export function colorKey(): Html {
  const entries = COLOR_KEY.map(
    ([color, words]) => html`<li><span class="swatch" style="background: ${color}"></span>${words}</li>`,
  );
  return html`<ul class="key">${entries}</ul>`;
}

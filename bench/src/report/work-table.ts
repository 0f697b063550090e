/** What the rows of a suite took beside time, as a table. */
import type { Work } from '../harness/result.js';
import { plainTable } from './figure.js';
import { formatPercent, formatRate } from './format.js';
import { type Html, html } from './html.js';

/** One column; an absent figure is one of a result that was kept before it was measured. */
interface Column {
  head: string;
  cell(work: Partial<Work>): string;
}

const COLUMNS: readonly Column[] = [
  { head: 'user time', cell: ({ userCpuShare = null }) => formatPercent(userCpuShare) },
  { head: 'receives/frame', cell: ({ receivesPerFrame = null }) => formatRate(receivesPerFrame) },
  { head: 'writes/frame', cell: ({ writesPerFrame = null }) => formatRate(writesPerFrame) },
  { head: 'collections/GB', cell: ({ collectionsPerGB = null }) => formatRate(collectionsPerGB) },
  { head: 'ms collecting/GB', cell: ({ collectionMsPerGB = null }) => formatRate(collectionMsPerGB) },
];

/** The table with a sentence before it, in the order of the rows; a sentence alone where no row knows any figure. */
export function workTable(title: string, rows: readonly (Partial<Work> & { contender: string })[]): Html {
  const cells = rows.map((row) => COLUMNS.map(({ cell }) => cell(row)));
  const unknown = formatRate(null);
  const known = COLUMNS.map((_column, at) => cells.some((row) => row[at] !== unknown));
  if (!known.includes(true)) return html`<p>${title}: no row of this result can tell.</p>`;
  const shown = <Item>(items: readonly Item[]): Item[] => items.filter((_item, at) => known[at]);
  return html`<p>${title}.</p>${plainTable({
    heads: ['row', ...shown(COLUMNS.map(({ head }) => head))],
    rows: rows.map(({ contender }, at) => [contender, ...shown(cells[at] ?? [])]),
  })}`;
}

/** A picture of rates: most first, whiskers from the slowest to the fastest round. */
import { drawBars } from './bar-plot.js';
import { drawFigure } from './figure.js';
import { type Html, html } from './html.js';
import type { FigureTable } from './text-table.js';

/** The rates of some rows. */
export interface Rates<Row> {
  title: string;
  rows: readonly Row[];
  /** The median of a row's rounds, the least and the greatest. */
  rateOf(row: Row): readonly [median: number, min: number, max: number];
  /** How a median is written. */
  words(median: number): string;
  table: FigureTable;
}

/** Draws them; nothing when there are no rows. */
export function drawRates<Row extends { contender: string }>({ title, rows, rateOf, words, table }: Rates<Row>): Html {
  if (rows.length === 0) return html``;
  const bars = rows
    .map((row) => {
      const [value, min, max] = rateOf(row);
      return { contender: row.contender, value, range: [min, max] as const, label: words(value) };
    })
    .toSorted((left, right) => right.value - left.value);
  const note = 'Median of the rounds; whiskers from the slowest to the fastest. More is better.';
  return drawFigure({ title, note, picture: drawBars(title, bars), table });
}

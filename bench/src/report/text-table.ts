/** A table of figures, and how a terminal shows it. */
import Table from 'cli-table3';

/** Column heads and cells, as text; the first column names the row. */
export interface FigureTable {
  heads: string[];
  rows: string[][];
}

/** The table as lines of text. */
export function textTable({ heads, rows }: FigureTable): string {
  const table = new Table({
    head: heads,
    colAligns: heads.map((_head, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return table.toString();
}

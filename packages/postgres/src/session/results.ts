/** What exchanges come to. */
import type { ColumnBuilder, ColumnValues } from '../types/column-values.js';
import type { Column } from '../wire/backend-messages.js';

/** What is known of a result besides its rows. */
export interface ResultInfo {
  /** What was done: `SELECT`, `INSERT`, `CREATE TABLE`, …; empty for an empty statement. */
  readonly command: string;
  /** Rows selected, inserted, changed or deleted; 0 where the command counts none. */
  readonly rowCount: number;
  /** The columns, in their order. */
  readonly columns: readonly Column[];
}

/** The rows of a result: an array, and what is known of it in properties that are not enumerable. */
export type Rows<T> = T[] & ResultInfo;

/** A result by columns. */
export interface Columns {
  /** How many values each column has. */
  readonly rowCount: number;
  /** By the column's name; of several with one name, the last. A typed array where the type has one, else an array of values as rows have them. */
  readonly values: Readonly<Record<string, ColumnValues['values']>>;
  /** By the column's name: 1 for each row that is null, whose place in `values` is then 0 or null. Null where none is. */
  readonly nulls: Readonly<Record<string, Uint8Array | null>>;
  /** The columns, in their order. */
  readonly columns: readonly Column[];
}

/** Adds what is known of a result to its rows. One by one, which takes two thirds of the time of all at once. */
export function withInfo<T>(rows: T[], info: ResultInfo): Rows<T> {
  Object.defineProperty(rows, 'command', { value: info.command });
  Object.defineProperty(rows, 'rowCount', { value: info.rowCount });
  Object.defineProperty(rows, 'columns', { value: info.columns });
  return rows as Rows<T>;
}

/** Puts columns together. */
export function columnsOf(columns: readonly Column[], builders: readonly ColumnBuilder[], rowCount: number): Columns {
  const values: [string, ColumnValues['values']][] = [];
  const nulls: [string, Uint8Array | null][] = [];
  columns.forEach(({ name }, i) => {
    const column = builders[i]!.finish(rowCount);
    values.push([name, column.values]);
    nulls.push([name, column.nulls]);
  });
  return { rowCount, values: Object.fromEntries(values), nulls: Object.fromEntries(nulls), columns };
}

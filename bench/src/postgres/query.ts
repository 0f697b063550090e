/** The seven queries of pgbench, as their files have them, and one of a large value. */
import { readFileSync } from 'node:fs';
import { largeValue } from './large-value.js';

/** Every query. Those of pgbench are called as their files are. */
export const QUERY_NAMES = [
  '1-pg_type',
  '2-generate_series',
  '3-large_object',
  '4-arrays',
  '5-copyfrom',
  '6-batch',
  '7-oneplusone',
  '8-readinto',
] as const;

/** The name of a query. */
export type QueryName = (typeof QUERY_NAMES)[number];

/** The query of a large value. */
export const LARGE_VALUE: QueryName = '8-readinto';

/** What a program is asked to do: read rows, copy rows into a table, or insert them one statement each. */
type TaskKind = 'rows' | 'copy' | 'batch';

/** What one query of a task is. */
export interface Task {
  kind: TaskKind;
  text: string;
  /** Of a query that reads rows. */
  args: readonly unknown[];
  /** The rows that are sent, all alike, by the other kinds. */
  rows: readonly (readonly unknown[])[];
  /** Of a query for one large value: how long that is. 0 of all others. */
  valueBytes: number;
}

/** A task with its tables. */
export interface Query extends Task {
  name: QueryName;
  /** SQL that makes its tables; empty for none. */
  setup: string;
  teardown: string;
  /** Asks the server for what a program has to show of its rows; empty for a task that sends them. */
  expectation: string;
}

interface QueryFile {
  query: string;
  setup?: string;
  teardown?: string;
  args?: readonly unknown[];
}

const FOLDER = new URL('../../contenders/postgres/', import.meta.url);

/** Reads a query's file, or makes the query of a large value. */
export function readQuery(name: QueryName, valueBytes: number): Query {
  if (name === LARGE_VALUE) {
    const { text, ...rest } = largeValue(valueBytes);
    return { name, ...rest, ...rowsTask(text, [], valueBytes) };
  }
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as QueryFile;
  const { query: text, setup = '', teardown = '', args = [] } = file;
  const repeated = args[0] as { row?: readonly unknown[]; count?: number } | undefined;
  const { row, count = 0 } = typeof repeated === 'object' && repeated !== null ? repeated : {};
  const task = row === undefined ? rowsTask(text, args) : fillingTask(text, row, count);
  return { name, setup, teardown, expectation: row === undefined ? text : '', ...task };
}

/** A task that reads rows, or one large value. */
export function rowsTask(text: string, args: readonly unknown[], valueBytes = 0): Task {
  return { kind: 'rows', text, args, rows: [], valueBytes };
}

/** A task that fills a table with the same row many times. */
export function fillingTask(text: string, row: readonly unknown[], count: number): Task {
  const kind = text.startsWith('COPY ') ? 'copy' : 'batch';
  return { kind, text, args: [], rows: Array.from({ length: count }, () => row), valueBytes: 0 };
}

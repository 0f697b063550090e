/** The seven queries of pgbench, as their files have them. */
import { readFileSync } from 'node:fs';

/** Every query, by the name of its file. */
export const QUERY_NAMES = [
  '1-pg_type',
  '2-generate_series',
  '3-large_object',
  '4-arrays',
  '5-copyfrom',
  '6-batch',
  '7-oneplusone',
] as const;

/** The name of a query. */
export type QueryName = (typeof QUERY_NAMES)[number];

/** What a program is asked to do: read rows, copy rows into a table, or insert them one statement each. */
export type TaskKind = 'rows' | 'copy' | 'batch';

/** What one query of a task is. */
export interface Task {
  kind: TaskKind;
  text: string;
  /** Of a query that reads rows. */
  args: readonly unknown[];
  /** The rows that are sent, all alike, by the other kinds. */
  rows: readonly (readonly unknown[])[];
}

/** A task with its tables. */
export interface Query extends Task {
  name: QueryName;
  /** SQL that makes its tables; empty for none. */
  setup: string;
  teardown: string;
}

interface QueryFile {
  query: string;
  setup?: string;
  teardown?: string;
  args?: readonly unknown[];
}

const FOLDER = new URL('../../contenders/postgres/', import.meta.url);

/** Reads a query's file. */
export function readQuery(name: QueryName): Query {
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as QueryFile;
  const { query: text, setup = '', teardown = '', args = [] } = file;
  const repeated = args[0] as { row?: readonly unknown[]; count?: number } | undefined;
  const { row, count = 0 } = typeof repeated === 'object' && repeated !== null ? repeated : {};
  const task = row === undefined ? rowsTask(text, args) : fillingTask(text, row, count);
  return { name, setup, teardown, ...task };
}

/** A task that reads rows. */
export function rowsTask(text: string, args: readonly unknown[]): Task {
  return { kind: 'rows', text, args, rows: [] };
}

/** A task that fills a table with the same row many times. */
export function fillingTask(text: string, row: readonly unknown[], count: number): Task {
  const kind = text.startsWith('COPY ') ? 'copy' : 'batch';
  return { kind, text, args: [], rows: Array.from({ length: count }, () => row) };
}

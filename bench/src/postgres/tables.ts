/** The tables of a query: made before a turn, looked at behind it, and dropped. */
import type pg from 'pg';
import type { Query } from './query.js';

/** Of any of the queries: a run that was killed may have left them. */
const DROP_LEFTOVERS = 'DROP TABLE IF EXISTS _bytes, _test, _large';

/** Makes a query's tables. */
export async function makeTables(admin: pg.Client, { setup }: Query): Promise<void> {
  await admin.query(DROP_LEFTOVERS);
  if (setup !== '') await admin.query(setup);
}

/** Drops them. */
export async function dropTables(admin: pg.Client, { teardown }: Query): Promise<void> {
  if (teardown !== '') await admin.query(teardown);
}

/**
 * Looks at what a query has put into its table.
 *
 * @throws {Error} There are other rows, or not as many.
 */
export async function checkTable(admin: pg.Client, { rows }: Query, queries: number): Promise<void> {
  const [row] = rows;
  if (row === undefined) return;
  const text = `SELECT count(*)::int AS all, count(*) FILTER (WHERE (a, b, c, d, e, f, g) = ($1, $2, $3, $4, $5, $6, $7))::int AS right FROM _test`;
  const result = await admin.query<{ all: number; right: number }>(text, [...row]);
  const { all, right } = result.rows[0] ?? { all: 0, right: 0 };
  const due = queries * rows.length;
  if (all !== due || right !== due) {
    throw new Error(
      `of ${due} rows that were sent, the table holds ${all}, and ${right} of them are as they were sent`,
    );
  }
}

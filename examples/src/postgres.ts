/** A pool, a transaction, rows copied in and a result by columns, on a server of its own: `node examples/dist/postgres.js`. */
import { createPool, PostgresError } from '@landfall/postgres';
import { startPostgres } from '@landfall/postgres-server';

const server = await startPostgres();
const pool = createPool(server.url(), { max: 4 });
await pool.execute('CREATE TABLE soundings (id int PRIMARY KEY, fathoms float8 NOT NULL, at timestamptz)');

function* soundings(count: number): Generator<unknown[]> {
  for (let id = 1; id <= count; id++) yield [id, id / 4, new Date(0)];
}
console.log(await pool.copyFrom('soundings', soundings(10_000)), 'rows copied');

try {
  await pool.transaction(async (transaction) => {
    await transaction.sql`DELETE FROM soundings WHERE id > ${9_000}`;
    await transaction.sql`INSERT INTO soundings VALUES (${1}, ${2.5})`;
  });
} catch (error) {
  if (!(error instanceof PostgresError)) throw error;
  console.log(error.sqlstate, error.constraint); // and nothing is deleted
}

const { rowCount, values } = await pool.columns('SELECT fathoms FROM soundings WHERE id <= $1', [9_500]);
const fathoms = values['fathoms'] as Float64Array;
console.log(
  rowCount,
  'values, at most',
  fathoms.reduce((most, value) => Math.max(most, value)),
);

const [deepest] = await pool.sql<{ id: number; at: Date }>`SELECT id, at FROM soundings ORDER BY fathoms DESC LIMIT 1`;
console.log(deepest);

await pool.close();
await server[Symbol.asyncDispose]();

// Type-checked only: what a consumer's compiler makes of the packed declarations, the quick start's first lines among them.
import { type Columns, type Connection, connect, createPool, PostgresError, type Rows } from '@landfall/postgres';

export async function quickStart(url: string): Promise<string[]> {
  const pool = createPool(url);
  const rows = await pool.sql<{ id: number; name: string }>`SELECT id, name FROM ships WHERE id < ${10}`;
  const count: bigint = await pool.queryValue<bigint>('SELECT count(*) FROM ships');
  await pool.transaction({ isolation: 'serializable', retries: 3 }, async (transaction) => {
    await transaction.execute('UPDATE ships SET name = $1 WHERE id = $2', ['Ark', 1]);
  });
  await pool.copyFrom('ships', [[3, 'Ara']], { columns: ['id', 'name'] });
  await pool.close();
  return [...rows.map(({ name }) => name), String(count)];
}

export async function columnsOf(connection: Connection): Promise<Columns> {
  const rows: Rows<readonly unknown[]> = await connection.query('SELECT 1', [], { rowMode: 'array' });
  return rows.length === 1 ? connection.columns('SELECT 1') : connection.columns('SELECT 2');
}

export function isTaken(error: unknown): boolean {
  return error instanceof PostgresError && error.sqlstate === '23505';
}

// @ts-expect-error There is no such mode, and the types say so.
connect('postgres://localhost', { sslmode: 'perhaps' });

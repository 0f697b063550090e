/** Every type's values, to a server and back. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Connection } from '@landfall/postgres';
import { SAMPLES, SAMPLES_17, type Sample } from '../types/samples.js';

/** Tests of values. */
export function values(connection: () => Connection): void {
  it('come as they should, alone and in arrays, and go back', async () => {
    const version = Number(await connection().queryValue<string>("SELECT current_setting('server_version_num')"));
    for (const sample of [...SAMPLES, ...(version >= 170_000 ? SAMPLES_17 : [])]) await roundTrip(connection(), sample);
  });
}

async function roundTrip(connection: Connection, { type, sql, value, isReadOnly }: Sample): Promise<void> {
  const what = `${sql}::${type}`;
  const got = await connection.queryRow<{ v: unknown; none: unknown }>(`SELECT ${what} AS v, NULL::${type} AS none`);
  assert.deepEqual(got, { v: value, none: null }, what);
  if (isReadOnly) return;
  const back = await connection.queryRow(`SELECT $1::${type} AS v, $1::${type}::text = ${what}::text AS same`, [value]);
  assert.deepEqual(back, { v: value, same: true }, what);
}

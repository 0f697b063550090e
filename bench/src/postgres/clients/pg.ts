/** The rows `pg` and `pg-serial`: named statements; binary COPY by `pg-copy-streams`; a transaction of inserts. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Place } from '../place.js';
import type { Client, OpenClient } from './client.js';
import { copyChunks } from './copy-chunks.js';

/** Inserts leave before their answers come, in the mode that `pg` has for it. */
export const openPipelined: OpenClient = (place, { kind }) => open(place, kind === 'batch');

/** Each insert waits for the one before. */
export const openSerial: OpenClient = (place) => open(place, false);

async function open({ tls, ...place }: Place, isPipelined: boolean): Promise<Client> {
  const client = new pg.Client({ ...place, ssl: tls && { rejectUnauthorized: false }, pipeline: isPipelined });
  await client.connect();
  const named = (text: string, values: readonly unknown[]): Promise<pg.QueryResult<object>> =>
    client.query<object>({ name: 'bench', text, values: [...values] });
  return {
    rows: async (text, args) => (await named(text, args)).rows,
    copy: (text, rows) =>
      pipeline(Readable.from(copyChunks(rows)), client.query(copyFrom(`${text} WITH (FORMAT binary)`))),
    batch: async (text, rows) => {
      if (isPipelined) {
        const begun = client.query('BEGIN');
        const inserts = rows.map((row) => named(text, row));
        await Promise.all([begun, ...inserts, client.query('COMMIT')]);
        return;
      }
      await client.query('BEGIN');
      for (const row of rows) await named(text, row);
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
}

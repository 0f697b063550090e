/** The row `postgres`: prepared statements of that package; binary COPY by its stream; pipelined inserts in a transaction. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import type { Place } from '../place.js';
import type { Client } from './client.js';
import { copyChunks } from './copy-chunks.js';

type Parameters = postgres.ParameterOrJSON<never>[];

/** Connects: a pool of one connection. */
export async function open({ tls, ...place }: Place): Promise<Client> {
  const sql = postgres({ ...place, ssl: tls ? 'require' : false, max: 1, idle_timeout: 0, max_lifetime: null });
  await sql`SELECT 1`;
  return {
    rows: (text, args) => sql.unsafe<object[]>(text, [...args] as Parameters, { prepare: true }),
    copy: async (text, rows) => {
      const stream = await sql.unsafe(`${text} WITH (FORMAT binary)`).writable();
      await pipeline(Readable.from(copyChunks(rows)), stream);
    },
    batch: async (text, rows) => {
      await sql.begin((begun) => rows.map((row) => begun.unsafe(text, [...row] as Parameters, { prepare: true })));
    },
    close: () => sql.end(),
  };
}

/** What a server sent, replayed in pieces of every size. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Connection, Rows } from '@landfall/postgres';
import { Description } from '../../dist/session/description.js';
import { DescriptionCache } from '../../dist/session/description-cache.js';
import { QueryExchange } from '../../dist/session/query.js';
import { Session } from '../../dist/session/session.js';
import { Statement } from '../../dist/session/statement.js';
import { TypeRegistry } from '../../dist/types/registry.js';
import { ReceiveBuffer } from '../../dist/wire/receive-buffer.js';

const QUERIES = [
  'SELECT 1 + 1 AS two',
  'SELECT typname, oid, typlen, typbyval, typcategory FROM pg_type ORDER BY oid LIMIT 12',
  "SELECT ARRAY[i, NULL, -i] AS a, repeat('é', i) AS t, decode(repeat('ab', i * 9), 'hex') AS b FROM generate_series(1, 12) i",
  'SELECT now() IS NOT NULL AS v, 1.5::numeric AS n, NULL AS x, \'{"a":[1]}\'::jsonb AS j WHERE true',
  'SELECT 1 AS a WHERE false',
];

interface Recording {
  readonly rows: Rows<unknown>;
  readonly bytes: Uint8Array;
}

/** Runs a query twice, and notes what comes the second time. */
async function record(connection: Connection, text: string): Promise<Recording> {
  await connection.query(text);
  const { free, updated } = ReceiveBuffer.prototype;
  const pieces: Uint8Array[] = [];
  let lent: Uint8Array | null = null;
  try {
    ReceiveBuffer.prototype.free = function (): Uint8Array {
      lent = free.call(this);
      return lent;
    };
    ReceiveBuffer.prototype.updated = function (nbytes: number): void {
      // Of the first receive the memory was lent before anybody noted it.
      if (lent !== null) pieces.push(lent.slice(0, nbytes));
      updated.call(this, nbytes);
    };
    await connection.query('SELECT 0 AS unnoted');
    pieces.length = 0;
    return { rows: await connection.query(text), bytes: new Uint8Array(Buffer.concat(pieces)) };
  } finally {
    Object.assign(ReceiveBuffer.prototype, { free, updated });
  }
}

/** What the sessions of a replay make of the recorded bytes, which come in pieces. */
function replay(recordings: readonly Recording[], pieceBytes: (at: number) => number): unknown[][] {
  const results: unknown[][] = [];
  const session = new Session({ notice: () => {}, answered: () => {}, flush: () => {} }, 1 << 20);
  const descriptions = new DescriptionCache(10);
  for (const { rows } of recordings) {
    const description = new Description('', [], rows.columns, new TypeRegistry());
    const outcome = { resolve: (value: unknown[]) => void results.push(value), reject: assert.ifError };
    const statement = new Statement('', description, descriptions);
    session.begin(new QueryExchange(session, statement, 'object', outcome));
  }
  const bytes = Buffer.concat(recordings.map((recording) => recording.bytes));
  for (let at = 0; at < bytes.length; ) {
    const free = session.received.free();
    const piece = bytes.subarray(at, at + Math.min(free.length, pieceBytes(at)));
    free.set(piece);
    session.received.updated(piece.length);
    at += piece.length;
  }
  return results;
}

/** Tests that replay. */
export function transcripts(connection: () => Connection): void {
  it('gives the same rows however the bytes are cut', async () => {
    const recordings: Recording[] = [];
    for (const text of QUERIES) recordings.push(await record(connection(), text));
    const expected = recordings.map(({ rows }) => [...rows]);
    const total = recordings.reduce((sum, { bytes }) => sum + bytes.length, 0);
    assert.ok(total > 2_000);
    for (const step of [total, 1, 2, 3, 5, 64])
      assert.deepEqual(
        replay(recordings, () => step).map((rows) => [...rows]),
        expected,
      );
    for (let cut = 1; cut < total; cut++) {
      const got = replay(recordings, (at) => (at < cut ? cut - at : total));
      assert.deepEqual(
        got.map((rows) => [...rows]),
        expected,
        `cut at ${cut}`,
      );
    }
    for (const { rows, bytes } of recordings) {
      for (let cut = 1; cut < bytes.length; cut++) {
        const [got] = replay([{ rows, bytes }], (at) => (at < cut ? cut - at : bytes.length));
        assert.deepEqual([...got!], [...rows], `alone, cut at ${cut}`);
      }
    }
  });
}

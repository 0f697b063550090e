/** Rows in the binary form of COPY, for clients that send bytes and know nothing of rows. */

const CHUNK_BYTES = 64 * 1024;
const HEADER = Buffer.from('PGCOPY\n\u00ff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);

/**
 * The whole of a COPY, in chunks of their own memory.
 *
 * A whole number is an `int4`, any other a `float8`: what pgbench's table has for its row.
 */
export function* copyChunks(rows: readonly (readonly unknown[])[]): Generator<Buffer> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let length = HEADER.copy(chunk);
  for (const row of rows) {
    if (CHUNK_BYTES - length < mostBytes(row)) {
      yield chunk.subarray(0, length);
      chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      length = 0;
    }
    length = chunk.writeInt16BE(row.length, length);
    for (const value of row) length = writeValue(chunk, value, length);
  }
  yield chunk.subarray(0, length);
  yield TRAILER;
}

function mostBytes(row: readonly unknown[]): number {
  return row.reduce<number>((sum, value) => sum + 12 + (typeof value === 'string' ? 3 * value.length : 0), 2);
}

/** Returns where the next one goes. */
function writeValue(chunk: Buffer, value: unknown, at: number): number {
  if (typeof value === 'string') {
    const bytes = chunk.write(value, at + 4);
    return chunk.writeInt32BE(bytes, at) + bytes;
  }
  if (typeof value !== 'number') throw new TypeError(`no row of pgbench has ${typeof value}`);
  if (Number.isInteger(value)) return chunk.writeInt32BE(value, chunk.writeInt32BE(4, at));
  return chunk.writeDoubleBE(value, chunk.writeInt32BE(8, at));
}

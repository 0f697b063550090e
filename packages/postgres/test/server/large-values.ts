/** One value straight into memory of the caller's. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Connection } from '@landfall/postgres';

/** Tests of `readInto`. */
export function largeValues(connection: () => Connection): void {
  for (const bytes of [0, 1, 10, 16_000, 65_536, 1_000_000, 20_000_000]) {
    it(`receives ${bytes} bytes where they belong`, async () => {
      const target = new Uint8Array(bytes + 16).fill(0xee);
      const before = connection().stats();
      const text = "SELECT convert_to(repeat('abcdefghij', $1::int / 10 + 1), 'UTF8') ";
      const read = await connection().readInto(`SELECT substr(b, 1, $1::int) FROM (${text} AS b) t`, [bytes], target);
      assert.equal(read, bytes);
      for (let i = 0; i < bytes; i += 997) assert.equal(target[i], 97 + (i % 10));
      assert.deepEqual(target.subarray(bytes), new Uint8Array(16).fill(0xee));
      const after = connection().stats();
      const received = after.bytesReceived - before.bytesReceived;
      if (bytes >= 1_000_000) assert.ok((after.bytesCopied - before.bytesCopied) / received < 0.05);
    });
  }

  it('says what does not fit, and goes on', async () => {
    const target = new Uint8Array(1_000);
    const tooLarge = connection().readInto("SELECT repeat('x', 3000000)::bytea", [], target);
    await assert.rejects(tooLarge, { code: 'ERR_LIMIT' });
    for (const text of [
      'SELECT NULL::bytea',
      "SELECT 'x'::bytea WHERE false",
      "SELECT 'x'::bytea FROM generate_series(1, 2)",
      "SELECT 'x'::bytea, 1",
    ]) {
      await assert.rejects(connection().readInto(text, [], target), { code: 'ERR_ROWS' });
    }
    await assert.rejects(connection().readInto('SELECT 1 / 0', [], target), { sqlstate: '22012' });
    assert.equal(await connection().readInto("SELECT 'text'", [], target), 4);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockPool, blockPool } from '../../dist/memory/block-pool.js';
import { Outbox } from '../../dist/memory/outbox.js';
import { receiveScratch } from '../../dist/memory/scratch.js';
import { patterned } from '../framing/frames.js';

/** Sends everything the outbox holds, as a socket would that takes each batch at once. */
function drain(outbox: Outbox): Buffer {
  const sent: Uint8Array[] = [];
  while (outbox.size > 0) {
    const batch = outbox.takeBatch();
    assert.ok(batch.length > 0);
    sent.push(...batch.map((part) => Uint8Array.from(part)));
    outbox.batchDone();
  }
  return Buffer.concat(sent);
}

test('what is written comes out in order, whatever the sizes and however the batches fall', () => {
  const write = fc.record({
    bytes: fc.oneof(fc.nat(200), fc.nat(9000), fc.nat(2_500_000)),
    copy: fc.boolean(),
    drainAfter: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 12 }), (writes) => {
      const outbox = new Outbox();
      const expected: Buffer[] = [];
      const sent: Buffer[] = [];
      writes.forEach(({ bytes, copy, drainAfter }, i) => {
        const data = Buffer.alloc(bytes, i + 1);
        expected.push(data);
        outbox.append(data, copy);
        if (drainAfter) sent.push(drain(outbox));
      });
      const size = outbox.size;
      const rest = drain(outbox);
      return (
        rest.length === size && Buffer.concat([...sent, rest]).equals(Buffer.concat(expected)) && outbox.size === 0
      );
    }),
    { numRuns: 60 },
  );
});

test('small writes are copied at once and share one part', () => {
  const outbox = new Outbox();
  const data = Buffer.from('abc');
  for (let i = 0; i < 100; i++) outbox.append(data, false);
  data.fill(0);
  const batch = outbox.takeBatch();
  assert.equal(batch.length, 1);
  assert.equal(Buffer.from(batch[0]!).toString(), 'abc'.repeat(100));
});

/** Where the first chunk ends, and where the next ones do. */
const CHUNK_ENDS = [16_384, 16_384 + 65_536, 16_384 + 2 * 65_536];
/** Around the sizes that are copied byte by byte, and up to what is kept by reference. */
const SMALL_SIZES = [1, 2, 3, 7, 8, 9, 10, 16, 17, 100, 4095];

for (const [i, chunkEnd] of CHUNK_ENDS.entries()) {
  test(`small writes at the end of chunk ${i + 1}, and across it, keep every byte in order`, () => {
    for (const size of SMALL_SIZES) {
      for (let before = 0; before <= size + 1; before += size > 100 ? 91 : 1) {
        const outbox = new Outbox();
        const source = patterned(chunkEnd + 10_000, size + before);
        const write = (from: number, to: number): void => {
          // Out of memory that is used for something else right after.
          const data = new Uint8Array([0xee, ...source.subarray(from, to), 0xee]).subarray(1, -1);
          outbox.append(data, false);
          data.fill(0xee);
        };
        let at = 0;
        for (; at + 4095 <= chunkEnd - before; at += 4095) write(at, at + 4095);
        write(at, chunkEnd - before);
        at = chunkEnd - before;
        for (const bytes of [size, 8, size, 9, 1]) {
          write(at, at + bytes);
          at += bytes;
          assert.equal(outbox.size, at);
        }
        assert.ok(drain(outbox).equals(source.subarray(0, at)), `${size} bytes, ${before} bytes before the end`);
      }
    }
  });
}

test('small writes of every size around 8 bytes keep every byte in order, over many chunks and batches', () => {
  const sizes = [1, 8, 9, 7, 4, 16, 2, 10, 3, 8, 5, 6];
  const source = patterned(300_000, 1);
  for (const drainEvery of [Number.POSITIVE_INFINITY, 1, 500, 2048]) {
    const outbox = new Outbox();
    const sent: Buffer[] = [];
    let at = 0;
    for (let i = 0; at + 16 <= source.length; i++) {
      const bytes = sizes[i % sizes.length]!;
      outbox.append(source.subarray(at, at + bytes), i % 3 === 0);
      at += bytes;
      // Taken, and written to again before the batch has left: that goes behind it, into the same chunk.
      if (i % drainEvery === drainEvery - 1) {
        const batch = outbox.takeBatch();
        outbox.append(source.subarray(at, at + 8), false);
        sent.push(...batch.map((part) => Buffer.from(part)));
        at += 8;
        outbox.batchDone();
      }
    }
    assert.equal(outbox.size, at - sent.reduce((sum, part) => sum + part.length, 0));
    sent.push(drain(outbox));
    assert.ok(Buffer.concat(sent).equals(source.subarray(0, at)), `drained every ${drainEvery}`);
  }
});

test('a large view kept by reference between small copies, at the end of a chunk, comes out between them', () => {
  for (const before of [0, 1, 4, 8, 9]) {
    const outbox = new Outbox();
    const source = patterned(60_000, before);
    const cuts = [0, 4000, 8000, 12_000, 16_384 - before, 16_384 - before + 4, 30_000, 30_004, 30_012, 40_000, 40_009];
    for (const [i, cut] of cuts.entries()) outbox.append(source.subarray(cut, cuts[i + 1] ?? source.length), false);
    assert.ok(drain(outbox).equals(source), `${before} bytes before the end`);
  }
});

test('a large view is kept by reference unless a copy is asked for', () => {
  const outbox = new Outbox();
  const [referred, copied] = [Buffer.alloc(8192, 1), Buffer.alloc(8192, 1)];
  outbox.append(referred, false);
  outbox.append(copied, true);
  referred.fill(2);
  copied.fill(2);
  const sent = drain(outbox);
  assert.equal(sent[0], 2);
  assert.equal(sent[8192], 1);
});

test('a view of the receive scratch is copied at once, whatever its size', () => {
  const outbox = new Outbox();
  const view = receiveScratch({}).windows.at(-1)!;
  view.fill(1);
  outbox.append(view, false);
  view.fill(2);
  assert.ok(drain(outbox).every((byte) => byte === 1));
});

test('pool memory is claimed until its last byte has left, over several batches', () => {
  const block = blockPool.take(100_000_000);
  const outbox = new Outbox();
  outbox.append(block.memory, false);
  block.release();
  for (let sent = 0; sent < block.memory.length; ) {
    assert.notEqual(blockPool.takeFree(100_000_000), block, `free after ${sent} bytes`);
    outbox.takeBatch();
    sent += outbox.batchDone();
  }
  assert.equal(blockPool.takeFree(100_000_000), block);
});

test('clearing gives back every claim, also of the batch under way', () => {
  const pool = new BlockPool();
  const block = pool.take(100_000_000);
  const outbox = new Outbox();
  outbox.append(block.memory, false);
  outbox.append(Buffer.from('small'), false);
  outbox.takeBatch();
  outbox.append(block.memory.subarray(0, 10_000), false);
  outbox.clear();
  assert.equal(outbox.size, 0);
  assert.deepEqual(outbox.takeBatch(), []);
  assert.equal(pool.takeFree(100_000_000), undefined);
  block.release();
  assert.equal(pool.takeFree(100_000_000), block);
});

test('memory that was detached after it was written is an error, not a crash', () => {
  const outbox = new Outbox();
  const data = new Uint8Array(10_000);
  outbox.append(data, false);
  structuredClone(data.buffer, { transfer: [data.buffer] });
  assert.throws(() => outbox.takeBatch(), { code: 'ERR_BUFFER' });
});

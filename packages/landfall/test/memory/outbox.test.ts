import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockPool, blockPool } from '../../dist/memory/block-pool.js';
import { Outbox } from '../../dist/memory/outbox.js';
import { receiveScratch } from '../../dist/memory/scratch.js';

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

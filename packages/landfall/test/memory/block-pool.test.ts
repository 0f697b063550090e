import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockOf } from '../../dist/memory/arena.js';
import { BlockPool } from '../../dist/memory/block-pool.js';

test('a block has at least the bytes asked for, and at most a quarter more from 64 KiB on', () => {
  const pool = new BlockPool();
  for (const bytes of [1, 16_384, 16_385, 65_536, 65_537, 100_000, 1_000_000, 5_000_000, 100_000_000]) {
    const block = pool.take(bytes);
    assert.ok(block.memory.length >= bytes);
    if (bytes >= 65_536) assert.ok(block.memory.length <= bytes * 1.25, `${block.memory.length} for ${bytes}`);
    block.release();
  }
});

test('a released block is handed out again, and not before', () => {
  const pool = new BlockPool();
  const first = pool.take(100_000_000);
  const second = pool.take(100_000_000);
  assert.notEqual(first, second);
  first.release();
  assert.equal(pool.takeFree(99_000_000), first);
  assert.equal(pool.takeFree(99_000_000), undefined);
});

test('a block that is claimed twice is free after the second release', () => {
  const pool = new BlockPool();
  const block = pool.take(100_000_000);
  block.claim();
  block.release();
  assert.equal(pool.takeFree(100_000_000), undefined);
  block.release();
  assert.equal(pool.takeFree(100_000_000), block);
});

test('blocks never overlap, and a view of one leads to it', () => {
  const pool = new BlockPool();
  const blocks = Array.from({ length: 300 }, () => pool.take(16_384));
  for (const [i, block] of blocks.entries()) block.memory.fill(i % 251);
  blocks.forEach((block, i) => {
    assert.ok(block.memory.every((byte) => byte === i % 251));
    assert.equal(blockOf(block.memory.subarray(100, 101)), block);
    assert.equal(blockOf(block.memory.subarray(16_383)), block);
  });
  assert.equal(blockOf(new Uint8Array(10)), undefined);
});

test('memory of the pool cannot be detached', () => {
  const { memory } = new BlockPool().take(100);
  try {
    structuredClone(memory.buffer, { transfer: [memory.buffer as ArrayBuffer] });
  } catch (error) {
    assert.ok(error instanceof Error); // Some versions of Node refuse, others clone.
  }
  assert.ok(memory.length > 0);
});

test('arenas that nobody uses are given up, those in use are not', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const pool = new BlockPool();
  const used = pool.take(100_000_000);
  pool.take(130_000_000).release();
  const all = pool.reservedBytes;
  t.mock.timers.tick(30_000);
  assert.equal(pool.reservedBytes, all, 'kept for the next who asks');
  t.mock.timers.tick(30_000);
  assert.equal(pool.reservedBytes, used.memory.length);
  used.release();
  t.mock.timers.tick(30_000);
  t.mock.timers.tick(30_000);
  assert.equal(pool.reservedBytes, 0);
});

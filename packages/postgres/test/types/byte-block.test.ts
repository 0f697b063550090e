import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteBlock } from '../../dist/types/byte-block.js';

const SHARED_BYTES = 64 * 1024;

test('values are what they were when they were taken, whatever happens to the memory then', () => {
  const sizes = fc.array(fc.oneof(fc.nat(70), fc.nat(2000), fc.nat(40_000)), { maxLength: 30 });
  const block = new ByteBlock();
  fc.assert(
    fc.property(sizes, fc.nat(20), (sizes, gap) => {
      const memory = new Uint8Array(sizes.reduce((sum, size) => sum + size + gap, 0));
      for (let i = 0; i < memory.length; i++) memory[i] = i * 31;
      const expected: Uint8Array[] = [];
      const taken: Uint8Array[] = [];
      block.begin(memory, memory.length);
      let p = 0;
      for (const size of sizes) {
        expected.push(Uint8Array.from(memory.subarray(p, p + size)));
        taken.push(block.take(p, p + size));
        p += size + gap;
      }
      memory.fill(0xee);
      assert.deepEqual(taken, expected);
    }),
  );
});

test('values of one run share a block, and never one with another run', () => {
  const block = new ByteBlock();
  const memory = new Uint8Array(10_000).fill(1);
  block.begin(memory, memory.length);
  const [first, second] = [block.take(0, 1000), block.take(1500, 2500)];
  assert.equal(first.buffer, second.buffer);
  memory.fill(2);
  block.begin(memory, memory.length);
  const third = block.take(1500, 2500);
  assert.notEqual(third.buffer, first.buffer);
  assert.deepEqual([first[0], second[0], third[0]], [1, 1, 2]);
});

test('what a value keeps is bounded: small and large values keep themselves, others a block', () => {
  const block = new ByteBlock();
  const memory = new Uint8Array(10_000_000);
  block.begin(memory, memory.length);
  for (const [size, keptMax] of [
    [0, 0],
    [64, 64],
    [65, SHARED_BYTES],
    [16 * 1024, SHARED_BYTES],
    [16 * 1024 + 1, 16 * 1024 + 1],
    [5_000_000, 5_000_000],
  ] as const) {
    const value = block.take(100, 100 + size);
    assert.equal(value.length, size);
    assert.ok(value.buffer.byteLength <= keptMax, `${size} bytes keep ${value.buffer.byteLength}`);
  }
});

test('nothing behind the end of the run is copied', () => {
  const block = new ByteBlock();
  block.begin(new Uint8Array(10_000), 500);
  assert.equal(block.take(100, 400).buffer.byteLength, 400);
});

test('a value of received memory that is a Buffer is a copy, too', () => {
  const memory = Buffer.alloc(100, 1);
  const block = new ByteBlock();
  block.begin(memory, memory.length);
  const value = block.take(10, 20);
  memory.fill(2);
  assert.deepEqual([...value], Array(10).fill(1));
});

test('memory may become that of its values, from the first that is not small on', () => {
  const block = new ByteBlock();
  const memory = new Uint8Array(10_000).fill(7).subarray(100);
  block.begin(memory, memory.length, true);
  assert.notEqual(block.take(0, 255).buffer, memory.buffer);
  assert.equal(block.isGiven, false);
  const value = block.take(300, 556);
  assert.deepEqual([value.buffer, value.byteOffset, value.length, block.isGiven], [memory.buffer, 400, 256, true]);
  assert.equal(block.take(600, 700).buffer, memory.buffer);
  assert.notEqual(block.take(600, 610).buffer, memory.buffer);
  block.begin(memory, memory.length);
  assert.equal(block.isGiven, false);
  assert.notEqual(block.take(300, 556).buffer, memory.buffer);
});

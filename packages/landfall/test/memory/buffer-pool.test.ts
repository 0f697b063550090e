import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, type Lease, LimitError } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';

test('a lease has exactly the bytes asked for, and its memory is used again after the release', () => {
  const pool = new BufferPool();
  for (const size of [0, 1, 63, 64, 65, 1000, 65_537, 5_000_000]) {
    const lease = pool.acquire(size);
    assert.equal(lease.bytes.length, size);
    const { buffer, byteOffset } = lease.bytes;
    lease.release();
    const next = pool.acquire(size);
    assert.equal(next.bytes.buffer, buffer, `${size} bytes`);
    assert.equal(next.bytes.byteOffset, byteOffset, `${size} bytes`);
    next.release();
  }
  assert.equal(pool.stats().leases, 16);
  assert.equal(pool.stats().usedBytes, 0);
});

test('leases that are held never overlap', () => {
  const pool = new BufferPool();
  const leases = Array.from({ length: 400 }, (_, i) => pool.acquire(1 + ((i * 97) % 3000)));
  for (const [i, lease] of leases.entries()) lease.bytes.fill(i % 251);
  for (const [i, lease] of leases.entries()) assert.ok(lease.bytes.every((byte) => byte === i % 251));
  for (const lease of leases) lease.release();
});

test('sizes that cannot be are refused at once', () => {
  const pool = new BufferPool();
  for (const size of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10' as unknown as number, 2 ** 60]) {
    assert.throws(() => pool.acquire(size), RangeError);
  }
  for (const maxBytes of [0, -1, 1.5, Number.NaN]) assert.throws(() => new BufferPool({ maxBytes }), RangeError);
  assert.equal(pool.stats().usedBytes, 0);
});

test('maxBytes bounds what is on lease, to the byte, and a release makes room again', () => {
  const pool = new BufferPool({ maxBytes: 1000 });
  const first = pool.acquire(600);
  const second = pool.acquire(400);
  assert.equal(pool.stats().usedBytes, 1000);
  assert.throws(
    () => pool.acquire(1),
    (error) =>
      error instanceof LimitError &&
      error.code === 'ERR_LIMIT' &&
      error.limitBytes === 1000 &&
      error.actualBytes === 1001,
  );
  pool.acquire(0).release();
  second.release();
  assert.throws(() => pool.acquire(401), hasCode('ERR_LIMIT'));
  pool.acquire(400).release();
  assert.ok(first.keep().length === 600);
  pool.acquire(1000).release();
});

test('a pool of shared memory leases SharedArrayBuffers, and the types say which memory it is', () => {
  const shared = new BufferPool({ shared: true }).acquire(10);
  const sharedView: Uint8Array<SharedArrayBuffer> = shared.bytes;
  assert.ok(sharedView.buffer instanceof SharedArrayBuffer);
  const ordinary = new BufferPool().acquire(10);
  const ordinaryView: Uint8Array<ArrayBuffer> = ordinary.bytes;
  assert.ok(ordinaryView.buffer instanceof ArrayBuffer);
  // @ts-expect-error ordinary memory cannot be shared
  const notShared: Lease<SharedArrayBuffer> = ordinary;
  const kept: Uint8Array<ArrayBuffer> = shared.keep();
  assert.ok(kept.buffer instanceof ArrayBuffer);
  notShared.release();
});

test('nothing can detach the memory of a lease', () => {
  const lease = new BufferPool().acquire(1000);
  const { bytes } = lease;
  bytes.fill(7);
  // Versions of Node differ in whether they refuse or copy.
  let refusal: unknown;
  try {
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  } catch (error) {
    refusal = error;
  }
  assert.ok(refusal === undefined || (refusal as Error).name === 'DataCloneError' || refusal instanceof TypeError);
  assert.equal(bytes.length, 1000);
  assert.ok(bytes.every((byte) => byte === 7));
  lease.release();
});

test('keep() returns the bytes in memory of their own, counts the copy, and releases', () => {
  const pool = new BufferPool();
  const lease = pool.acquire(1000);
  lease.bytes.fill(1);
  const { buffer } = lease.bytes;
  const kept = lease.keep();
  assert.equal(pool.stats().usedBytes, 0);
  assert.equal(pool.stats().bytesCopied, 1000);
  assert.notEqual(kept.buffer, buffer);
  assert.equal(kept.buffer.byteLength, 1000, 'it pins nothing but itself');
  const next = pool.acquire(1000);
  next.bytes.fill(2);
  assert.ok(kept.every((byte) => byte === 1));
  next.release();
  assert.throws(() => lease.keep(), hasCode('ERR_RELEASED'));
});

test('bytes after the release throw ERR_RELEASED', () => {
  const lease = new BufferPool().acquire(10);
  lease.release();
  assert.throws(() => lease.bytes, hasCode('ERR_RELEASED'));
});

test('a second release does nothing to whoever has the memory now, and is counted', () => {
  const pool = new BufferPool();
  const first = pool.acquire(100);
  first.release();
  const second = pool.acquire(100);
  first.release();
  first.release();
  const third = pool.acquire(100);
  assert.notEqual(second.bytes.byteOffset, third.bytes.byteOffset);
  assert.equal(pool.stats().usedBytes, 200);
  assert.equal(pool.stats().releasedTwice, 2);
  second.release();
  third.release();
});

test('the end of a scope releases a lease, and is no second release after one by hand', () => {
  const pool = new BufferPool();
  const byScope = pool.acquire(100);
  byScope[Symbol.dispose]();
  assert.throws(() => byScope.bytes, hasCode('ERR_RELEASED'));
  const byHand = pool.acquire(100);
  byHand.release();
  byHand[Symbol.dispose]();
  const kept = pool.acquire(100);
  kept.keep();
  kept[Symbol.dispose]();
  assert.deepEqual([pool.stats().usedBytes, pool.stats().releasedTwice], [0, 0]);
});

test('a closed pool leases nothing more, and lets go of what is released', () => {
  const pool = new BufferPool();
  const held = pool.acquire(1_000_000);
  pool.acquire(2_000_000).release();
  pool.close();
  pool.close();
  assert.throws(() => pool.acquire(1), hasCode('ERR_CLOSED'));
  assert.ok(pool.stats().reservedBytes <= 1_250_000, 'what was not in use is gone');
  held.bytes.fill(1);
  held.release();
  assert.deepEqual([pool.stats().usedBytes, pool.stats().reservedBytes], [0, 0]);
});

test('small leases that are held pin no large memory', () => {
  const pool = new BufferPool();
  const held: Lease[] = [];
  for (let i = 0; i < 1000; i++) {
    const large = pool.acquire(1_000_000);
    held.push(pool.acquire(100));
    large.release();
    held.push(pool.acquire(100));
  }
  const { usedBytes, reservedBytes } = pool.stats();
  assert.equal(usedBytes, 200_000);
  assert.ok(reservedBytes <= 1_250_000 + 2 * usedBytes, `${reservedBytes} bytes for ${usedBytes}`);
  pool.close();
  assert.ok(pool.stats().reservedBytes <= 2 * usedBytes, 'the large memory is gone, with the small leases still held');
  for (const lease of held) lease.release();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, type FramedProtocol, type Lease, lengthPrefixed } from 'landfall';
import { blockOf } from '../../dist/memory/arena.js';
import { blockPool } from '../../dist/memory/block-pool.js';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { framedConnection } from './framed-connection.js';
import { frame, patterned } from './frames.js';

/** A receiver's part that takes every frame. */
function taking(leases: Lease[]): (memory: Uint8Array, start: number, end: number, framed: FramedProtocol) => void {
  return (_memory, _start, _end, framed) => void leases.push(framed.takeFrame());
}

const SIZES = [0, 1, 100, 5000, 31_000, 32_764, 40_000, 262_144, 300_000, 1_500_000];

for (const pool of [undefined, new BufferPool(), new BufferPool({ shared: true })]) {
  const memory = pool === undefined ? "the thread's memory" : "a pool's memory";
  test(`taken frames of all sizes stay as they are while others follow, in ${memory}`, async () => {
    const leases: Lease[] = [];
    await using connection = await framedConnection({ pool, frameReceived: taking(leases) });
    const payloads = [...SIZES, ...SIZES, ...SIZES].map((size, i) => patterned(size, i));
    for (const payload of payloads) await connection.peer.send(frame(payload));
    await connection.untilFrames(payloads.length);
    for (const [i, lease] of leases.entries()) {
      assert.ok(payloads[i]!.equals(lease.bytes), `frame ${i} of ${payloads[i]!.length} bytes`);
      lease.release();
    }
    if (pool !== undefined) assert.equal(pool.stats().usedBytes, 0);
  });
}

test('a small frame is taken as one counted copy of exactly its size', async () => {
  const leases: Lease[] = [];
  await using connection = await framedConnection({ frameReceived: taking(leases) });
  await connection.peer.send(frame('x'.repeat(1000)));
  await connection.untilFrames(1);
  assert.equal(connection.transport.stats().bytesCopied, 1000);
  assert.equal(leases[0]!.bytes.buffer.byteLength, 1000, 'nothing larger is pinned');
  const view = leases[0]!.bytes;
  assert.equal(leases[0]!.keep(), view, 'nobody shares it: kept without another copy');
  assert.equal(connection.transport.stats().bytesCopied, 1000);
});

test('a large frame is taken without a copy: the lease is the memory it landed in', async () => {
  const leases: Lease[] = [];
  let at: [ArrayBufferLike, number] | undefined;
  await using connection = await framedConnection({
    frameReceived(memory, start, _end, framed) {
      at = [memory.buffer, memory.byteOffset + start];
      const before = connection.transport.stats().bytesCopied;
      leases.push(framed.takeFrame());
      assert.equal(connection.transport.stats().bytesCopied, before);
    },
  });
  await connection.peer.send(frame(patterned(2_000_000, 1)));
  await connection.untilFrames(1);
  const [lease] = leases;
  assert.deepEqual([lease!.bytes.buffer === at![0], lease!.bytes.byteOffset], [true, at![1]]);
  const { bytesCopied } = connection.transport.stats();
  const kept = lease!.keep();
  assert.equal(kept.buffer.byteLength, 2_000_000);
  assert.equal(connection.transport.stats().bytesCopied - bytesCopied, 2_000_000, 'keep() copies, and says so');
});

test('a frame can be taken twice, and each lease holds it', async () => {
  for (const size of [100, 200_000]) {
    const leases: Lease[] = [];
    await using connection = await framedConnection({
      pool: new BufferPool(),
      frameReceived(_memory, _start, _end, framed) {
        if (leases.length === 0) leases.push(framed.takeFrame(), framed.takeFrame());
      },
    });
    await connection.peer.send(frame(patterned(size, 1)));
    await connection.untilFrames(1);
    leases[0]!.release();
    await connection.peer.send(frame(patterned(size, 2)));
    await connection.untilFrames(2);
    assert.ok(patterned(size, 1).equals(leases[1]!.bytes));
    leases[1]!.release();
  }
});

test('takeFrame() outside frameReceived throws ERR_RELEASED', async () => {
  for (const size of [10, 100_000]) {
    await using connection = await framedConnection();
    assert.throws(() => connection.framed.takeFrame(), hasCode('ERR_RELEASED'));
    await connection.peer.send(frame(patterned(size, 1)));
    await connection.untilFrames(1);
    assert.throws(() => connection.framed.takeFrame(), hasCode('ERR_RELEASED'));
    connection.transport.abort();
    await connection.lost();
    assert.throws(() => connection.framed.takeFrame(), hasCode('ERR_RELEASED'));
  }
});

test('a lease that is released gives its memory to the next frame of that size, and not before', async () => {
  const size = 777_777;
  const leases: Lease[] = [];
  await using connection = await framedConnection({ pool: new BufferPool(), frameReceived: taking(leases) });
  const placeOf = async (seed: number): Promise<number> => {
    await connection.peer.send(frame(patterned(size, seed)));
    await connection.untilFrames(seed);
    return leases[seed - 1]!.bytes.byteOffset;
  };
  const first = await placeOf(1);
  const second = await placeOf(2);
  assert.notEqual(first, second);
  leases[0]!.release();
  assert.equal(await placeOf(3), first);
  assert.ok(patterned(size, 2).equals(leases[1]!.bytes));
  for (const lease of leases.slice(1)) lease.release();
});

test('with a pool, taken frames are its leases, and count', async () => {
  const pool = new BufferPool();
  const leases: Lease[] = [];
  await using connection = await framedConnection({ pool, frameReceived: taking(leases) });
  await connection.peer.send(Buffer.concat([frame('x'.repeat(100)), frame(patterned(500_000, 1))]));
  await connection.untilFrames(2);
  const { leases: count, usedBytes } = pool.stats();
  assert.equal(count, 2);
  assert.ok(usedBytes >= 500_100 && usedBytes <= 500_104, `${usedBytes}`);
  assert.equal(leases[0]!.keep().length, 100);
  assert.equal(pool.stats().bytesCopied, 100);
  leases[1]!.release();
  leases[1]!.release();
  assert.equal(pool.stats().releasedTwice, 1);
  assert.equal(pool.stats().usedBytes, 0);
});

test('a frame that the pool has no room for loses its connection with ERR_LIMIT, and leaves others their leases', async () => {
  const pool = new BufferPool({ maxBytes: 1_000_000 });
  const leases: Lease[] = [];
  await using first = await framedConnection({ pool, frameReceived: taking(leases) });
  await using second = await framedConnection({ pool, frameReceived: taking(leases) });
  await first.peer.send(frame(patterned(800_000, 1)));
  await first.untilFrames(1);
  second.peer.socket.write(frame(patterned(800_000, 2)));
  assertCode(await second.lost(), 'ERR_LIMIT');
  assert.ok(patterned(800_000, 1).equals(leases[0]!.bytes));
  assert.equal(first.transport.isClosing, false);
  leases[0]!.release();
  await first.peer.send(frame(patterned(900_000, 3)));
  await first.untilFrames(2);
  leases[1]!.release();
  assert.equal(pool.stats().usedBytes, 0);
});

test('takeFrame() that the pool has no room for throws ERR_LIMIT, which may be caught', async () => {
  const pool = new BufferPool({ maxBytes: 100 });
  let error: unknown;
  await using connection = await framedConnection({
    pool,
    frameReceived(_memory, _start, _end, framed) {
      try {
        framed.takeFrame().release();
      } catch (thrown) {
        error = thrown;
      }
    },
  });
  await connection.peer.send(Buffer.concat([frame('x'.repeat(101)), frame('more')]));
  await connection.untilFrames(2);
  assertCode(error, 'ERR_LIMIT');
});

test('a lease outlives its connection', async () => {
  const pool = new BufferPool();
  const leases: Lease[] = [];
  {
    await using connection = await framedConnection({ pool, frameReceived: taking(leases) });
    await connection.peer.send(Buffer.concat([frame('small'), frame(patterned(300_000, 1))]));
    await connection.untilFrames(2);
  }
  assert.equal(Buffer.from(leases[0]!.bytes).toString(), 'small');
  assert.ok(patterned(300_000, 1).equals(leases[1]!.bytes));
  for (const lease of leases) lease.release();
  assert.equal(pool.stats().usedBytes, 0);
});

test('two large frames in one receive land apart, and with stripHeader: false each begins with its header', async () => {
  const leases: Lease[] = [];
  const framing = lengthPrefixed({ lengthBytes: 4, stripHeader: false });
  await using connection = await framedConnection({ framing, largeFrameBytes: 100, frameReceived: taking(leases) });
  const wire = [frame(patterned(3000, 1)), frame(patterned(70_000, 2)), frame(patterned(200_000, 3))];
  await connection.peer.send(Buffer.concat(wire));
  await connection.untilFrames(3);
  for (const [i, lease] of leases.entries()) assert.ok(wire[i]!.equals(lease.bytes), `frame ${i}`);
  assert.equal(new Set(leases.map(({ bytes }) => blockOf(bytes) ?? bytes.buffer)).size, 3);
  for (const lease of leases) lease.release();
});

test('a loss or an abort with a large frame half arrived gives its memory back', async () => {
  const used = blockPool.usedBytes;
  const pool = new BufferPool();
  for (const ends of [true, false]) {
    await using connection = await framedConnection({ pool });
    await connection.peer.send(frame(patterned(1_000_000, 1)).subarray(0, 600_000));
    await connection.untilBytes(600_000);
    assert.ok(pool.stats().usedBytes > 0);
    if (ends) connection.peer.end();
    else connection.transport.abort();
    const error = await connection.lost();
    if (ends) assertCode(error, 'ERR_INCOMPLETE');
    else assert.equal(error, null);
    assert.equal(pool.stats().usedBytes, 0);
  }
  assert.equal(blockPool.usedBytes, used);
});

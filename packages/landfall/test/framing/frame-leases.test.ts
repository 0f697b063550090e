/** Leases that are written: passed on, released at once, or refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BufferPool,
  type FramedProtocol,
  type FramePayload,
  fixedSize,
  type Lease,
  lengthPrefixed,
  lines,
} from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { framedConnection } from './framed-connection.js';
import { frame, patterned, until } from './frames.js';

/** A lease of these bytes. */
function leaseOf(pool: BufferPool, bytes: Uint8Array): Lease {
  const lease = pool.acquire(bytes.length);
  lease.bytes.set(bytes);
  return lease;
}

test('a written lease is passed on: not to be used any more, disposed of without harm, and released once sent', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ peerReads: false });
  const payload = patterned(8_000_000, 1);
  const lease = leaseOf(pool, payload);
  connection.framed.writeFrame(lease);
  assert.throws(() => lease.bytes, hasCode('ERR_RELEASED'));
  assert.throws(() => connection.framed.writeFrame(lease), hasCode('ERR_RELEASED'));
  lease.release();
  lease[Symbol.dispose]();
  assert.equal(pool.stats().releasedTwice, 0);
  assert.equal(pool.stats().usedBytes, 8_000_000, 'it waits to be sent');
  connection.peer.read();
  await connection.transport.flushed();
  assert.equal(pool.stats().usedBytes, 0);
  await connection.peer.untilBytes(8_000_004);
  assert.ok(frame(payload).equals(connection.peer.receivedCopy()));
});

test('leases and views together make one frame, and all leases are passed on', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection();
  const parts = [patterned(100_000, 1), patterned(10, 2), patterned(50_000, 3), patterned(0, 4)];
  const leases = [leaseOf(pool, parts[0]!), leaseOf(pool, parts[1]!), leaseOf(pool, parts[3]!)];
  connection.framed.writeFrame([leases[0]!, leases[1]!, parts[2]!, leases[2]!]);
  for (const lease of leases) assert.throws(() => lease.bytes, hasCode('ERR_RELEASED'));
  await connection.transport.flushed();
  assert.equal(pool.stats().usedBytes, 0);
  await connection.peer.untilBytes(150_014);
  assert.ok(frame(Buffer.concat(parts)).equals(connection.peer.receivedCopy()));
});

test('with copy: true a lease is free at once', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ peerReads: false });
  connection.framed.writeFrame(leaseOf(pool, patterned(3_000_000, 1)), { copy: true });
  assert.equal(pool.stats().usedBytes, 0);
  connection.peer.read();
  const next = leaseOf(pool, patterned(3_000_000, 2));
  await connection.peer.untilBytes(3_000_004);
  assert.ok(frame(patterned(3_000_000, 1)).equals(connection.peer.receivedCopy()));
  next.release();
});

test('an abort with leases waiting releases them', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ peerReads: false });
  for (let i = 0; i < 5; i++) connection.framed.writeFrame(leaseOf(pool, patterned(5_000_000, i)));
  connection.transport.abort();
  await connection.lost();
  await until(() => pool.stats().usedBytes === 0);
});

test('a lease that is written after the close is released, and counted as dropped', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection();
  connection.transport.close();
  const lease = leaseOf(pool, patterned(100_000, 1));
  assert.equal(connection.framed.writeFrame(lease), false);
  assert.equal(pool.stats().usedBytes, 0);
  assert.equal(connection.transport.stats().writesDropped, 1);
});

const REFUSALS: [string, Parameters<typeof framedConnection>[0], (lease: Lease) => FramePayload, string][] = [
  ['over the limit', { framing: lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 99 }) }, (lease) => lease, 'ERR_LIMIT'],
  [
    'too large for its field',
    { framing: lengthPrefixed({ lengthBytes: 1 }) },
    (lease) => [lease, Buffer.alloc(200)],
    'ERR_LIMIT',
  ],
  ['of the wrong size', { framing: fixedSize(99) }, (lease) => lease, 'ERR_FRAME'],
  ['with its delimiter inside', { framing: lines() }, (lease) => [lease, Buffer.from('a\nb')], 'ERR_FRAME'],
  ['with a released lease', {}, (lease) => [lease, released()], 'ERR_RELEASED'],
];

function released(): Lease {
  const lease = new BufferPool().acquire(10);
  lease.release();
  return lease;
}

for (const [what, options, payload, code] of REFUSALS) {
  test(`a frame ${what} is refused with ${code}, sends nothing, and leaves its lease with the caller`, async () => {
    const pool = new BufferPool();
    await using connection = await framedConnection(options);
    const lease = leaseOf(pool, Buffer.alloc(100, 'x'));
    assert.throws(() => connection.framed.writeFrame(payload(lease)), { code });
    assert.equal(lease.bytes.length, 100);
    lease.release();
    assert.deepEqual(
      [pool.stats().usedBytes, pool.stats().releasedTwice, connection.transport.writeBufferSize],
      [0, 0, 0],
    );
  });
}

test('a frame with a part of the wrong type, or after writeEof(), is refused and leaves its lease with the caller', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection();
  const lease = leaseOf(pool, Buffer.alloc(100, 'x'));
  assert.throws(() => connection.framed.writeFrame([lease, 'text' as unknown as Uint8Array]), TypeError);
  connection.transport.writeEof();
  assert.throws(() => connection.framed.writeFrame(lease), hasCode('ERR_CLOSED'));
  assert.equal(lease.bytes.length, 100);
  lease.release();
  assert.equal(pool.stats().releasedTwice, 0);
});

const ECHOES: [string, (memory: Uint8Array, start: number, end: number, framed: FramedProtocol) => void][] = [
  ['a taken frame that is passed on', (_memory, _start, _end, framed) => void framed.writeFrame(framed.takeFrame())],
  [
    'a taken frame that is written by reference and released at once',
    (_memory, _start, _end, framed) => {
      const lease = framed.takeFrame();
      framed.writeFrame(lease.bytes);
      lease.release();
    },
  ],
  ['the borrowed frame', (memory, start, end, framed) => void framed.writeFrame(memory.subarray(start, end))],
  [
    'the borrowed frame in two parts, and taken besides',
    (memory, start, end, framed) => {
      const lease = framed.takeFrame();
      const middle = start + ((end - start) >> 1);
      framed.writeFrame([memory.subarray(start, middle), lease.bytes.subarray(middle - start)]);
      lease.release();
    },
  ],
];

for (const [what, echo] of ECHOES) {
  for (const pool of [undefined, new BufferPool()]) {
    test(`a flood of frames echoed as ${what} comes back intact to a slow reader (${pool === undefined ? "the thread's memory" : 'a pool'})`, async () => {
      const sizes = [10, 70_000, 5000, 300_000, 0, 40_000, 4096, 1_500_000, 33_000, 100, 262_140, 65_536];
      const wire = Array.from({ length: 96 }, (_, i) => frame(patterned(sizes[i % sizes.length]! + i, i)));
      await using connection = await framedConnection({ pool, peerReads: false, frameReceived: echo });
      const { peer } = connection;
      for (const bytes of wire) peer.socket.write(bytes);
      await connection.untilFrames(wire.length);
      peer.read();
      const all = Buffer.concat(wire);
      await peer.untilBytes(all.length);
      assert.ok(all.equals(peer.receivedCopy()));
      await connection.transport.flushed();
      if (pool !== undefined) assert.equal(pool.stats().usedBytes, 0);
    });
  }
}

test('a taken frame that is sent on through another connection, and released at once, arrives intact', async () => {
  await using target = await framedConnection({ peerReads: false });
  await using source = await framedConnection({
    frameReceived(_memory, _start, _end, framed) {
      const lease = framed.takeFrame();
      target.transport.write(lease.bytes);
      lease.release();
    },
  });
  const payloads = Array.from({ length: 30 }, (_, i) => patterned(400_000, i));
  for (const payload of payloads) source.peer.socket.write(frame(payload));
  await source.untilFrames(30);
  target.peer.read();
  await target.peer.untilBytes(12_000_000);
  assert.ok(Buffer.concat(payloads).equals(target.peer.receivedCopy()));
});

test('writeFrame above the high water mark returns false and asks to pause, once, and to go on when it has drained', async () => {
  const calls: string[] = [];
  await using connection = await framedConnection({
    peerReads: false,
    pauseWriting: () => void calls.push('pause'),
    resumeWriting: () => void calls.push('resume'),
  });
  const { framed, peer } = connection;
  let count = 0;
  do count++;
  while (framed.writeFrame(patterned(1000, count)));
  assert.ok(count * 1004 > 64 * 1024, 'paused too early');
  assert.ok((count - 1) * 1004 <= 64 * 1024, 'paused too late');
  assert.equal(framed.writeFrame(patterned(1000, ++count)), false);
  assert.deepEqual(calls, ['pause']);
  peer.read();
  await peer.untilBytes(count * 1004);
  await until(() => calls.length === 2);
  assert.deepEqual(calls, ['pause', 'resume']);
  assert.equal(framed.writeFrame(new Uint8Array(0)), true);
});

/** Every frame lands once: how many of the received bytes are moved again, and how much memory a declared size takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool } from 'landfall';
import { framedConnection } from './framed-connection.js';
import { frame, patterned, until } from './frames.js';

const MANY = 100_000;

const FLOODS: [string, Buffer[], number, number][] = [
  ['100 bytes', Array.from({ length: MANY }, () => frame('x'.repeat(100))), 4, 0.01],
  ['1 MB', [frame(patterned(1_000_000, 1))], 100, 0.05],
  ['20 MB', [frame(patterned(20_000_000, 1))], 8, 0.005],
  [
    '64 KiB to 4 MB',
    [65_536, 4_000_000, 100_000, 262_144, 300_000, 1_000_000, 70_000, 2_000_000].map((size, i) =>
      frame(patterned(size, i)),
    ),
    12,
    0.1,
  ],
];

for (const [what, wire, times, share] of FLOODS) {
  test(`a flood of frames of ${what} has at most ${share} of its bytes copied`, async () => {
    let count = 0;
    await using connection = await framedConnection({ frameReceived: () => void count++ });
    const flood = Buffer.concat(wire);
    // The first frames of a size find no memory ready, and theirs grows with them.
    await connection.peer.send(flood);
    await until(() => count === wire.length);
    const before = connection.transport.stats();
    for (let i = 1; i <= times; i++) {
      connection.received.length = 0;
      await connection.peer.send(flood);
    }
    await until(() => count === wire.length * (times + 1));
    const after = connection.transport.stats();
    const bytesReceived = after.bytesReceived - before.bytesReceived;
    const copiedShare = (after.bytesCopied - before.bytesCopied) / bytesReceived;
    assert.equal(bytesReceived, flood.length * times);
    assert.ok(copiedShare <= share, `${copiedShare} of ${bytesReceived} bytes copied`);
  });
}

test('a frame that is declared and not sent takes no more memory than a window, however much of it is declared', async () => {
  const WINDOW_BYTES = 64 * 1024;
  for (const declaredBytes of [60_000_000, 5_000_000, 300_000]) {
    const pool = new BufferPool();
    await using connection = await framedConnection({ pool });
    const header = Buffer.alloc(4);
    header.writeUInt32BE(declaredBytes);
    await connection.peer.send(Buffer.concat([header, Buffer.alloc(10_000)]));
    await connection.untilBytes(10_004);
    assert.ok(pool.stats().reservedBytes <= WINDOW_BYTES, `${pool.stats().reservedBytes} for ${declaredBytes}`);
  }
});

test('the memory of a frame that is declared grows with what arrives of it', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ pool });
  const wire = frame(patterned(60_000_000, 1));
  for (const sent of [10_000, 100_000, 400_000]) {
    await connection.peer.send(wire.subarray(connection.transport.stats().bytesReceived, sent));
    await connection.untilBytes(sent);
    assert.ok(pool.stats().usedBytes <= 65 * sent, `${pool.stats().usedBytes} for ${sent}`);
  }
  await connection.peer.send(wire.subarray(400_000));
  await connection.untilFrames(1);
  assert.ok(connection.received[0]!.equals(wire.subarray(4)));
});

test('a connection between frames holds no memory', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ pool });
  await connection.peer.send(Buffer.concat([frame('small'), frame(patterned(500_000, 1)), frame('small')]));
  await connection.untilFrames(3);
  assert.equal(pool.stats().usedBytes, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, type FramedProtocol, lines } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { framedConnection } from './framed-connection.js';
import { frame, patterned } from './frames.js';

for (const size of [40_000, 200_000]) {
  test(`frames of ${size} bytes echoed by reference from a lease that every frame lands in come back intact`, async () => {
    const lease = new BufferPool().acquire(size);
    const own = lease.bytes;
    const count = Math.ceil(20_000_000 / size);
    await using connection = await framedConnection({
      peerReads: false,
      getFrameBuffer: () => own,
      frameReceived(memory, start, end, framed) {
        framed.writeFrame(memory.subarray(start, end));
      },
    });
    const { peer } = connection;
    const wire = Array.from({ length: count }, (_, i) => frame(patterned(size, i)));
    for (const bytes of wire) peer.socket.write(bytes);
    await connection.untilFrames(count);
    peer.read();
    await peer.untilBytes(count * (size + 4));
    assert.ok(Buffer.concat(wire).equals(peer.receivedCopy()));
  });
}

test(`setFraming() inside getFrameBuffer leaves the begun frame to the old framing and repeats no bytes`, async () => {
  let framed!: FramedProtocol;
  let done = false;
  await using connection = await framedConnection({
    getFrameBuffer(n) {
      if (!done) framed.setFraming(lines({ maxLineBytes: 1e6 }));
      done = true;
      return new Uint8Array(n);
    },
  });
  framed = connection.framed;
  const wire = Buffer.concat([
    frame(Buffer.concat([Buffer.alloc(99_999, 'x'), Buffer.from('y')])),
    Buffer.from('abc\n'),
  ]);
  await connection.peer.send(wire.subarray(0, 2));
  await connection.untilBytes(2);
  await connection.peer.send(wire.subarray(2));
  await connection.untilBytes(wire.length);
  for (let i = 0; i < 30; i++) await new Promise((r) => setImmediate(r));
  assert.deepEqual(
    connection.received.map((f) => f.length),
    [100_000, 3],
  );
});
test(`setMaxFrameBytes inside getFrameBuffer`, async () => {
  let framed!: FramedProtocol;
  await using connection = await framedConnection({
    getFrameBuffer(n) {
      framed.setMaxFrameBytes(10);
      return new Uint8Array(n);
    },
  });
  framed = connection.framed;
  connection.peer.socket.write(Buffer.concat([frame(patterned(100_000, 1)), frame('ok')]));
  await connection.untilFrames(2);
});

for (const cut of [0, 2, 4, 500, 20_000, 60_000]) {
  test(`switchTo() inside getFrameBuffer hands over the frame that has begun, cut at ${cut}`, async () => {
    const next = new RecordingProtocol();
    let framed!: FramedProtocol;
    await using connection = await framedConnection({
      getFrameBuffer(n) {
        framed.switchTo(next);
        return new Uint8Array(n);
      },
    });
    framed = connection.framed;
    const wire = frame(patterned(100_000, 1));
    if (cut > 0) {
      await connection.peer.send(wire.subarray(0, cut));
      await connection.untilBytes(cut);
    }
    await connection.peer.send(wire.subarray(cut));
    await next.untilBytes(wire.length);
    assert.ok(wire.equals(next.receivedCopy()));
  });
}

test('switchTo() inside getFrameBuffer leaves no claim on the memory that it returned', async () => {
  const pool = new BufferPool();
  const lease = pool.acquire(100_000);
  const next = new RecordingProtocol();
  let framed!: FramedProtocol;
  await using connection = await framedConnection({
    getFrameBuffer() {
      framed.switchTo(next);
      return lease.bytes;
    },
  });
  framed = connection.framed;
  const wire = frame(patterned(100_000, 1));
  await connection.peer.send(wire);
  await next.untilBytes(wire.length);
  lease.release();
  assert.equal(pool.stats().usedBytes, 0);
});

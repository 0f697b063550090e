/** Slow readers and writers: what is kept for them is bounded by the water marks, and everything arrives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockPool } from '../../dist/memory/block-pool.js';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { untilStill } from '../stream/byte-streams.js';
import type { Side } from '../support/connections.js';
import { Quiet } from './aftermath.js';
import { connected, FACES, Subject } from './subjects.js';

const CHUNK_BYTES = 64 * 1024;
const HIGH_BYTES = 256 * 1024;
const TOTAL_BYTES = 8 * 1024 * 1024;
/** What one wake-up may bring on top of what is kept. */
const RECEIVE_BYTES = 256 * 1024;
const KEPT_BYTES = 64 * 1024;

for (const side of ['connecting', 'accepted'] as const satisfies readonly Side[]) {
  for (const face of FACES) {
    test(`87: a slow reader gets everything, and no more waits for it than the high water mark and one write (${face.name}, ${side})`, async () => {
      await using _quiet = new Quiet();
      const subject = new Subject((transport) => transport.setWriteBufferLimits({ high: HIGH_BYTES }));
      await using connection = await connected(face, side, subject, false);
      const { socket } = connection.peer;
      const sent = noise(TOTAL_BYTES);
      let mostWaiting = 0;
      const write = async (): Promise<void> => {
        for (let at = 0; at < TOTAL_BYTES; at += CHUNK_BYTES) {
          const hasRoom = subject.transport.write(sent.subarray(at, at + CHUNK_BYTES));
          mostWaiting = Math.max(mostWaiting, subject.transport.writeBufferSize);
          if (!hasRoom) await (subject.stream?.drain() ?? subject.transport.flushed());
        }
      };
      const writing = write();
      const pieces: Buffer[] = [];
      let received = 0;
      // A piece on every turn of the event loop, and never more.
      for (const deadline = performance.now() + 20_000; received < TOTAL_BYTES; await loopTurns(1)) {
        assert.ok(performance.now() < deadline, `${received} bytes arrived in time`);
        const piece = socket.read(Math.min(CHUNK_BYTES, socket.readableLength)) as Buffer | null;
        if (piece === null) continue;
        pieces.push(piece);
        received += piece.length;
      }
      await within('the writer', writing);
      assert.ok(Buffer.concat(pieces).equals(sent));
      assert.ok(mostWaiting > HIGH_BYTES && mostWaiting <= HIGH_BYTES + CHUNK_BYTES, `${mostWaiting} bytes waited`);
      assert.equal(subject.transport.writeBufferSize, 0);
    });
  }
}

for (const face of FACES.filter(({ name }) => name.endsWith('Stream'))) {
  test(`87: a stream that nobody reads keeps little of a flood, stops its sender, and gives all of it later (${face.name})`, async () => {
    await using _quiet = new Quiet();
    const before = blockPool.usedBytes;
    const subject = new Subject(() => {});
    await using connection = await connected(face, 'accepted', subject, true);
    const frame = Buffer.concat([Buffer.from([0, 0, 0x40, 0]), noise(0x4000)]);
    const frames = 500;
    for (let i = 0; i < frames; i++) connection.peer.socket.write(frame);
    const kept = await untilStill(subject);
    assert.ok(kept > 0 && kept <= KEPT_BYTES + RECEIVE_BYTES, `${kept} bytes were received`);
    assert.ok(
      blockPool.usedBytes - before <= 2 * (KEPT_BYTES + RECEIVE_BYTES),
      `${blockPool.usedBytes - before} bytes in blocks`,
    );
    assert.ok(connection.peer.socket.writableLength > 0, 'the sender is held up');
    connection.peer.end();
    let bytes = 0;
    for await (const piece of subject.stream!) bytes += 'bytes' in piece ? piece.bytes.length + 4 : piece.length;
    assert.equal(bytes, frames * frame.length);
    await subject.close();
  });
}

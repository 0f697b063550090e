/** What reading frames costs in copies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameStream } from 'landfall';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { openToPeer } from './streams.js';

const COUNT = 30;
const PAYLOAD = patterned(1_000_000, 1);
const WIRE = Buffer.concat(Array.from({ length: COUNT }, () => frame(PAYLOAD)));

const FACES: Record<string, (stream: FrameStream) => Promise<void>> = {
  async 'readInto()'(stream) {
    const target = Buffer.alloc(PAYLOAD.length);
    for (let i = 0; i < COUNT; i++) {
      assert.equal(await stream.readInto(target), PAYLOAD.length);
      assert.ok(target.equals(PAYLOAD));
    }
  },
  async 'read()'(stream) {
    for (let i = 0; i < COUNT; i++) {
      using each = await stream.read();
      assert.ok(PAYLOAD.equals(each!.bytes));
    }
  },
  async iteration(stream) {
    let count = 0;
    for await (const each of stream) {
      assert.ok(PAYLOAD.equals(each.bytes));
      if (++count === COUNT) return;
    }
  },
};

for (const [name, readAll] of Object.entries(FACES)) {
  test(`${name} of frames of 1 MB copies at most a twentieth of what arrives`, async () => {
    await using both = await openToPeer();
    const sent = both.peer.send(WIRE);
    await within('the frames', readAll(both.stream));
    await sent;
    const { bytesReceived, bytesCopied } = both.stream.transport.stats();
    assert.equal(bytesReceived, WIRE.length);
    assert.ok(bytesCopied <= 0.05 * bytesReceived, `${bytesCopied} of ${bytesReceived} bytes were copied`);
  });
}

test('a frame whose start has arrived before readInto() is called lands in the target nevertheless', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  await peer.send(Buffer.concat([frame('first'), frame(PAYLOAD).subarray(0, 1_000)]));
  using first = await stream.read();
  assert.equal(first!.bytes.length, 5);
  await untilArrived(stream, 1_009);
  const before = stream.transport.stats().bytesCopied;
  const target = Buffer.alloc(PAYLOAD.length);
  const reading = stream.readInto(target);
  await peer.send(frame(PAYLOAD).subarray(1_000));
  assert.equal(await within('readInto()', reading), PAYLOAD.length);
  assert.ok(target.equals(PAYLOAD));
  const copied = stream.transport.stats().bytesCopied - before;
  assert.ok(copied <= 40_000, `${copied} bytes were copied`);
});

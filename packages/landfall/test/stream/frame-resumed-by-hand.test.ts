/** Reading that is resumed by hand while nobody reads: what arrives is kept, all of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { nextCopy, openToPeer } from './streams.js';

for (const [count, bytes] of [
  [30_000, 100],
  [60, 50_000],
  [3, 1_000_000],
] as const) {
  test(`${count} frames of ${bytes} bytes that arrive while nobody reads are all there afterwards`, async () => {
    await using pair = await openToPeer();
    const { stream, peer } = pair;
    const payloads = Array.from({ length: count }, (_, i) => patterned(bytes, i));
    const wire = Buffer.concat(payloads.map((payload) => frame(payload)));
    const sent = peer.send(wire);
    const resumedBefore = stream.transport.stats().bytesReceived;
    await within('most of it', untilMostReceived());
    for (const payload of payloads) {
      const received = await nextCopy(stream);
      assert.ok(received !== null && payload.equals(received));
    }
    await sent;
    assert.ok(stream.transport.stats().bytesReceived - resumedBefore === wire.length);

    /** A large frame that is whole is its reader's alone: nothing more is received behind it until it is read. */
    async function untilMostReceived(): Promise<void> {
      for (let turns = 0; turns < 2000 && stream.transport.stats().bytesReceived < wire.length; turns++) {
        stream.transport.resumeReading();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  });
}

/** How much of a large frame one receive may take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FramedProtocol, lengthPrefixed } from 'landfall';
import { feedBytes } from './feeding.js';
import { frame } from './frames.js';

/** What is lent once the header and a little of the payload have arrived. */
function lentBytes(payloadBytes: number): number {
  const framed = new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4 }), receiver: { frameReceived() {} } });
  feedBytes(framed, frame(Buffer.alloc(payloadBytes)).subarray(0, 1000), []);
  const { length } = framed.getBuffer();
  framed.connectionLost(null);
  return length;
}

test('a frame of up to 256 KiB is received at once, a larger one 64 KiB at a time', () => {
  for (const payloadBytes of [70_000, 100_000, 256 * 1024 - 4])
    assert.equal(lentBytes(payloadBytes), payloadBytes + 4 - 1000, `of ${payloadBytes}`);
  for (const payloadBytes of [256 * 1024 - 3, 300_000, 10_000_000]) assert.ok(lentBytes(payloadBytes) <= 64 * 1024);
});

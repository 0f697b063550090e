/** write and writeVectored: types, order, and whose the memory is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, FramedProtocol, lengthPrefixed, listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
import { Happenings, within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress } from '../support/connections.js';

test('20,000 writes of 10 kB among writes of wrong types arrive to the byte', async () => {
  let bytesReceived = 0;
  const accepted = new RecordingProtocol();
  accepted.dataReceived = (data): void => {
    bytesReceived += data.length;
  };
  await using server = await listen(freeAddress('TCP'), () => accepted);
  const { transport } = await connect(addressOf(server), () => new RecordingProtocol());
  const chunk = noise(10_000);
  for (let i = 0; i < 20_000; i++) {
    transport.write(chunk);
    if (i % 10 === 0) assert.throws(() => transport.write(i as never), TypeError);
    if (i % 500 === 0) await within('flushed()', transport.flushed());
  }
  transport.close();
  await accepted.until('connectionLost');
  assert.equal(bytesReceived, 200_000_000);
});

test('frames written back by reference from inside frameReceived come back intact', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  const frames: readonly Buffer[] = Array.from({ length: 300 }, (_, i) => noise(i % 10 === 0 ? 200_000 : 20_000));
  const echo = (): FramedProtocol =>
    new FramedProtocol({
      framing,
      receiver: {
        frameReceived: (memory, start, end, framed) => void framed.writeFrame(memory.subarray(start, end)),
      },
    });
  await using server = await listen(freeAddress('TCP'), echo);
  const back: Buffer[] = [];
  const arrivals = new Happenings();
  const receiver = {
    frameReceived(memory: Uint8Array, start: number, end: number): void {
      back.push(Buffer.from(memory.subarray(start, end)));
      arrivals.changed();
    },
  };
  const { transport, protocol } = await connect(addressOf(server), () => new FramedProtocol({ framing, receiver }));
  for (const frame of frames) protocol.writeFrame(frame);
  await arrivals.until('all frames', () => back.length === frames.length);
  assert.ok(back.every((frame, i) => frame.equals(frames[i]!)));
  transport.close();
  await within('closed', transport.closed);
});

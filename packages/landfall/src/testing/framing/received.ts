/** Frames come out as they were sent, however they arrive. */
import assert from 'node:assert/strict';
import { byteByByte, cutAt, type Feed, seededFeed } from '../feeds.js';
import { type DecodeOptions, Decoder, decode } from './decoding.js';
import type { FramingSentence, Sample } from './sample.js';

const SEEDS = 50;
/** How far one connection is ahead of another. */
const LEADS = 40;

export const received: readonly FramingSentence[] = [
  {
    sentence: 'frames that arrive in one piece come out as they were sent',
    body: (sample) => assertReceived(sample, [sample.wire], 'in one piece'),
  },
  {
    sentence: 'frames cut in two at any byte come out as they were sent',
    body: (sample) => {
      for (let at = 1; at < sample.wire.length; at++) assertReceived(sample, cutAt(sample.wire, at), `cut at ${at}`);
    },
  },
  {
    sentence: 'frames that arrive byte by byte come out as they were sent',
    body: (sample) => assertReceived(sample, byteByByte(sample.wire), 'byte by byte'),
  },
  {
    sentence: 'frames cut at random come out as they were sent',
    body: (sample) => {
      for (let seed = 0; seed < SEEDS; seed++) {
        assertReceived(sample, seededFeed(sample.wire, seed, 1 + (seed % 20)), `seed ${seed}`);
      }
    },
  },
  {
    sentence: 'what lies around the received bytes makes no difference, and is not looked at',
    body: (sample) => {
      // What looks like more of the same is what would mislead.
      for (const surroundings of [0, 0x0a, 0x30, 0xff, ...sample.wire.subarray(0, 8), ...sample.wire.subarray(-4)]) {
        assertReceived(sample, byteByByte(sample.wire), `byte by byte, ${surroundings} around`, { surroundings });
        assertReceived(sample, [sample.wire], `in one piece, ${surroundings} around`, { surroundings });
      }
    },
  },
  {
    sentence: 'a frame that is not whole may be asked about twice',
    body: (sample) => assertReceived(sample, byteByByte(sample.wire), 'byte by byte, twice', { twice: true }),
  },
  {
    sentence: 'a frame that is not whole may be asked about again with fewer bytes, after some were given back',
    body: (sample) => {
      assertReceived(sample, byteByByte(sample.wire), 'byte by byte, bytes given back', { givingBack: true });
    },
  },
  {
    sentence: 'two connections have nothing to do with each other',
    body: (sample) => {
      for (let lead = 0; lead < Math.min(LEADS, sample.wire.length); lead++) assertApart(sample, lead);
    },
  },
  {
    sentence: 'the end behind a frame is clean, and the end inside one is not, unless it ends the frame',
    body: (sample) => {
      for (let at = 0; at <= sample.wire.length; at++) assertEnd(sample, at);
    },
  },
];

function assertReceived({ framing, texts }: Sample, feed: Feed, how: string, options?: DecodeOptions): void {
  assert.deepEqual(decode(framing, feed, options), { frames: texts, end: 'clean' }, how);
}

/** Of a stream that is cut off, the frames that are whole come out. */
function assertEnd({ framing, wire, encoded, texts }: Sample, at: number): void {
  const { frames, end } = decode(framing, [wire.subarray(0, at)]);
  let whole = 0;
  let bytes = 0;
  while (whole < encoded.length && bytes + encoded[whole]!.length <= at) bytes += encoded[whole++]!.length;
  const where = `cut off at ${at}`;
  assert.deepEqual(frames.slice(0, whole), texts.slice(0, whole), where);
  const mayEndFrame = bytes < at && framing.createCodec().scanEnd !== undefined;
  assert.ok(frames.length <= (mayEndFrame ? whole + 1 : whole), `${where}, ${frames.length} frames of ${whole}`);
  if (!mayEndFrame) assert.equal(end, bytes === at ? 'clean' : 'inside a frame', where);
  else if (end !== 'clean') assert.equal(frames.length, whole, where);
}

/** One connection is some bytes ahead of the other, and they receive in turn. */
function assertApart({ framing, wire, texts }: Sample, lead: number): void {
  const ahead = new Decoder(framing.createCodec(), framing.maxFrameBytes, {});
  const behind = new Decoder(framing.createCodec(), framing.maxFrameBytes, {});
  for (let at = 0; at < wire.length + lead; at++) {
    if (at < wire.length) ahead.receive(wire.subarray(at, at + 1));
    if (at >= lead) behind.receive(wire.subarray(at - lead, at - lead + 1));
  }
  assert.deepEqual(ahead.frames, texts, `${lead} bytes ahead of another`);
  assert.deepEqual(behind.frames, texts, `${lead} bytes behind another`);
}

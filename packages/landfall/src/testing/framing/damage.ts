/** Bytes that nobody meant to send. */
import assert from 'node:assert/strict';
import { byteByByte, type Feed, seededFeed } from '../feeds.js';
import { randomBelow, seededRandom } from '../random.js';
import { type Decoded, type DecodeOptions, decode } from './decoding.js';
import type { FramingSentence, Sample } from './sample.js';

const SEEDS = 300;
/** What random bytes are mostly taken for, as a length, is larger than any memory. */
const MAX_FRAME_BYTES = 1000;

export const damage: readonly FramingSentence[] = [
  {
    sentence: 'damaged frames come to the same end, with a typed error or none, however they arrive',
    body: (sample) => {
      for (let seed = 0; seed < SEEDS; seed++) assertSameEnd(sample, damaged(sample.wire, seed), seed);
    },
  },
  {
    sentence: 'random bytes come to the same end, with a typed error or none, however they arrive',
    body: (sample) => {
      for (let seed = 0; seed < SEEDS; seed++) assertSameEnd(sample, randomBytes(seed, sample.wire), seed);
    },
  },
  {
    sentence: 'the scan may go on behind a header that cannot be, and comes to an end',
    body: ({ framing, wire }) => {
      for (let seed = 0; seed < SEEDS; seed++) {
        outcome(framing, [damaged(wire, seed)], { onward: true });
        outcome(framing, [randomBytes(seed, wire)], { onward: true });
      }
    },
  },
];

function assertSameEnd({ framing }: Sample, bytes: Uint8Array, seed: number): void {
  const whole = outcome(framing, [bytes]);
  const what = `seed ${seed}, ${Buffer.from(bytes).toString('hex')}`;
  assert.deepEqual(outcome(framing, byteByByte(bytes)), whole, `${what}, byte by byte`);
  assert.deepEqual(outcome(framing, seededFeed(bytes, seed, 9)), whole, `${what}, cut at random`);
}

/** The frames, and the code of the error if there was one: its numbers may depend on how much was seen. */
function outcome(framing: Sample['framing'], feed: Feed, options: DecodeOptions = {}): Decoded {
  try {
    const maxFrameBytes = Math.min(MAX_FRAME_BYTES, framing.maxFrameBytes);
    const { frames, end } = decode(framing, feed, { ...options, maxFrameBytes });
    return { frames, end: /^ERR_\w+/.exec(end)?.[0] ?? end };
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    const bytes = Buffer.concat(feed).toString('hex');
    throw new assert.AssertionError({
      message: `scan threw ${String(error)}, which is no LandfallError, for ${bytes}`,
    });
  }
}

/** Something changed, left out, put in or cut off, once or several times. */
function damaged(wire: Uint8Array, seed: number): Buffer {
  const random = seededRandom(seed);
  let bytes = Buffer.from(wire);
  for (let times = randomBelow(random, 1, 4); times > 0; times--) {
    const at = randomBelow(random, 0, bytes.length + 1);
    const other = randomBytes(randomBelow(random, 0, 1_000_000), wire).subarray(0, randomBelow(random, 0, 4));
    bytes = Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + randomBelow(random, 0, 4))]);
  }
  return bytes;
}

/** Half of them from what frames are made of, so that they mean something now and then. */
function randomBytes(seed: number, wire: Uint8Array): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(
    Array.from({ length: randomBelow(random, 1, 60) }, () => {
      const known = wire[randomBelow(random, 0, wire.length)];
      return random() < 0.5 && known !== undefined ? known : randomBelow(random, 0, 256);
    }),
  );
}

/** The limit in force decides, for what is received and for what is sent. */
import assert from 'node:assert/strict';
import { LandfallError } from '../../errors.js';
import type { Framing } from '../../framing/framing.js';
import { everyFeed } from '../feeds.js';
import { decode } from './decoding.js';
import type { FramingSentence, Sample } from './sample.js';

export const limits: readonly FramingSentence[] = [
  {
    sentence: 'a payload as large as the limit is received and sent',
    body: ({ framing, payloads, encoded, texts }) => {
      for (const [i, payload] of payloads.entries()) {
        const options = { maxFrameBytes: payload.length };
        const expected = { frames: [texts[i]], end: 'clean' };
        assert.deepEqual(decode(framing, [encoded[i]!], options), expected, `frame ${i} at its limit`);
        assert.ok(isSent(framing, payload, payload.length), `frame ${i} is not sent at its limit`);
      }
    },
  },
  {
    sentence:
      'a payload over the limit is never received, however it arrives: it is refused with ERR_LIMIT, or skipped',
    body: (sample) => {
      const { framing } = sample;
      const { wire } = needsLimit(sample);
      for (const feed of everyFeed(wire)) {
        const { frames, end } = decode(framing, feed, { maxFrameBytes: 0 });
        assert.deepEqual(frames, [], 'received over a limit of 0 bytes');
        assert.ok(end === 'clean' || end.startsWith('ERR_LIMIT'), `the longest frame over a limit of 0 bytes: ${end}`);
      }
    },
  },
  {
    sentence: 'a payload over the limit is not sent: encode throws ERR_LIMIT and appends nothing',
    body: (sample) => {
      const { payload } = needsLimit(sample);
      assert.equal(isSent(sample.framing, payload, 0), false);
    },
  },
  {
    sentence: 'what is sent under a limit is received under it, and what is not is not',
    body: ({ framing, payloads, encoded, texts }) => {
      for (const [i, payload] of payloads.entries()) {
        const steps = [0, 1, payload.length >> 1, payload.length - 1, payload.length];
        for (const maxFrameBytes of steps.filter((step) => step >= 0)) {
          const isReceived = decode(framing, [encoded[i]!], { maxFrameBytes }).frames[0] === texts[i];
          assert.equal(
            isReceived,
            isSent(framing, payload, maxFrameBytes),
            `frame ${i}, ${maxFrameBytes} bytes allowed`,
          );
        }
      }
    },
  },
];

function needsLimit(sample: Sample): { payload: Buffer; wire: Buffer } {
  assert.ok(sample.longest.payload.length > 0, 'checkFraming needs a frame with a payload');
  return sample.longest;
}

/** Whether it is encoded; if it is not, that must be with `ERR_LIMIT`, and leave no trace. */
function isSent(framing: Framing, payload: Uint8Array, maxFrameBytes: number): boolean {
  const wire: Uint8Array[] = [];
  try {
    framing.createCodec().encode([payload], payload.length, maxFrameBytes, wire);
    return true;
  } catch (error) {
    assert.ok(error instanceof LandfallError && error.code === 'ERR_LIMIT', `expected ERR_LIMIT, not ${String(error)}`);
    assert.equal(wire.length, 0, 'something was appended for what was refused');
    return false;
  }
}

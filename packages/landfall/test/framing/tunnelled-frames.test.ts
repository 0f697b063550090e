/** A protocol fed by hand from inside another one's frameReceived: each knows its own frame. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FramedProtocol, type FrameReceiver, type Lease, lengthPrefixed } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { feedBytes } from './feeding.js';
import { framedConnection } from './framed-connection.js';
import { frame, patterned } from './frames.js';

const FIRST = patterned(10, 1);
const SECOND = patterned(20, 2);
/** Large enough to land in memory of its own: the scratch is the inner protocol's meanwhile. */
const OUTER_BYTES = 100_000;

function innerProtocol(frameReceived: FrameReceiver['frameReceived']): FramedProtocol {
  return new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4 }), receiver: { frameReceived } });
}

test('frames fed from inside a frame are taken, and so is the outer one, before, meanwhile and afterwards', async () => {
  const taken: Lease[] = [];
  await using connection = await framedConnection({
    frameReceived(_memory, _start, _end, outer) {
      const inner = innerProtocol((_m, _s, _e, framed) => void taken.push(framed.takeFrame(), outer.takeFrame()));
      taken.push(outer.takeFrame());
      feedBytes(inner, Buffer.concat([frame(FIRST), frame(SECOND)]), []);
      assert.throws(() => inner.takeFrame(), hasCode('ERR_RELEASED'));
      taken.push(outer.takeFrame());
    },
  });
  const whole = patterned(OUTER_BYTES, 3);
  await connection.peer.send(frame(whole));
  await connection.untilFrames(1);
  const expected = [whole, FIRST, whole, SECOND, whole, whole];
  assert.deepEqual(
    taken.map((lease) => Buffer.from(lease.bytes)),
    expected,
  );
  assert.throws(() => connection.framed.takeFrame(), hasCode('ERR_RELEASED'));
  for (const lease of taken) lease.release();
});

test('an error thrown by the inner receiver leaves the outer frame where it was, and the inner one without any', async () => {
  const texts: string[] = [];
  await using connection = await framedConnection({
    frameReceived(_memory, _start, _end, outer) {
      const inner = innerProtocol(() => {
        throw new Error('inner');
      });
      assert.throws(() => feedBytes(inner, frame(FIRST), []), /^Error: inner$/);
      assert.throws(() => inner.frameText(), hasCode('ERR_RELEASED'));
      texts.push(outer.frameText());
    },
  });
  await connection.peer.send(frame('x'.repeat(OUTER_BYTES)));
  await connection.untilFrames(1);
  assert.equal(texts[0], 'x'.repeat(OUTER_BYTES));
});

/** A batch that has come to an end has no more frames, however it ended: what follows is in the next one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameBatch, lengthPrefixed, varintPrefixed } from 'landfall';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { nextText, openToPeer } from './streams.js';

function textOf(batch: FrameBatch): string {
  return Buffer.from(batch.memory.subarray(batch.start, batch.end)).toString('latin1');
}

const FRAMINGS = {
  words: lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 3, oversize: 'skip' }),
  varints: varintPrefixed({ maxFrameBytes: 3, oversize: 'skip' }),
};

for (const [name, framing] of Object.entries(FRAMINGS)) {
  const prefix = name === 'words' ? '\0\0\0' : '';
  const wire = Buffer.from(['\x01a', '\x01b', '\x04over', '\x01c', '\x01d'].map((frame) => prefix + frame).join(''));

  test(`${name}: a batch that a skipped frame has ended stays ended`, async () => {
    await using both = await openToPeer({ framing });
    await both.peer.send(wire);
    await untilArrived(both.stream, wire.length);
    for await (const batch of both.stream.batches()) {
      assert.ok(batch.next() && batch.next());
      assert.equal(textOf(batch), 'b');
      assert.deepEqual([batch.next(), batch.next()], [false, false]);
      break;
    }
    assert.equal(await nextText(both.stream), 'c');
    assert.equal(await nextText(both.stream), 'd');
  });

  test(`${name}: a batch that was left takes no frame any more`, async () => {
    await using both = await openToPeer({ framing });
    await both.peer.send(wire);
    await untilArrived(both.stream, wire.length);
    let left: FrameBatch | undefined;
    for await (const batch of both.stream.batches()) {
      assert.ok(batch.next());
      left = batch;
      break;
    }
    assert.equal(left!.next(), false);
    assert.equal(await nextText(both.stream), 'b');
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readLength } from '../contenders/prefix.js';
import { FRAME_LENGTH, Items } from './items.js';
import { Tally } from './tally.js';

/** All bytes of so many items, in batches as the sender sends them. */
function wire(items: Items, count: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let sent = 0; sent < count; sent += items.batchItems) {
    pieces.push(...items.batch(Math.min(items.batchItems, count - sent)));
  }
  return Buffer.concat(pieces);
}

/** A digest of payloads of `itemBytes`, each behind `headBytes` and in front of `tailBytes`. */
function digestOf(stream: Buffer, itemBytes: number, headBytes: number, tailBytes: number): string {
  const tally = new Tally('digest');
  for (let at = headBytes; at < stream.length; at += headBytes + itemBytes + tailBytes) {
    tally.view(stream, at, at + itemBytes);
  }
  return tally.hex();
}

describe('the items of the streams suite', () => {
  for (const [itemBytes, count] of [
    [1, 70_000],
    [20, 60_000],
    [300_000, 7],
    [1_048_575, 2],
    [2_500_000, 2],
  ] as const) {
    it(`are lines of ${itemBytes} bytes, and known by their digest`, () => {
      for (const task of ['lines', 'until'] as const) {
        const items = new Items(task, itemBytes);
        const stream = wire(items, count);
        assert.equal(stream.length, count * (itemBytes + 1));
        for (let at = itemBytes; at < stream.length; at += itemBytes + 1) assert.equal(stream[at], 0x0a);
        assert.equal(stream.indexOf(0x0a), itemBytes);
        assert.equal(digestOf(stream, itemBytes, 0, 1), items.digest(count));
      }
    });

    it(`are frames of ${itemBytes} bytes, and known by their digest`, () => {
      const items = new Items('frames', itemBytes);
      const stream = wire(items, count);
      assert.equal(stream.length, count * (8 + itemBytes));
      for (let at = 0; at < stream.length; at += 8 + itemBytes) {
        assert.equal(readLength(stream, at, FRAME_LENGTH, itemBytes), itemBytes);
      }
      assert.equal(digestOf(stream, itemBytes, 8, 0), items.digest(count));
    });
  }

  it('are bytes and nothing else where a view waits for them', () => {
    const items = new Items('idle', 2_500_000);
    const stream = wire(items, 2);
    assert.equal(stream.length, 5_000_000);
    assert.equal(digestOf(stream, 2_500_000, 0, 0), items.digest(2));
  });
});

describe('the digest', () => {
  const text = 'one\ntwo\nthree\n';

  function digest(...pieces: string[]): string {
    const tally = new Tally('digest');
    for (const piece of pieces) tally.text(piece);
    return tally.hex();
  }

  it('is the same by text, by offset, and of bytes in which nobody looked for lines', () => {
    const memory = Buffer.from(text);
    const byOffset = new Tally('digest');
    byOffset.view(memory, 0, 3);
    byOffset.view(memory, 4, 7);
    byOffset.view(memory, 8, 13);
    const unsplit = new Tally('digest');
    unsplit.unsplit(memory, 0, 5);
    unsplit.unsplit(memory, 5, memory.length);
    unsplit.split(3);
    const expected = digest('one', 'two', 'three');
    assert.equal(byOffset.hex(), expected);
    assert.equal(unsplit.hex(), expected);
    assert.deepEqual([unsplit.items, unsplit.bytes], [byOffset.items, byOffset.bytes]);
  });

  it('is another one of the same bytes cut elsewhere, and of other bytes', () => {
    const expected = digest('one', 'two');
    for (const wrong of [['onet', 'wo'], ['onetwo'], ['one', 'twp'], ['one', 'two', ''], ['two', 'one']]) {
      assert.notEqual(digest(...wrong), expected);
    }
  });
});

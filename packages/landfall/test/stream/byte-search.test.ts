/** Looking for a delimiter in a queue that grows, against `indexOf` on the whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteQueue } from '../../dist/memory/byte-queue.js';
import { Delimiter } from '../../dist/memory/search.js';
import { ByteSearch } from '../../dist/stream/byte-search.js';

/** Where a piece comes from: moved to the queue, landed in it, or borrowed for one search and then kept. */
type Way = 'append' | 'land' | 'borrow' | 'borrow and search late';

/** Adds `piece`, and searches as a receive does. */
function addAndFind(queue: ByteQueue, search: ByteSearch, piece: Buffer, way: Way): number {
  if (way === 'append') queue.append(piece);
  else if (way === 'land') {
    queue.lend().set(piece);
    queue.landed(piece.length);
  } else {
    const memory = Buffer.concat([Buffer.from('||'), piece, Buffer.from('||')]);
    queue.borrow(memory, 2, 2 + piece.length);
    if (way === 'borrow') search.find(queue);
    queue.keepBorrowed();
    memory.fill(0xee);
  }
  return search.find(queue);
}

function expectedEnd(text: Buffer, delimiter: Buffer): number {
  const at = text.indexOf(delimiter);
  return at < 0 ? -1 : at + delimiter.length;
}

/** Of the end of `text`, how much could be the start of `delimiter`. */
function expectedMatch(text: Buffer, delimiter: Buffer): number {
  for (let bytes = Math.min(delimiter.length - 1, text.length); bytes > 0; bytes--)
    if (text.subarray(text.length - bytes).equals(delimiter.subarray(0, bytes))) return bytes;
  return 0;
}

const WAY = fc.constantFrom<Way>('append', 'land', 'borrow', 'borrow and search late');
const LETTERS = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
  fc.string({ unit: fc.constantFrom('a', 'a', 'b'), minLength, maxLength }).map((text) => Buffer.from(text));

test('a delimiter is found where indexOf finds it, in pieces of any kind, with bytes taken and put back in between', () => {
  const step = fc.record({
    piece: LETTERS(1, 400),
    way: WAY,
    take: fc.nat(12),
    putBack: LETTERS(0, 9),
    after: fc.nat(9),
  });
  const property = fc.property(LETTERS(1, 9), fc.array(step, { maxLength: 25 }), (delimiter, steps) => {
    const queue = new ByteQueue();
    const search = new ByteSearch(new Delimiter(delimiter));
    let unread: Buffer = Buffer.alloc(0);
    const check = (found: number): void => {
      assert.equal(found, expectedEnd(unread, delimiter));
      if (found < 0) assert.equal(search.matchedBytes, expectedMatch(unread, delimiter));
    };
    for (const { piece, way, take, putBack, after } of steps) {
      unread = Buffer.concat([unread, piece]);
      check(addAndFind(queue, search, piece, way));
      if (after === 0) {
        const bytes = Math.min(take, unread.length);
        queue.skip(bytes);
        unread = unread.subarray(bytes);
        check(search.find(queue));
      } else if (after === 1) {
        queue.prepend(putBack);
        unread = Buffer.concat([putBack, unread]);
        check(search.find(queue));
      }
      const found = expectedEnd(unread, delimiter);
      if (found < 0 || after > 5) continue;
      queue.skip(found);
      unread = unread.subarray(found);
    }
  });
  fc.assert(property, { numRuns: 1_500, endOnFailure: true });
});

for (const delimiter of ['\n', '\r\n', 'aab', 'aaaa', 'abababac', '-----boundary-----'].map((text) =>
  Buffer.from(text),
)) {
  test(`${JSON.stringify(delimiter.toString())} is found when it is cut at any byte, or at every one, in memory of any kind`, () => {
    const text = Buffer.concat([
      delimiter.subarray(0, -1),
      Buffer.from('x'),
      delimiter.subarray(0, 1),
      delimiter,
      delimiter,
    ]);
    const expected = expectedEnd(text, delimiter);
    for (let cut = 1; cut < text.length; cut++) {
      for (const way of ['append', 'land', 'borrow', 'borrow and search late'] as const) {
        const queue = new ByteQueue();
        const search = new ByteSearch(new Delimiter(delimiter));
        // A piece of its own: nothing is put behind it.
        queue.prepend(text.subarray(0, cut));
        assert.equal(search.find(queue), expectedEnd(text.subarray(0, cut), delimiter));
        assert.equal(addAndFind(queue, search, text.subarray(cut), way), expected, `cut at ${cut}, ${way}`);
      }
    }
    const queue = new ByteQueue();
    const search = new ByteSearch(new Delimiter(delimiter));
    for (let at = text.length; at > 0; at--) queue.prepend(text.subarray(at - 1, at));
    assert.equal(search.find(queue), expected);
    assert.equal(search.find(queue), expected, 'asked again, it says the same');
  });
}

test('no byte is looked at twice: a delimiter that is long in coming, byte by byte, costs no more for it', () => {
  const queue = new ByteQueue();
  const search = new ByteSearch(new Delimiter(Buffer.from('aaaaaaab')));
  const before = performance.now();
  const piece = Buffer.from('a');
  for (let i = 0; i < 300_000; i++)
    assert.equal(addAndFind(queue, search, piece, i % 2 === 0 ? 'borrow' : 'append'), -1);
  assert.equal(addAndFind(queue, search, Buffer.from('b'), 'append'), 300_001);
  assert.ok(performance.now() - before < 8_000, 'it is not quadratic');
});

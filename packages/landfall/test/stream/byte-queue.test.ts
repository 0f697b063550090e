/** The queue of unread bytes, against an array of bytes; free blocks are scribbled on all the while. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockPool } from '../../dist/memory/block-pool.js';
import { ByteQueue } from '../../dist/memory/byte-queue.js';
import { patterned } from '../framing/frames.js';

interface Model {
  unread: Buffer;
  bytesCopied: number;
}

/** A queue under test, and what is lent or borrowed of it at the moment. */
class Real {
  readonly queue = new ByteQueue();
  lent: Uint8Array | null = null;
  borrowed: Buffer | null = null;
  seed = 0;

  fresh(bytes: number): Buffer {
    this.seed++;
    return patterned(bytes, this.seed);
  }
}

type Step = (real: Real, model: Model) => void;

/** Nothing may be put behind what is unread while memory is lent or borrowed. */
function isOpen({ lent, borrowed }: Real): boolean {
  return lent === null && borrowed === null;
}

const take =
  (how: 'copy' | 'into' | 'skip', share: number): Step =>
  ({ queue }, model) => {
    const bytes = Math.floor(model.unread.length * share);
    if (how === 'skip') queue.skip(bytes);
    else if (how === 'copy') assert.ok(queue.takeCopy(bytes).equals(model.unread.subarray(0, bytes)));
    else {
      const memory = Buffer.alloc(bytes + 2, 0x77);
      assert.equal(queue.takeInto(memory.subarray(1, bytes + 1)), bytes);
      assert.ok(memory.subarray(1, bytes + 1).equals(model.unread.subarray(0, bytes)));
      assert.ok(memory[0] === 0x77 && memory.at(-1) === 0x77);
    }
    if (how !== 'skip') model.bytesCopied += bytes;
    model.unread = model.unread.subarray(bytes);
  };

const STEPS: Record<string, (bytes: number, share: number) => Step> = {
  append: (bytes) => (real, model) => {
    if (!isOpen(real)) return;
    const piece = real.fresh(bytes);
    const { version } = real.queue;
    real.queue.append(piece);
    assert.equal(real.queue.version, version);
    model.unread = Buffer.concat([model.unread, piece]);
    model.bytesCopied += bytes;
    piece.fill(0);
  },
  prepend: (bytes) => (real, model) => {
    const piece = real.fresh(bytes);
    const { version } = real.queue;
    real.queue.prepend(piece);
    assert.ok(bytes === 0 || real.queue.version !== version);
    model.unread = Buffer.concat([piece, model.unread]);
    model.bytesCopied += bytes;
    piece.fill(0);
  },
  lend: () => (real) => {
    if (!isOpen(real)) return;
    real.lent = real.queue.lend();
    assert.ok(real.lent.length >= 16 * 1024);
  },
  landed: (bytes) => (real, model) => {
    if (real.lent === null) return;
    const piece = real.fresh(Math.min(bytes + 1, real.lent.length));
    real.lent.set(piece);
    const { version } = real.queue;
    real.queue.landed(piece.length);
    assert.equal(real.queue.version, version);
    real.lent = null;
    model.unread = Buffer.concat([model.unread, piece]);
  },
  takeBack: () => (real) => {
    if (real.lent !== null) real.queue.takeBack();
    real.lent = null;
  },
  borrow: (bytes) => (real, model) => {
    if (!isOpen(real) || bytes === 0) return;
    const memory = Buffer.concat([Buffer.alloc(3), real.fresh(bytes), Buffer.alloc(5)]);
    real.borrowed = memory;
    real.queue.borrow(memory, 3, 3 + bytes);
    model.unread = Buffer.concat([model.unread, memory.subarray(3, 3 + bytes)]);
  },
  keepBorrowed: () => (real, model) => {
    const { queue, borrowed } = real;
    if (borrowed === null) return;
    const { version } = queue;
    const left = Math.min(borrowed.length - 8, model.unread.length - takenAfterBorrowed(real));
    model.bytesCopied += left;
    queue.keepBorrowed();
    assert.equal(queue.version, version);
    borrowed.fill(0xbb);
    real.borrowed = null;
  },
  takeCopy: (_, share) => take('copy', share),
  takeInto: (_, share) => take('into', share),
  skip: (_, share) => take('skip', share),
  takeAll: () => take('into', 1),
  detach: () => (real, model) => {
    if (!isOpen(real)) return;
    const before = real.queue.bytesCopied;
    real.queue.detach();
    model.bytesCopied += real.queue.bytesCopied - before;
  },
};

/** What is unread of borrowed memory lies behind everything else: so this is all that is in front of it. */
function takenAfterBorrowed({ queue, borrowed }: Real): number {
  let before = 0;
  for (let i = 0; ; i++) {
    const piece = queue.piece(i);
    if (piece === undefined) return before;
    if (piece.memory === borrowed) return before;
    before += piece.end - piece.at;
  }
}

function check({ queue }: Real, model: Model): void {
  assert.equal(queue.length, model.unread.length);
  const pieces: Buffer[] = [];
  for (let i = 0; ; i++) {
    const piece = queue.piece(i);
    if (piece === undefined) break;
    assert.ok(piece.at < piece.end, 'no piece is empty');
    assert.ok(piece.block === null || !piece.block.isFree, 'the block of an unread piece is claimed');
    pieces.push(piece.memory.subarray(piece.at, piece.end));
  }
  assert.ok(Buffer.concat(pieces).equals(model.unread), 'what is unread');
  assert.equal(queue.bytesCopied, model.bytesCopied, 'bytesCopied');
}

/** Another connection takes blocks, writes to them and gives them back. */
function scribble(): void {
  for (const bytes of [256, 1024, 16 * 1024, 256 * 1024]) {
    const block = blockPool.take(bytes);
    block.memory.fill(0xdd, 0, Math.min(bytes, 2048));
    block.release();
  }
}

const BYTES = fc.oneof(fc.nat(40), fc.nat(40), fc.nat(3_000), fc.nat(400_000));
const SHARE = fc.oneof(fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));
const STEP = fc.tuple(fc.constantFrom(...Object.keys(STEPS)), BYTES, SHARE);

test('92: a queue of bytes does what an array does, however it is filled and emptied, and keeps no block', () => {
  const property = fc.property(fc.array(STEP, { maxLength: 60, size: 'max' }), (steps) => {
    const usedBefore = blockPool.usedBytes;
    const real = new Real();
    const model: Model = { unread: Buffer.alloc(0), bytesCopied: 0 };
    for (const [name, bytes, share] of steps) {
      STEPS[name]!(bytes, share)(real, model);
      scribble();
      check(real, model);
      if (name === 'detach' && isOpen(real)) assert.equal(blockPool.usedBytes, usedBefore, 'a detached queue');
    }
    STEPS['takeBack']!(0, 0)(real, model);
    STEPS['keepBorrowed']!(0, 0)(real, model);
    if (steps.length % 2 === 0) take('into', 1)(real, model);
    else real.queue.clear();
    assert.equal(real.queue.length, 0);
    assert.equal(blockPool.usedBytes, usedBefore, 'an empty queue');
  });
  fc.assert(property, { numRuns: 400, endOnFailure: true });
});

test('a few bytes take a small block, and two hundred thousand pieces are put back and taken in time', () => {
  const usedBefore = blockPool.usedBytes;
  const queue = new ByteQueue();
  queue.append(Buffer.from('x'));
  assert.ok(blockPool.usedBytes - usedBefore <= 256);
  const before = performance.now();
  for (let i = 0; i < 200_000; i++) queue.prepend(Buffer.of(i & 0xff));
  for (let i = 199_999; i >= 0; i--) assert.equal(queue.takeCopy(1)[0], i & 0xff);
  assert.ok(performance.now() - before < 10_000, 'it is not quadratic');
  assert.equal(queue.takeCopy(1).toString(), 'x');
  assert.equal(blockPool.usedBytes, usedBefore);
});

test('the places of pieces that were taken are let go of, though the queue is never empty', () => {
  const queue = new ByteQueue();
  queue.append(Buffer.alloc(500));
  for (let i = 0; i < 10_000; i++) {
    queue.append(Buffer.alloc(200, i));
    queue.skip(200);
  }
  let places = 0;
  while (queue.piece(-1 - places) !== undefined) places++;
  assert.ok(places < 100, `${places} places`);
  assert.equal(queue.length, 500);
  queue.clear();
});

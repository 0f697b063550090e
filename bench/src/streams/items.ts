/**
 * The bytes of each task: items of one size, after each other.
 *
 *     lines   | payload | \n |
 *     frames  | length of the payload, u64 little-endian | payload |
 *     until   | payload | \n |
 *     idle    | payload |
 *
 * The payload is made of letters, digits and two signs, and never holds the delimiter. About 1 MiB of it is prepared: of
 * small items as many as fit, which are sent again and again; a large item repeats it.
 */
import { fillPayload } from '../contenders/payload.js';
import { lengthPrefix, type Prefix } from '../contenders/prefix.js';
import type { StreamsTask } from '../harness/result.js';
import { Tally } from './tally.js';

/** The header of the task `frames`. */
export const FRAME_LENGTH: Prefix = { lengthBytes: 8, endian: 'little' };

const PREPARED_BYTES = 1 << 20;
const SEED = 0x2545f491;
const LETTERS = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const PAGE_BYTES = 4096;
/** A large allocation begins so far into a page, behind what malloc keeps there. */
const ALLOCATION_BYTES = 16;

/** What stands in front of the payload, and what behind it. */
function around(task: StreamsTask, itemBytes: number): { head: Uint8Array; tail: Uint8Array } {
  const none = new Uint8Array(0);
  if (task === 'frames') return { head: lengthPrefix(itemBytes, FRAME_LENGTH), tail: none };
  return { head: none, tail: task === 'idle' ? none : Buffer.from('\n') };
}

/** The items of one task and size. */
export class Items {
  /** Items that `batch` can give at once. */
  readonly batchItems: number;
  readonly #itemBytes: number;
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #wholeBytes: number;
  /** Whole items, or letters only where one item is larger. */
  readonly #prepared: Buffer;

  constructor(task: StreamsTask, itemBytes: number) {
    this.#itemBytes = itemBytes;
    const { head, tail } = around(task, itemBytes);
    this.#head = head;
    this.#tail = tail;
    this.#wholeBytes = head.length + itemBytes + tail.length;
    this.batchItems = Math.max(1, Math.floor(PREPARED_BYTES / this.#wholeBytes));
    this.#prepared = this.#isLarge ? letters(PREPARED_BYTES) : letters(this.batchItems * this.#wholeBytes);
    if (!this.#isLarge) this.#frame();
  }

  /** The bytes of up to `batchItems` items, in pieces of about 1 MiB that stay as they are. */
  *batch(items: number): Generator<Uint8Array> {
    if (!this.#isLarge) {
      yield this.#prepared.subarray(0, items * this.#wholeBytes);
      return;
    }
    if (this.#head.length > 0) yield this.#head;
    yield* this.#largePayload();
    if (this.#tail.length > 0) yield this.#tail;
  }

  /** What the first `items` items, sent in whole batches, make up for a reader. */
  digest(items: number): string {
    const tally = new Tally('digest');
    for (let item = 0; item < items; item++) {
      const start = (item % this.batchItems) * this.#wholeBytes + this.#head.length;
      if (this.#isLarge) {
        for (const piece of this.#largePayload()) tally.unsplit(piece, 0, piece.length);
        tally.view(this.#prepared, 0, 0);
      } else tally.view(this.#prepared, start, start + this.#itemBytes);
    }
    return tally.hex();
  }

  get #isLarge(): boolean {
    return this.#wholeBytes > PREPARED_BYTES;
  }

  *#largePayload(): Generator<Uint8Array> {
    for (let at = 0; at < this.#itemBytes; at += PREPARED_BYTES) {
      yield this.#prepared.subarray(0, Math.min(PREPARED_BYTES, this.#itemBytes - at));
    }
  }

  /** Puts heads and tails over the letters. */
  #frame(): void {
    for (let end = this.#wholeBytes; end <= this.#prepared.length; end += this.#wholeBytes) {
      this.#prepared.set(this.#head, end - this.#wholeBytes);
      this.#prepared.set(this.#tail, end - this.#tail.length);
    }
  }
}

/** Letters from the start of a page on: sending from there costs a good deal less. */
function letters(size: number): Buffer {
  const start = PAGE_BYTES - ALLOCATION_BYTES;
  const memory = Buffer.allocUnsafeSlow(start + size).subarray(start);
  // Words are written where they are aligned, which the start of a page is.
  fillPayload(memory, SEED);
  for (let at = 0; at < size; at++) memory[at] = LETTERS[(memory[at] ?? 0) % LETTERS.length] ?? 0;
  return memory;
}

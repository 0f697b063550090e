/**
 * Memory for the `bytea` values of a run of rows.
 *
 * Where a run fills most of the memory it was received in, that memory is given away: the values are views of it, and what
 * comes next is received elsewhere. Otherwise memory is received into again, so a value has to be copied; an allocation
 * for each would cost more than the copy. So what follows a value is copied with it, as it lies there, and the values that
 * follow are views of the same block:
 *
 *     received  | … | value | … | value | … | value | … |
 *                   ^ first value that is taken      ^ end
 *     block         | value | … | value | … | value | … |
 *
 * **What a kept value keeps**: up to 64 bytes, itself; up to 16 KiB, a block of up to 64 KiB, or the memory it was received
 * in, of up to 264 KiB, which other values of the same rows share; more, itself. A program that keeps few small values of large results for long copies them (`value.slice()`).
 * The `buffer` of a value is therefore not for handing to other threads, or for looking around in.
 */

import { makeYoungGarbage } from '../wire/young-garbage.js';

/** V8 has memory of so few bytes within the object itself: no other way is as fast. */
const COPIED_BYTES_MAX = 64;
/** Larger values have memory of their own. */
const SHARED_BYTES_MAX = 16 * 1024;
/** The most that one kept value can keep of a copy. */
const BLOCK_BYTES_MAX = 64 * 1024;
/** Memory is not given away for values that are small beside what comes with them. */
const GIVEN_BYTES_MIN = 256;

const NOTHING = new Uint8Array(0);

/** Hands out copies of received bytes, many of one allocation. */
export class ByteBlock {
  #memory: Uint8Array = NOTHING;
  #limit = 0;
  #block: ArrayBufferLike = NOTHING.buffer;
  /** What of the memory the block is a copy of. */
  #blockStart = 0;
  #blockEnd = 0;
  #mayGive = false;
  /** Whether values are views of the memory itself, which must not be received into any more. */
  isGiven = false;

  /**
   * Values are taken from `memory` up to `end` from now on. Before each run of rows: what lies there has changed.
   *
   * @param mayGive Whether the memory may become that of the values.
   */
  begin(memory: Uint8Array, end: number, mayGive = false): void {
    this.#memory = memory;
    this.#limit = end;
    this.#blockEnd = 0;
    this.#mayGive = mayGive;
    this.isGiven = false;
  }

  /** The run is over: the memory, which may be large, is not kept from being freed. */
  end(): void {
    this.#memory = NOTHING;
    this.#block = NOTHING.buffer;
    this.#blockEnd = 0;
  }

  /** A copy of the bytes from `start` to `end`, which lie before the end of the run. */
  take(start: number, end: number): Uint8Array {
    const bytes = end - start;
    if (bytes > SHARED_BYTES_MAX) makeYoungGarbage(bytes);
    if (bytes <= COPIED_BYTES_MAX || bytes > SHARED_BYTES_MAX) return copyBytes(this.#memory, start, end);
    if (this.#mayGive && !this.isGiven && bytes >= GIVEN_BYTES_MIN) this.#give();
    else if (end > this.#blockEnd || start < this.#blockStart) this.#copyFrom(start);
    return new Uint8Array(this.#block, start - this.#blockStart, bytes);
  }

  /** The memory itself is the block. Asked for what it is a view of once: V8 leaves compiled code for that. */
  #give(): void {
    this.isGiven = true;
    this.#block = this.#memory.buffer;
    this.#blockStart = 0 - this.#memory.byteOffset;
    this.#blockEnd = this.#limit;
  }

  #copyFrom(start: number): void {
    const end = Math.min(this.#limit, start + BLOCK_BYTES_MAX);
    this.#block = copyBytes(this.#memory, start, end).buffer;
    this.#blockStart = start;
    this.#blockEnd = end;
  }
}

/** A copy with memory of exactly its size. */
export function copyBytes(memory: Uint8Array, start: number, end: number): Uint8Array {
  // A Buffer's own `slice` would be a view.
  if (end - start <= COPIED_BYTES_MAX) return Uint8Array.prototype.slice.call(memory, start, end);
  // Not zeroed first, and never a part of Node's pool.
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer);
  copy.set(memory.subarray(start, end));
  return copy;
}

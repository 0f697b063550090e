/**
 * The receive scratch: one piece of memory that every connection of the thread receives its first bytes into.
 *
 * Idle connections and small frames need no memory of their own: the kernel fills the scratch only when bytes have
 * arrived, and what arrived is used up before the callback returns. Then the next connection has it.
 *
 *     memory  |<------ head room ------>|<-------------- window -------------->|
 *                         ^ a partial frame kept from the last receive is put back
 *                           right in front of what the kernel writes at the window's start
 */
import { wordsOf } from './integers.js';
import { bufferOf } from './text.js';
import { allocateUndetachable } from './undetachable.js';

/** Bytes in front of the window, for the partial frame of the receive before. */
export const HEAD_ROOM_BYTES: number = 64 * 1024;

/**
 * The most that one receive into a large frame, or into more memory of a protocol's than a window has, takes.
 *
 * Receives of several megabytes lose to the processor's cache (docs/decisions/0003).
 */
export const RECEIVE_BYTES_MAX: number = 64 * 1024;

/**
 * Sizes of the windows that a protocol may choose from, smallest first; see `Scratch.windows`.
 *
 * The largest serves floods of small frames only. The event loop makes up to 32 receives in a row on one connection, so
 * it is also what bounds how long the others wait: for 8 MiB.
 */
const WINDOW_BYTES: readonly number[] = [4 * 1024, 16 * 1024, 64 * 1024, 256 * 1024];

/** Memory of up to this size is lent whole, whoever's it is: received into again and again, it stays in the cache. */
export const WINDOW_BYTES_MAX: number = WINDOW_BYTES.at(-1)!;

/** Bytes of the landing strip. */
export const STRIP_BYTES: number = 16;

/** One scratch. */
export class Scratch {
  /** Head room and window, one after the other. */
  readonly memory: Uint8Array = allocateUndetachable(HEAD_ROOM_BYTES + WINDOW_BYTES_MAX);
  /** The same memory, to read words from. */
  readonly words: DataView = wordsOf(this.memory);
  /** The same memory, to make text of. */
  readonly buffer: Buffer = bufferOf(this.memory);
  /** The window in several sizes, smallest first, all beginning at `HEAD_ROOM_BYTES`. Made once, so that lending one allocates nothing. */
  readonly windows: readonly Uint8Array[] = WINDOW_BYTES.map((bytes) =>
    this.memory.subarray(HEAD_ROOM_BYTES, HEAD_ROOM_BYTES + bytes),
  );
  /** The landing strip: a window so small that what lands there of a transfer hardly counts. */
  readonly strip: Uint8Array = this.memory.subarray(HEAD_ROOM_BYTES, HEAD_ROOM_BYTES + STRIP_BYTES);
}

/** Index in `Scratch.windows` of the window to begin with: 64 KiB. */
export const FIRST_WINDOW: number = 2;

/** Index of the largest of `Scratch.windows`. */
export const LARGEST_WINDOW: number = WINDOW_BYTES.length - 1;

/**
 * On Windows a receive is posted to the kernel ahead of time, together with its memory: a scratch that two idle
 * connections share would be written to by both.
 */
const SHARED: Scratch | null = process.platform === 'win32' ? null : new Scratch();

/** Where scratches are not shared, by whom they serve and by their memory. */
const scratchOf = new WeakMap<object, Scratch>();
const unsharedMemory = new WeakSet<ArrayBufferLike>();

/** The thread's scratch; on Windows, that of `owner` alone. */
export function receiveScratch(owner: object): Scratch {
  if (SHARED !== null) return SHARED;
  let scratch = scratchOf.get(owner);
  if (scratch === undefined) {
    scratch = new Scratch();
    scratchOf.set(owner, scratch);
    unsharedMemory.add(scratch.memory.buffer);
  }
  return scratch;
}

/** Whether `view` lies in a scratch, where the next receive overwrites it. */
export function isScratch(view: Uint8Array): boolean {
  return SHARED !== null ? view.buffer === SHARED.memory.buffer : unsharedMemory.has(view.buffer);
}

/**
 * What a read of unknown size has so far.
 *
 *     little   in the queue, whose blocks are used again
 *     much     in memory of its own that the rest lands in:   | landed |   room, up to 64 times as much   |
 *                                                             0        ^ filledBytes
 *
 * Memory that is used for the first time costs the kernel far more than a copy does: so it is to be used for the first
 * time once, not in the queue and again in what is handed over. Room that nothing arrives in costs nothing.
 */
import { LimitError } from '../errors.js';
import { MAX_FRAME_BYTES_LIMIT } from '../protocol/frame-limits.js';
import type { ByteInbox } from './byte-inbox.js';

/** From so many bytes on they are in memory of their own. */
const MUCH_BYTES = 16 * 1024 * 1024;
/** How much more than what has arrived may be reserved. */
const GROWTH = 64;
/** What is handed over may lie in memory so many times as large; a smaller part of it is copied. */
const SLACK = 8;
/** At least so much room is added. */
const ROOM_BYTES_MIN = 256 * 1024;

/** The bytes of one read, as they arrive. */
export class Gathering {
  /** Null while they are in the queue. */
  memory: Buffer | null = null;
  readonly #inbox: ByteInbox;
  readonly #limitBytes: number;
  readonly #muchBytes: number;

  /** @param limitBytes How many bytes the read may come to, about. */
  constructor(inbox: ByteInbox, limitBytes: number, muchBytes: number = MUCH_BYTES) {
    this.#inbox = inbox;
    this.#limitBytes = limitBytes;
    this.#muchBytes = muchBytes;
  }

  /** How many there are. */
  get bytes(): number {
    return this.memory === null ? this.#inbox.queue.length : this.#inbox.filledBytes;
  }

  /** Sees to it that there is room for more; to be called when more is to come. */
  makeRoom(): void {
    const inbox = this.#inbox;
    const { bytes, memory } = this;
    if (memory === null ? bytes < this.#muchBytes : bytes < memory.length) return;
    const larger = reserve(bytes, this.#limitBytes);
    if (memory !== null) {
      larger.set(memory);
      inbox.transport!.countCopied(bytes);
      inbox.letGo();
    }
    inbox.landIn(larger, memory === null ? 0 : bytes);
    this.memory = larger;
  }

  /** Takes the first `bytes`, in memory that is the caller's; `release` must follow. */
  take(bytes: number): Buffer {
    const { memory } = this;
    const inbox = this.#inbox;
    if (memory === null) {
      const bytesCopy = inbox.queue.takeCopy(bytes);
      inbox.countCopied();
      return bytesCopy;
    }
    const restView = memory.subarray(bytes, inbox.filledBytes);
    inbox.letGo();
    this.memory = null;
    inbox.queue.prepend(restView);
    inbox.countCopied();
    if (bytes >= memory.length / SLACK) return memory.subarray(0, bytes);
    inbox.transport!.countCopied(bytes);
    const bytesCopy = Buffer.allocUnsafeSlow(bytes);
    bytesCopy.set(memory.subarray(0, bytes));
    return bytesCopy;
  }

  /** The read is over: what it did not take is unread again. */
  release(): void {
    const { memory } = this;
    if (memory === null) return;
    const inbox = this.#inbox;
    const { filledBytes } = inbox;
    inbox.letGo();
    this.memory = null;
    inbox.queue.prependOwn(memory, filledBytes);
  }
}

/** Memory for more than `bytes`. A system that promises no more than it has may have less than would be best. */
function reserve(bytes: number, limitBytes: number): Buffer {
  const leastBytes = bytes + ROOM_BYTES_MIN;
  if (leastBytes > MAX_FRAME_BYTES_LIMIT)
    throw new LimitError('what is read at once', leastBytes, MAX_FRAME_BYTES_LIMIT);
  const bestBytes = Math.max(leastBytes, Math.min(bytes * GROWTH, limitBytes + ROOM_BYTES_MIN, MAX_FRAME_BYTES_LIMIT));
  try {
    return Buffer.allocUnsafeSlow(bestBytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return Buffer.allocUnsafeSlow(Math.min(bestBytes, bytes * 2));
  }
}

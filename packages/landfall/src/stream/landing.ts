/**
 * Where the bytes of a frame stream land until somebody reads them.
 *
 *     chunk   | head room |   read   | unread: [at, end) |  room, lent to the kernel  |
 *     spare   |     ^ what is unread is moved here when the chunk has no room left     |
 *
 * A stream on which little happens holds no memory: it receives into the thread's scratch, and what arrives is moved
 * into a chunk until it is read. When a receive fills what was lent, more is waiting, and the next lands in the chunk
 * itself.
 */
import type { Block } from '../memory/arena.js';
import { blockPool } from '../memory/block-pool.js';
import { HEAD_ROOM_BYTES, receiveScratch, WINDOW_BYTES_MAX } from '../memory/scratch.js';
import type { Transport } from '../protocol/contracts.js';
import type { LargeFrame } from '../protocol/large-frame.js';

/** A chunk: head room, and a window. */
const CHUNK_BYTES = HEAD_ROOM_BYTES + WINDOW_BYTES_MAX;
/** So few bytes are kept in a small block first: a peer that sends a byte now and then shall not hold a chunk. */
const FEW_BYTES = 1024;
const SMALL_BLOCK_BYTES = 2 * FEW_BYTES;
/** Less room than this at the end of a chunk is not lent. */
const ROOM_BYTES_MIN = 16 * 1024;
/** Indexes of the scratch's windows: after a large frame, otherwise, and for what has arrived already. */
const SMALL_WINDOW = 0;
const WINDOW = 1;
const LARGE_WINDOW = 2;

/** What has arrived on one connection, and room for more. */
export abstract class Landing {
  transport: Transport | null = null;
  /** The chunk's memory, and what is unread of it. */
  memory: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** The chunk itself. */
  block: Block | null = null;
  /** The large frame that was found, or is arriving. */
  large: LargeFrame | null = null;
  /** Why nothing more can be read: there was no memory for the rest of a large frame. */
  protected failure: Error | null = null;
  /** How often anything but a step of a batch may have changed what is unread, or the limit: a batch looks at this alone. */
  changes = 0;
  #spare: Block | null = null;
  #spareEnd = HEAD_ROOM_BYTES;
  #lent: Uint8Array | null = null;
  /** What the lent memory is of, claimed for as long as it is lent; null for the scratch. */
  #lentBlock: Block | null = null;
  #lentLarge: LargeFrame | null = null;
  #wasFull = false;
  #window = WINDOW;

  getBuffer(sizeHint: number): Uint8Array {
    this.takeBackLent();
    this.#lent = this.#roomFor(sizeHint);
    this.#lentBlock?.claim();
    // The chunk that was received into last may have been read while it was still lent.
    this.releaseIfRead();
    return this.#lent;
  }

  /** `nbytes` arrived in the memory that was lent last. */
  protected landed(nbytes: number): void {
    const lent = this.#lent!;
    // The last of a large frame fills what was lent, and says nothing about what follows.
    this.#wasFull = nbytes === lent.length && this.#lentLarge === null;
    if (this.#lentLarge !== null && this.#lentLarge === this.large) this.largeReceived(this.large!, nbytes);
    else if (this.#lentBlock !== null && this.#lentBlock === this.block) this.end += nbytes;
    else if (this.#lentBlock !== null && this.#lentBlock === this.#spare) this.#spareEnd += nbytes;
    else this.#keep(lent.subarray(0, nbytes));
    // While nobody reads, no more memory is asked for: a large frame that is whole shall be its reader's alone.
    if (this.#lentLarge !== null) this.takeBackLent();
  }

  /** Counts what arrived in the room of the large frame. One that cannot grow is given up, and the connection left to what is still to be sent. */
  protected largeReceived(large: LargeFrame, nbytes: number): void {
    try {
      this.transport!.countCopied(large.received(nbytes));
    } catch (error) {
      this.failure = error as Error;
      this.large = null;
      large.release();
    }
  }

  /** What comes next is of a large frame, of which little shall land where it has to be moved from. */
  protected expectLarge(): void {
    this.#window = SMALL_WINDOW;
  }

  /** Forgets everything. Only once nothing is received any more. */
  protected forget(): void {
    this.changes++;
    this.large?.release();
    this.large = null;
    this.#spare?.release();
    this.#spare = null;
    this.#spareEnd = HEAD_ROOM_BYTES;
    this.at = this.end;
    this.releaseIfRead();
  }

  /** Lets go of a chunk of which nothing is unread, and into which nothing is being received. */
  releaseIfRead(): void {
    if (this.at < this.end || this.block === null || this.block === this.#lentBlock) return;
    this.changes++;
    this.block.release();
    this.block = null;
    this.at = 0;
    this.end = 0;
  }

  #roomFor(sizeHint: number): Uint8Array {
    if (this.large !== null && !this.large.isWhole) {
      this.#lentLarge = this.large;
      this.#lentBlock = this.large.block;
      return this.large.room();
    }
    const { windows } = receiveScratch(this);
    if (sizeHint > 0) return windows[LARGE_WINDOW]!;
    if (!this.#wasFull) return windows[this.#window]!;
    this.#window = WINDOW;
    if (this.block !== null && this.#spareEnd === HEAD_ROOM_BYTES && this.memory.length - this.end >= ROOM_BYTES_MIN)
      return this.#lend(this.block, this.end);
    const spare = this.#spareChunk();
    if (spare.memory.length - this.#spareEnd < ROOM_BYTES_MIN) return windows[SMALL_WINDOW]!;
    return this.#lend(spare, this.#spareEnd);
  }

  #lend(block: Block, from: number): Uint8Array {
    this.#lentBlock = block;
    return block.memory.subarray(from, Math.min(block.memory.length, from + WINDOW_BYTES_MAX));
  }

  protected takeBackLent(): void {
    this.#lentBlock?.release();
    this.#lentBlock = null;
    this.#lentLarge = null;
    this.#lent = null;
  }

  /** What arrived in the spare chunk. */
  protected spareView(): Uint8Array {
    return this.#spare?.memory.subarray(HEAD_ROOM_BYTES, this.#spareEnd) ?? new Uint8Array(0);
  }

  #spareChunk(): Block {
    this.#spare ??= blockPool.take(CHUNK_BYTES);
    return this.#spare;
  }

  /** Moves what arrived elsewhere behind what is unread. */
  #keep(bytesView: Uint8Array): void {
    this.transport!.countCopied(bytesView.length);
    if (this.#spareEnd === HEAD_ROOM_BYTES) {
      if (this.block === null && this.#spare === null && bytesView.length <= FEW_BYTES)
        this.#begin(blockPool.take(SMALL_BLOCK_BYTES), 0);
      else if (this.block === null) this.#begin(this.#spareChunk(), HEAD_ROOM_BYTES);
      if (this.memory.length - this.end >= bytesView.length) {
        this.memory.set(bytesView, this.end);
        this.end += bytesView.length;
        return;
      }
    }
    const { memory } = this.#spareWithRoom(bytesView.length);
    memory.set(bytesView, this.#spareEnd);
    this.#spareEnd += bytesView.length;
  }

  /** Two chunks are enough for what a reader leaves unread; more than that comes if reading is resumed by hand. */
  #spareWithRoom(bytes: number): Block {
    const spare = this.#spareChunk();
    const wantedBytes = this.#spareEnd + bytes;
    if (wantedBytes <= spare.memory.length) return spare;
    const larger = blockPool.take(wantedBytes * 2);
    larger.memory.set(spare.memory.subarray(0, this.#spareEnd));
    this.transport!.countCopied(this.#spareEnd - HEAD_ROOM_BYTES);
    spare.release();
    this.#spare = larger;
    return larger;
  }

  /** The spare chunk, or a small block while there is none, becomes the chunk, with nothing in it. */
  #begin(spare: Block, at: number): void {
    this.changes++;
    this.#spare = null;
    this.#spareEnd = HEAD_ROOM_BYTES;
    this.block = spare;
    this.memory = spare.memory;
    this.at = at;
    this.end = at;
  }

  /** Puts what is unread in front of what arrived in the spare chunk. Returns whether there was any. */
  protected join(): boolean {
    const spare = this.#spare;
    const spareEnd = this.#spareEnd;
    if (spare === null || spareEnd === HEAD_ROOM_BYTES) return false;
    const unreadBytes = this.end - this.at;
    const from = this.block;
    spare.memory.set(this.memory.subarray(this.at, this.end), HEAD_ROOM_BYTES - unreadBytes);
    this.transport!.countCopied(unreadBytes);
    this.#begin(spare, HEAD_ROOM_BYTES - unreadBytes);
    this.end = spareEnd;
    from?.release();
    return true;
  }
}

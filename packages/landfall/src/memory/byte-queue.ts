/**
 * Bytes that have arrived and nobody has read, in pieces.
 *
 *     pieces   | taken | unread | ─► | unread | ─► | unread |  room: what arrives next goes here, or lands here itself |
 *              ^ start of a block                           ^ #roomEnd
 *
 * A few bytes take a small block, more a larger one, and none when all is read. No byte is moved from one piece to
 * another, so that reading is linear however much lies here.
 */
import type { Block } from './arena.js';
import { blockPool } from './block-pool.js';
import { bufferOf } from './text.js';

/** Blocks are from so large to so large, twice as large each time. */
const BLOCK_BYTES_MIN = 256;
const BLOCK_BYTES_MAX = 256 * 1024;
/** Less room than this is not lent. */
const ROOM_BYTES_MIN = 16 * 1024;

/** A stretch of unread bytes: `memory[at, end)`. */
export interface Piece {
  /** As a Buffer, to make text of. */
  readonly memory: Buffer;
  at: number;
  end: number;
  /** Claimed for as long as this is unread; null for memory of the queue's own, and for borrowed memory. */
  readonly block: Block | null;
}

/** Unread bytes of one connection. Knows no socket. */
export class ByteQueue {
  /** Bytes that are unread. */
  length = 0;
  /** Bytes that were moved, when they were put here or taken. */
  bytesCopied = 0;
  /** Changes whenever anything but what was put behind changed. */
  version = 0;
  #pieces: Piece[] = [];
  #head = 0;
  /** Where there is room, from `#roomEnd` on. */
  #room: Block | null = null;
  #roomEnd = 0;
  /** The room is lent, and must stay where it is. */
  #isLent = false;
  #borrowed: Piece | null = null;

  /** The piece that comes `index` after the first. */
  piece(index: number): Piece | undefined {
    return this.#pieces[this.#head + index];
  }

  /** Puts a copy behind what is unread. */
  append(bytesView: Uint8Array): void {
    const bytes = bytesView.length;
    if (bytes === 0) return;
    const room = this.#roomFor(bytes);
    room.memory.set(bytesView, this.#roomEnd);
    this.bytesCopied += bytes;
    this.#appended(bytes);
  }

  /** Puts a copy in front of what is unread. */
  prepend(bytesView: Uint8Array): void {
    if (bytesView.length === 0) return;
    const bytesCopy = Buffer.allocUnsafeSlow(bytesView.length);
    bytesCopy.set(bytesView);
    this.bytesCopied += bytesCopy.length;
    this.prependOwn(bytesCopy, bytesCopy.length);
  }

  /** Puts the first `bytes` of `memory`, which is the queue's from here on, in front of what is unread. */
  prependOwn(memory: Buffer, bytes: number): void {
    if (bytes === 0) return;
    this.version++;
    if (this.#head === 0) this.#makeHeadRoom();
    this.#head--;
    this.#pieces[this.#head] = { memory, at: 0, end: bytes, block: null };
    this.length += bytes;
  }

  /** Memory to receive into, at least 16 KiB, until `landed` or `takeBack`; nothing is put behind what is unread meanwhile. */
  lend(): Uint8Array {
    const block = this.#roomFor(ROOM_BYTES_MIN, BLOCK_BYTES_MAX);
    this.#isLent = true;
    return block.memory.subarray(this.#roomEnd);
  }

  /** What was lent is not received into any more. */
  takeBack(): void {
    this.#isLent = false;
    if (this.length === 0) this.releaseRoom();
  }

  /** `nbytes` arrived in the memory that was lent. */
  landed(nbytes: number): void {
    this.#isLent = false;
    this.#appended(nbytes);
  }

  #appended(nbytes: number): void {
    const room = this.#room!;
    const start = this.#roomEnd;
    this.#roomEnd += nbytes;
    this.length += nbytes;
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.block === room && last.end === start) last.end += nbytes;
    else {
      room.claim();
      this.#pieces.push({ memory: room.buffer, at: start, end: this.#roomEnd, block: room });
    }
  }

  /** Puts memory behind what is unread as it is, until `keepBorrowed`. */
  borrow(memory: Buffer, at: number, end: number): void {
    this.#borrowed = { memory, at, end, block: null };
    this.#pieces.push(this.#borrowed);
    this.length += end - at;
  }

  /** What is unread of the borrowed memory is copied; the memory is not used any more. */
  keepBorrowed(): void {
    const borrowed = this.#borrowed;
    if (borrowed === null) return;
    this.#borrowed = null;
    if (this.#pieces.at(-1) !== borrowed) return;
    this.#pieces.pop();
    const { memory, at, end } = borrowed;
    this.length -= end - at;
    this.append(memory.subarray(at, end));
  }

  /** Takes `bytes`, no more than there are, in memory of their own. */
  takeCopy(bytes: number): Buffer {
    const bytesCopy = Buffer.allocUnsafeSlow(bytes);
    this.takeInto(bytesCopy);
    return bytesCopy;
  }

  /** Takes what `target` has room for. Returns how many bytes that were. */
  takeInto(target: Uint8Array): number {
    let taken = 0;
    while (taken < target.length && this.length > 0) {
      const { memory, at, end } = this.piece(0)!;
      const bytes = Math.min(end - at, target.length - taken);
      target.set(memory.subarray(at, at + bytes), taken);
      taken += bytes;
      this.skip(bytes);
    }
    this.bytesCopied += taken;
    return taken;
  }

  /** Drops `bytes`, no more than there are. */
  skip(bytes: number): void {
    this.version++;
    this.length -= bytes;
    for (let left = bytes; left > 0; ) {
      const piece = this.#pieces[this.#head]!;
      const here = Math.min(left, piece.end - piece.at);
      piece.at += here;
      left -= here;
      if (piece.at < piece.end) break;
      this.#pieces[this.#head++] = NOTHING;
      piece.block?.release();
    }
    this.#forgetTaken();
  }

  /** Moves what is unread into memory of its own size, so that no block is held. */
  detach(): void {
    if (this.length > 0) this.prepend(this.takeCopy(this.length));
    this.releaseRoom();
  }

  clear(): void {
    this.skip(this.length);
    this.releaseRoom();
  }

  /** Lets go of the block that has room; pieces of it that are unread hold it for themselves. */
  private releaseRoom(): void {
    this.#room?.release();
    this.#room = null;
  }

  /** A block with room for `bytes`; a new one is at least as large as what is unread, and as `wantedBytes`. */
  #roomFor(bytes: number, wantedBytes = 0): Block {
    const room = this.#room;
    if (room !== null && room.memory.length - this.#roomEnd >= bytes) return room;
    const grown = Math.max(BLOCK_BYTES_MIN, 2 ** Math.ceil(Math.log2(this.length + bytes)), wantedBytes);
    room?.release();
    this.#room = null;
    this.#room = blockPool.take(Math.max(bytes, Math.min(grown, BLOCK_BYTES_MAX)));
    this.#roomEnd = 0;
    return this.#room;
  }

  /** As many places as there are pieces, so that each of them is moved at most once for each that is put in front. */
  #makeHeadRoom(): void {
    this.#head = Math.max(1, this.#pieces.length);
    this.#pieces = new Array<Piece>(this.#head).fill(NOTHING).concat(this.#pieces);
  }

  /** Lets go of taken pieces: at once when nothing is left, else when they are the larger half, so each is moved at most once. */
  #forgetTaken(): void {
    if (this.#head === this.#pieces.length) {
      this.#pieces.length = 0;
      if (!this.#isLent) this.releaseRoom();
    } else if (this.#head > this.#pieces.length / 2) this.#pieces.splice(0, this.#head);
    else return;
    this.#head = 0;
  }
}

const NOTHING: Piece = { memory: bufferOf(new Uint8Array(0)), at: 0, end: 0, block: null };

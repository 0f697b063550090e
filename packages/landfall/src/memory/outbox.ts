/**
 * Output that waits to be written: small pieces copied together, large ones kept by reference, in order.
 *
 *     parts   | by reference | sealed piece of the chunk | by reference | …
 *     chunk   |  sealed, being sent  |  open: appended to  |   free   |
 *                                    ^ #openStart          ^ #openEnd
 *
 * Memory that a pool lent is claimed while it waits, so it is not received into again before it has left.
 */

import { LandfallError } from '../errors.js';
import { type Block, blockOf } from './arena.js';
import { beginSending, endSending } from './being-sent.js';
import { blockPool } from './block-pool.js';
import { isScratch } from './scratch.js';

/** From this size on a view is kept by reference; below, copying is cheaper than one more part in the vectored write. */
const REFERENCE_BYTES_MIN = 4 * 1024;
/** The most that one write to the socket takes (docs/decisions/0004). */
const BATCH_BYTES_MAX = 2 * 1024 * 1024;
/** The most parts of one write; the kernel takes 1,024. */
const BATCH_PARTS_MAX = 256;
/** The chunk for a first small write, and for the ones that follow when that was not enough. */
const FIRST_CHUNK_BYTES = 16 * 1024;
const NEXT_CHUNK_BYTES = 64 * 1024;
/** Up to this size, bytes one by one are faster than a call. */
const HEADER_BYTES_MAX = 8;

/**
 * Refuses a view of pool memory that nobody has a claim on: it was borrowed, and given back. It may belong to another
 * connection's frame in the next moment.
 *
 * @throws {LandfallError} `ERR_RELEASED`.
 */
export function refuseReleased(data: Uint8Array): void {
  if (data.length < REFERENCE_BYTES_MIN || blockOf(data)?.isFree !== true) return;
  throw new LandfallError('ERR_RELEASED', 'memory that was borrowed until a callback returned is written after that');
}

/** A view that waits, in one piece. */
interface Part {
  view: Uint8Array;
  /** The view's length when it was written, to notice memory that was taken away since. */
  length: number;
  /** To be released once the part has left. */
  readonly claim: Claim;
}

/** Keeps memory from being received into: a block of a pool, or somebody else's. */
type Claim = Block | ForeignMemory;

/** Memory that is no pool's, on its way. */
class ForeignMemory {
  readonly #view: Uint8Array;
  readonly #buffer: ArrayBufferLike;

  constructor(view: Uint8Array) {
    this.#view = view;
    this.#buffer = view.buffer;
    beginSending(view, this.#buffer);
  }

  release(): void {
    endSending(this.#view, this.#buffer);
  }
}

/** Pending output of one connection. Knows no socket. */
export class Outbox {
  /** Bytes that wait, those in the current batch included. */
  size = 0;
  /** What waits, from `#head` on. */
  readonly #parts: Part[] = [];
  #head = 0;
  #chunk: Block | null = null;
  #openStart = 0;
  #openEnd = 0;
  readonly #batchClaims: Claim[] = [];
  #batchBytes = 0;

  /** Appends `data`: by reference when it is large and may be, else as a copy. */
  append(data: Uint8Array, copy: boolean): void {
    if (data.length === 0) return;
    if (data.length < REFERENCE_BYTES_MIN || copy || isScratch(data)) return this.#appendCopy(data);
    const block = blockOf(data);
    block?.claim();
    this.#seal();
    this.#push(data, block ?? new ForeignMemory(data));
    this.size += data.length;
  }

  /**
   * Takes what the next write to the socket should carry: at most 2 MiB, nothing when all is taken.
   *
   * @throws {LandfallError} `ERR_BUFFER`: memory kept by reference was detached or shrunk since it was written.
   */
  takeBatch(): Uint8Array[] {
    this.#seal();
    const parts = this.#parts;
    const batch: Uint8Array[] = [];
    let room = BATCH_BYTES_MAX;
    while (this.#head < parts.length && batch.length < BATCH_PARTS_MAX && room > 0) {
      const part = parts[this.#head]!;
      if (part.view.length !== part.length) throw takenAway(part.length, part.view.length);
      if (part.length > room) {
        // The rest of the part, and its claim, stay for the next batch.
        batch.push(part.view.subarray(0, room));
        part.view = part.view.subarray(room);
        part.length -= room;
        room = 0;
        break;
      }
      batch.push(part.view);
      room -= part.length;
      this.#batchClaims.push(part.claim);
      this.#head++;
    }
    this.#forgetTaken();
    this.#batchBytes = BATCH_BYTES_MAX - room;
    return batch;
  }

  /** The batch has left: its memory is free again. Returns its size in bytes. */
  batchDone(): number {
    const bytes = this.#batchBytes;
    this.size -= bytes;
    this.#batchBytes = 0;
    for (const claim of this.#batchClaims) claim.release();
    this.#batchClaims.length = 0;
    if (this.size === 0) this.#dropChunk();
    return bytes;
  }

  /** Forgets everything that waits. Only when the socket is closed: until then the kernel may still read the batch. */
  clear(): void {
    this.batchDone();
    for (let i = this.#head; i < this.#parts.length; i++) this.#parts[i]!.claim.release();
    this.#parts.length = 0;
    this.#head = 0;
    this.#dropChunk();
    this.size = 0;
  }

  #appendCopy(data: Uint8Array): void {
    const bytes = data.length;
    const start = this.#openEnd;
    if (this.#chunk === null || this.#chunk.memory.length - start < bytes) return this.#appendAcross(data);
    const { memory } = this.#chunk;
    if (bytes > HEADER_BYTES_MAX) memory.set(data, start);
    else for (let i = 0; i < bytes; i++) memory[start + i] = data[i]!;
    this.#openEnd = start + bytes;
    this.size += bytes;
  }

  /** Into more than one chunk. */
  #appendAcross(data: Uint8Array): void {
    let at = 0;
    while (at < data.length) {
      const chunk = this.#chunkWithRoom();
      const bytes = Math.min(data.length - at, chunk.memory.length - this.#openEnd);
      chunk.memory.set(at === 0 && bytes === data.length ? data : data.subarray(at, at + bytes), this.#openEnd);
      this.#openEnd += bytes;
      this.size += bytes;
      at += bytes;
    }
  }

  #chunkWithRoom(): Block {
    let chunk = this.#chunk;
    if (chunk !== null && this.#openEnd < chunk.memory.length) return chunk;
    const isFirst = chunk === null;
    this.#seal();
    this.#dropChunk();
    chunk = blockPool.take(isFirst ? FIRST_CHUNK_BYTES : NEXT_CHUNK_BYTES);
    this.#chunk = chunk;
    return chunk;
  }

  /** Turns what was appended to the chunk so far into a part. */
  #seal(): void {
    if (this.#chunk === null || this.#openStart === this.#openEnd) return;
    this.#chunk.claim();
    this.#push(this.#chunk.memory.subarray(this.#openStart, this.#openEnd), this.#chunk);
    this.#openStart = this.#openEnd;
  }

  #push(view: Uint8Array, claim: Claim): void {
    this.#parts.push({ view, length: view.length, claim });
  }

  /** Lets go of taken parts: at once when nothing is left, else when they are the larger half, so each is moved at most once. */
  #forgetTaken(): void {
    if (this.#head === this.#parts.length) this.#parts.length = 0;
    else if (this.#head > this.#parts.length / 2) this.#parts.splice(0, this.#head);
    else return;
    this.#head = 0;
  }

  #dropChunk(): void {
    this.#chunk?.release();
    this.#chunk = null;
    this.#openStart = 0;
    this.#openEnd = 0;
  }
}

function takenAway(writtenBytes: number, nowBytes: number): LandfallError {
  return new LandfallError(
    'ERR_BUFFER',
    `memory of ${writtenBytes} bytes was detached or resized to ${nowBytes} before it was sent`,
  );
}

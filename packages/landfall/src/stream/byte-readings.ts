/** The ways to read from a byte stream: each says what it waits for, and what it takes. */
import { IncompleteError, LimitError } from '../errors.js';
import { STRIP_BYTES } from '../memory/scratch.js';
import type { CutShort } from '../protocol/deadline.js';
import type { ByteInbox } from './byte-inbox.js';
import type { ByteSearch } from './byte-search.js';
import { Gathering } from './gathering.js';
import type { Reading } from './stream-life.js';

/** How much more than what has arrived may be allocated at once for a read that wants more than `AT_ONCE_BYTES`. */
const GROWTH = 64;
/** Up to this size, memory for what is wanted is allocated whether it comes or not. */
const AT_ONCE_BYTES = 256 * 1024;

/** What there is, up to a number of bytes. */
export function readSome(inbox: ByteInbox, maxBytes: number): Reading<Uint8Array | null> {
  const { queue } = inbox;
  inbox.leaveStrip();
  return {
    isReady: () => queue.length > 0,
    take: () => taken(inbox, Math.min(queue.length, maxBytes)),
    atEnd: () => null,
  };
}

/** Exactly so many bytes, few enough to gather them. */
export function readFew(inbox: ByteInbox, bytes: number): Reading<Uint8Array> {
  const { queue } = inbox;
  // A header is read from the strip; more would come strip by strip.
  if (bytes > STRIP_BYTES) inbox.leaveStrip();
  return {
    isReady: () => queue.length >= bytes,
    take: () => taken(inbox, bytes),
    atEnd: () => {
      throw incomplete(inbox, bytes);
    },
  };
}

/** Whether so many bytes are gathered first; more land in their own memory. */
export function areFew(bytes: number): boolean {
  return bytes <= AT_ONCE_BYTES / GROWTH;
}

/** Exactly so many bytes, in memory that they land in. */
export class ReadMany implements Reading<Uint8Array> {
  readonly #inbox: ByteInbox;
  readonly #bytes: number;
  #memory: Buffer | null = null;

  constructor(inbox: ByteInbox, bytes: number) {
    this.#inbox = inbox;
    this.#bytes = bytes;
  }

  begin(): void {
    // Until the memory is there, bytes are gathered.
    this.#inbox.leaveStrip();
  }

  isReady(): boolean {
    const inbox = this.#inbox;
    const bytes = this.#bytes;
    if (this.#memory === null) {
      // A number that the peer declared takes no memory before the peer has sent a part of it.
      if (bytes > AT_ONCE_BYTES && inbox.queue.length * GROWTH < bytes) return false;
      this.#memory = Buffer.allocUnsafeSlow(bytes);
      inbox.landIn(this.#memory);
    }
    return inbox.filledBytes === bytes;
  }

  take(): Uint8Array {
    const memory = this.#memory!;
    this.#memory = null;
    return memory;
  }

  atEnd(): never {
    if (this.#memory === null) throw incomplete(this.#inbox, this.#bytes);
    const partial = this.#memory.subarray(0, this.#inbox.filledBytes);
    this.#memory = null;
    throw new IncompleteError(partial.length, this.#bytes, Uint8Array.from(partial));
  }

  end(): void {
    const inbox = this.#inbox;
    const landed = this.#memory?.subarray(0, inbox.filledBytes);
    inbox.letGo();
    // It was cut short, or the connection lost, and took nothing.
    if (landed !== undefined) inbox.queue.prepend(landed);
    inbox.countCopied();
  }
}

/** A view of the reader's: filled, or as much of it as arrives at once. */
export class ReadInto implements Reading<number | null> {
  readonly #inbox: ByteInbox;
  readonly #target: Uint8Array;
  /** Of the target, also when that is detached. */
  readonly #bytes: number;
  readonly #partial: boolean;
  /** What landed is the reader's. */
  #isTaken = false;

  constructor(inbox: ByteInbox, target: Uint8Array, partial: boolean) {
    this.#inbox = inbox;
    this.#target = target;
    this.#bytes = target.length;
    this.#partial = partial;
  }

  begin(): void {
    this.#inbox.landIn(this.#target);
  }

  isReady(): boolean {
    const { filledBytes, expectsMore } = this.#inbox;
    return filledBytes === this.#bytes || (this.#partial && filledBytes > 0 && !expectsMore);
  }

  take(): number {
    this.#isTaken = true;
    return this.#inbox.filledBytes;
  }

  atEnd(): number | null {
    this.#isTaken = true;
    if (this.#partial) return null;
    throw new IncompleteError(this.#inbox.filledBytes, this.#bytes);
  }

  end(error: CutShort | null): void {
    const inbox = this.#inbox;
    inbox.letGo();
    if (error !== null) error.bytesRead = inbox.filledBytes;
    else if (!this.#isTaken && this.#target.byteLength === this.#bytes) {
      // The connection was lost, and its error says nothing of this read.
      inbox.queue.prepend(this.#target.subarray(0, inbox.filledBytes));
      inbox.countCopied();
    }
  }
}

/** Everything up to the end of the stream. */
export class ReadAll implements Reading<Uint8Array> {
  readonly #gathering: Gathering;
  readonly #limitBytes: number;

  constructor(inbox: ByteInbox, limitBytes: number) {
    this.#gathering = new Gathering(inbox, limitBytes);
    this.#limitBytes = limitBytes;
    inbox.leaveStrip();
  }

  isReady(): boolean {
    const { bytes } = this.#gathering;
    if (bytes > this.#limitBytes) throw new LimitError('what there is to read', bytes, this.#limitBytes);
    this.#gathering.makeRoom();
    return false;
  }

  take(): Uint8Array {
    return this.#gathering.take(this.#gathering.bytes);
  }

  atEnd(): Uint8Array {
    return this.take();
  }

  end(): void {
    this.#gathering.release();
  }
}

/** Everything up to a delimiter, which is part of it. */
export class ReadUntil implements Reading<Uint8Array> {
  readonly #inbox: ByteInbox;
  readonly #search: ByteSearch;
  readonly #gathering: Gathering;
  readonly #limitBytes: number;
  #foundBytes = 0;

  constructor(inbox: ByteInbox, search: ByteSearch, limitBytes: number) {
    this.#inbox = inbox;
    this.#search = search;
    this.#gathering = new Gathering(inbox, limitBytes);
    this.#limitBytes = limitBytes;
    inbox.leaveStrip();
  }

  isReady(): boolean {
    const gathering = this.#gathering;
    const { memory, bytes: bytesHere } = gathering;
    this.#foundBytes =
      memory === null ? this.#search.find(this.#inbox.queue) : this.#search.findMoved(memory, bytesHere);
    const bytes = contentBytes(this.#foundBytes, bytesHere, this.#search);
    if (bytes > this.#limitBytes) throw new LimitError('what comes before the delimiter', bytes, this.#limitBytes);
    if (this.#foundBytes >= 0) return true;
    gathering.makeRoom();
    return false;
  }

  take(): Uint8Array {
    return this.#gathering.take(this.#foundBytes);
  }

  atEnd(): never {
    const partial = this.#gathering.take(this.#gathering.bytes);
    throw new IncompleteError(partial.length, undefined, partial);
  }

  end(): void {
    this.#gathering.release();
  }
}

/** Bytes in front of the delimiter, so far. */
export function contentBytes(foundBytes: number, queueBytes: number, search: ByteSearch): number {
  return foundBytes >= 0 ? foundBytes - search.delimiterBytes : queueBytes - search.matchedBytes;
}

/** Takes `bytes`, in memory of their own. */
export function taken(inbox: ByteInbox, bytes: number): Buffer {
  const bytesCopy = inbox.queue.takeCopy(bytes);
  inbox.countCopied();
  return bytesCopy;
}

/** What there is goes with the error, and is not read again. */
function incomplete(inbox: ByteInbox, wantedBytes: number | undefined): IncompleteError {
  const partial = taken(inbox, inbox.queue.length);
  return new IncompleteError(partial.length, wantedBytes, partial);
}

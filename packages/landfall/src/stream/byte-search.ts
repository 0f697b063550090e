/** Looking for the end of a line, or for any delimiter, in a queue of bytes that grows. */
import type { ByteQueue } from '../memory/byte-queue.js';
import { type Delimiter, DelimiterSearch } from '../memory/search.js';

/** One search; it goes on where it stood when more has arrived, so that no byte is looked at twice. */
export class ByteSearch {
  readonly delimiterBytes: number;
  readonly #search: DelimiterSearch;
  #version = -1;
  /** Bytes of the queue that were searched. */
  #searchedBytes = 0;
  /** A piece in front of the last one: its start does not change any more. And how many bytes are before it. */
  #index = 0;
  #bytesBefore = 0;

  constructor(delimiter: Delimiter) {
    this.delimiterBytes = delimiter.bytes.length;
    this.#search = new DelimiterSearch(delimiter);
  }

  /** How many bytes at the end of what was searched could be the start of the delimiter. */
  get matchedBytes(): number {
    return this.#search.matched;
  }

  /** @returns How many bytes of `queue` there are up to the end of the first delimiter; -1 if there is none yet. */
  find(queue: ByteQueue): number {
    if (this.#version !== queue.version) this.#restart(queue);
    let index = this.#index;
    let bytesBefore = this.#bytesBefore;
    for (let piece = queue.piece(index); piece !== undefined; piece = queue.piece(index)) {
      const { memory, at, end } = piece;
      const from = at + this.#searchedBytes - bytesBefore;
      if (from < end) {
        const found = this.#search.find(memory, from, end);
        if (found >= 0) return this.#found(bytesBefore + found - at);
        this.#searchedBytes = bytesBefore + end - at;
      }
      // The last piece may be taken away again, and become a part of the one before it.
      if (queue.piece(index + 1) === undefined) return -1;
      this.#index = index;
      this.#bytesBefore = bytesBefore;
      index++;
      bytesBefore += end - at;
    }
    return -1;
  }

  /**
   * Goes on in memory that everything was moved to: `memory[0, end)` begins with what was searched.
   *
   * @returns As `find`.
   */
  findMoved(memory: Uint8Array, end: number): number {
    const found = this.#search.find(memory, this.#searchedBytes, end);
    if (found >= 0) return this.#found(found);
    this.#searchedBytes = end;
    return -1;
  }

  /** What was found is looked for again by whoever asks, unless it is taken: then the queue has changed. */
  #found(bytes: number): number {
    this.#version = -1;
    return bytes;
  }

  #restart(queue: ByteQueue): void {
    this.#version = queue.version;
    this.#search.restart();
    this.#searchedBytes = 0;
    this.#index = 0;
    this.#bytesBefore = 0;
  }
}

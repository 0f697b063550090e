/**
 * Where a delimiter ends, in memory by offset; bytes that arrive later go on where the search stood.
 *
 * The search is Knuth, Morris and Pratt's: what is known of the bytes behind it is one number, how many of them could
 * be the start of the delimiter. So no byte is read twice however the bytes are cut, and the work is linear for
 * every delimiter: on average at most two comparisons a byte. The delimiter's first byte is found by native code.
 */

/** So few bytes are looked at one by one: a native search costs 20 ns to begin, and next to nothing a byte (Node 20). */
const FEW_BYTES = 16;
/** A native search may look at so many bytes behind those it is for: a view to end it costs more than that does. */
const BEYOND_BYTES_MAX = 512 * 1024;

// Unlike Uint8Array's, which compares byte by byte on memory that is no Buffer: 270 ns against 20 ns for 500 bytes.
const indexOf = Buffer.prototype.indexOf;

/**
 * Finds the first `byte` in `memory[from, end)`.
 *
 * Hot: once per line.
 *
 * @returns Its offset in `memory`; -1 if there is none.
 */
function findByte(memory: Uint8Array, byte: number, from: number, end: number): number {
  if (end - from < FEW_BYTES) {
    for (let at = from; at < end; at++) if (memory[at] === byte) return at;
    return -1;
  }
  if (memory.length - end > BEYOND_BYTES_MAX) {
    const found = indexOf.call(memory.subarray(from, end), byte);
    return found === -1 ? -1 : from + found;
  }
  const found = indexOf.call(memory, byte, from);
  return found < end ? found : -1;
}

/** The bytes to search for, to be shared by any number of searches. */
export class Delimiter {
  /** At least one; a copy of those given. */
  readonly bytes: Uint8Array;
  /**
   * For each number of matched bytes, of how many the search can go on when the next byte does not match: the longest
   * start of the delimiter, shorter than these, that these end with.
   */
  readonly fallbacks: Uint32Array;

  constructor(bytes: Uint8Array) {
    this.bytes = Uint8Array.from(bytes);
    this.fallbacks = new Uint32Array(bytes.length);
    let matched = 0;
    for (let i = 2; i < bytes.length; i++) {
      while (matched > 0 && bytes[matched] !== bytes[i - 1]) matched = this.fallbacks[matched]!;
      if (bytes[matched] === bytes[i - 1]) matched++;
      this.fallbacks[i] = matched;
    }
  }
}

/** One search for a delimiter, through one stretch of bytes after the other. */
export class DelimiterSearch {
  readonly #delimiter: Delimiter;
  #matched = 0;

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter;
  }

  /** How many bytes at the end of what was searched could be the start of the delimiter: fewer than it has. */
  get matched(): number {
    return this.#matched;
  }

  /**
   * Searches on, in the bytes that follow those already searched.
   *
   * @returns Where in `memory` the delimiter ends, and the next search begins from scratch; -1 when it does not end in `memory[from, end)`.
   */
  find(memory: Uint8Array, from: number, end: number): number {
    const { bytes, fallbacks } = this.#delimiter;
    let matched = this.#matched;
    for (let at = from; at < end; at++) {
      if (matched === 0) {
        at = findByte(memory, bytes[0]!, at, end);
        if (at === -1) break;
        matched = 1;
      } else {
        const byte = memory[at];
        while (matched > 0 && bytes[matched] !== byte) matched = fallbacks[matched]!;
        if (bytes[matched] === byte) matched++;
      }
      if (matched === bytes.length) {
        this.#matched = 0;
        return at + 1;
      }
    }
    this.#matched = matched;
    return -1;
  }

  /** Forgets what was searched. */
  restart(): void {
    this.#matched = 0;
  }

  /** Takes bytes back: what has been searched, without finding anything, is now `memory[from, end)` and no more. */
  rewind(memory: Uint8Array, from: number, end: number): void {
    this.#matched = 0;
    // What lies further back cannot be part of a start of the delimiter.
    this.find(memory, Math.max(from, end - this.#delimiter.bytes.length + 1), end);
  }
}

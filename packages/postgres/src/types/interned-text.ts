/**
 * Short strings that were received before are given out again instead of made anew: names and states repeat themselves
 * in most results, and to make a string costs several times as much as to find it.
 *
 * The bytes are their own key, read as words of four bytes; the last of them ends where the text ends, so that
 * nothing outside of it is read:
 *
 *     a b c d e f g h i j           10 bytes: words at 0, 4 and 6
 *     └─────┘ └─────┘
 *                 └─────┘
 *
 * Each text has two places in the table, found by its hash, and is in one of them; another that needs the place takes it.
 * So the table never grows, and a few hundred texts are all found in it, whatever their hashes.
 */
import { decodeAscii, decodeUtf8 } from './text-decoding.js';

/** Longer text is not looked up: it takes longer to compare and repeats itself less. */
export const INTERNED_BYTES_MAX = 24;
/** Twelve bits of the hash. */
const PLACES = 4096;
/** To the upper bits of a hash, which depend on all of its bits. */
const HASH_SHIFT = 32 - 12;
/** What the hash is multiplied with for the second place. */
const SECOND = 0x9e3779b1;
/** A key is the length, six words, and one that is not used. */
const KEY_SHIFT = 3;
/** One of these is set in a word if it holds anything but ASCII. */
const NOT_ASCII = 0x80808080 | 0;
/** Numbers that look random, each made of the one before it. */
const RANDOM_FACTOR = 1_664_525;
const RANDOM_STEP = 1_013_904_223;

const ONE_CHARACTER = Array.from({ length: 0x80 }, (_, unit) => String.fromCharCode(unit));

/** A table of short strings. One of them serves a thread. */
export class InternedText {
  readonly #keys = new Int32Array(PLACES << KEY_SHIFT);
  readonly #texts: string[] = Array.from({ length: PLACES }, () => '');
  #random = 0;

  /** The string of the bytes from `start` to `end`, at most `INTERNED_BYTES_MAX`. Only ASCII is kept. */
  text(memory: Uint8Array, view: DataView, start: number, end: number): string {
    const bytes = end - start;
    if (bytes < 2) return oneOrNone(memory, start, end);
    const isShort = bytes < 4;
    const w0 = isShort ? view.getUint16(start) : view.getInt32(start);
    const w1 = bytes > 8 ? view.getInt32(start + 4) : 0;
    const w2 = bytes > 12 ? view.getInt32(start + 8) : 0;
    const w3 = bytes > 16 ? view.getInt32(start + 12) : 0;
    const w4 = bytes > 20 ? view.getInt32(start + 16) : 0;
    const w5 = isShort ? view.getUint16(end - 2) : view.getInt32(end - 4);

    // Odd factors, so that nothing of a word is lost.
    const hash =
      (Math.imul(w0, 0x9e3779b1) +
        Math.imul(w1, 0x85ebca77) +
        Math.imul(w2, 0xc2b2ae3d) +
        Math.imul(w3, 0x27d4eb2f) +
        Math.imul(w4, 0x165667b1) +
        Math.imul(w5, 0xd3a2646d) +
        bytes) |
      0;
    const first = hash >>> HASH_SHIFT;
    if (this.#isAt(first, bytes, w0, w1, w2, w3, w4, w5)) return this.#texts[first]!;
    const second = Math.imul(hash, SECOND) >>> HASH_SHIFT;
    if (this.#isAt(second, bytes, w0, w1, w2, w3, w4, w5)) return this.#texts[second]!;
    if (((w0 | w1 | w2 | w3 | w4 | w5) & NOT_ASCII) !== 0) return decodeUtf8(memory, start, end);
    const text = decodeAscii(memory, start, end);
    this.#put(this.#isFirstNext() ? first : second, text, bytes, w0, w1, w2, w3, w4, w5);
    return text;
  }

  #isAt(place: number, bytes: number, w0: number, w1: number, w2: number, w3: number, w4: number, w5: number): boolean {
    const keys = this.#keys;
    const key = place << KEY_SHIFT;
    const difference =
      (keys[key]! ^ bytes) |
      (keys[key + 1]! ^ w0) |
      (keys[key + 2]! ^ w1) |
      (keys[key + 3]! ^ w2) |
      (keys[key + 4]! ^ w3) |
      (keys[key + 5]! ^ w4) |
      (keys[key + 6]! ^ w5);
    return difference === 0;
  }

  #put(
    place: number,
    text: string,
    bytes: number,
    w0: number,
    w1: number,
    w2: number,
    w3: number,
    w4: number,
    w5: number,
  ): void {
    const keys = this.#keys;
    const key = place << KEY_SHIFT;
    keys[key] = bytes;
    keys[key + 1] = w0;
    keys[key + 2] = w1;
    keys[key + 3] = w2;
    keys[key + 4] = w3;
    keys[key + 5] = w4;
    keys[key + 6] = w5;
    this.#texts[place] = text;
  }

  /**
   * Whether a new text goes to its first place, where it is found faster: mostly, and by chance. If it were the same each
   * time, two texts could take their places from each other for ever.
   */
  #isFirstNext(): boolean {
    this.#random = (Math.imul(this.#random, RANDOM_FACTOR) + RANDOM_STEP) | 0;
    return this.#random >>> 30 !== 0;
  }
}

function oneOrNone(memory: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  return ONE_CHARACTER[memory[start]!] ?? decodeUtf8(memory, start, end);
}

/**
 * Short strings that were received before are given out again instead of made anew: names and states repeat themselves
 * in most results, and to make a string costs several times as much as to find it.
 *
 * The bytes are their own key, read as words of four bytes; where the text is no multiple of that, words overlap, so that
 * nothing outside the text is read:
 *
 *     a b c d e f g h i j           10 bytes: words at 0, 4, 6, 6, 6, 6
 *     └──w0─┘ └──w1─┘
 *                 └──w2…─┘
 *
 * Each text has one place in the table, where a later one with the same place replaces it: the table never grows.
 */
import { decodeAscii, decodeUtf8 } from './text-decoding.js';

/** Longer text is not looked up: it takes longer to compare and repeats itself less. */
export const INTERNED_BYTES_MAX = 24;
/** Eleven bits of the hash. */
const PLACES = 2048;
const HASH_SHIFT = 32 - 11;
/** Of one place: the length, six words, and one that is not used. */
const PLACE_SHIFT = 3;
/** One of these is set in a word if it holds anything but ASCII. */
const NOT_ASCII = 0x80808080 | 0;

const ONE_CHARACTER = Array.from({ length: 0x80 }, (_, unit) => String.fromCharCode(unit));

/** A table of short strings. One of them serves a thread. */
export class InternedText {
  readonly #keys = new Int32Array(PLACES << PLACE_SHIFT);
  readonly #texts: string[] = Array.from({ length: PLACES }, () => '');

  /** The string of the bytes from `start` to `end`, at most `INTERNED_BYTES_MAX`. Only ASCII is kept. */
  text(memory: Uint8Array, view: DataView, start: number, end: number): string {
    const bytes = end - start;
    if (bytes < 4) return bytes < 2 ? oneOrNone(memory, start, end) : this.#two(memory, view, start, end);
    const last = bytes - 4;
    return this.#find(
      memory,
      start,
      end,
      view.getInt32(start),
      view.getInt32(start + lesser(4, last)),
      view.getInt32(start + lesser(8, last)),
      view.getInt32(start + lesser(12, last)),
      view.getInt32(start + lesser(16, last)),
      view.getInt32(end - 4),
    );
  }

  /** Two or three bytes. */
  #two(memory: Uint8Array, view: DataView, start: number, end: number): string {
    return this.#find(memory, start, end, view.getUint16(start), view.getUint16(end - 2), 0, 0, 0, 0);
  }

  #find(
    memory: Uint8Array,
    start: number,
    end: number,
    w0: number,
    w1: number,
    w2: number,
    w3: number,
    w4: number,
    w5: number,
  ): string {
    const bytes = end - start;
    const keys = this.#keys;
    // Odd factors, and the upper bits of the sum, which depend on every bit of every word.
    const hash =
      (Math.imul(w0, 0x9e3779b1) +
        Math.imul(w1, 0x85ebca77) +
        Math.imul(w2, 0xc2b2ae3d) +
        Math.imul(w3, 0x27d4eb2f) +
        Math.imul(w4, 0x165667b1) +
        Math.imul(w5, 0xd3a2646d) +
        Math.imul(bytes, 0xfd7046c5)) |
      0;
    const place = hash >>> HASH_SHIFT;
    const key = place << PLACE_SHIFT;
    const difference =
      (keys[key]! ^ bytes) |
      (keys[key + 1]! ^ w0) |
      (keys[key + 2]! ^ w1) |
      (keys[key + 3]! ^ w2) |
      (keys[key + 4]! ^ w3) |
      (keys[key + 5]! ^ w4) |
      (keys[key + 6]! ^ w5);
    if (difference === 0) return this.#texts[place]!;
    if (((w0 | w1 | w2 | w3 | w4 | w5) & NOT_ASCII) !== 0) return decodeUtf8(memory, start, end);
    const text = decodeAscii(memory, start, end);
    keys[key] = bytes;
    keys[key + 1] = w0;
    keys[key + 2] = w1;
    keys[key + 3] = w2;
    keys[key + 4] = w3;
    keys[key + 5] = w4;
    keys[key + 6] = w5;
    this.#texts[place] = text;
    return text;
  }
}

function oneOrNone(memory: Uint8Array, start: number, end: number): string {
  if (start === end) return '';
  return ONE_CHARACTER[memory[start]!] ?? decodeUtf8(memory, start, end);
}

/** The lesser of two small numbers, without a branch that would be foreseen wrongly half of the time. */
function lesser(a: number, b: number): number {
  const difference = a - b;
  return b + (difference & (difference >> 31));
}

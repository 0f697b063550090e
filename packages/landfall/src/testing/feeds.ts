/** Ways in which the same bytes can arrive: what a decoder makes of them must not depend on it. */
import { randomBelow, seededRandom } from './random.js';

/** The pieces of one stream of bytes, in order. */
export type Feed = readonly Uint8Array[];

/**
 * Every feed that a decoder of these bytes should be given: whole, byte by byte, and in two pieces cut at every byte.
 *
 * Quadratic in the length: meant for up to a few thousand bytes.
 */
export function* everyFeed(bytes: Uint8Array): Generator<Feed> {
  yield [bytes];
  yield byteByByte(bytes);
  for (let at = 1; at < bytes.length; at++) yield cutAt(bytes, at);
}

/** One byte at a time. */
export function byteByByte(bytes: Uint8Array): Feed {
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
}

/** Cut in front of each of the offsets, which rise. */
export function cutAt(bytes: Uint8Array, ...offsets: readonly number[]): Feed {
  const starts = [0, ...offsets];
  return starts
    .map((start, i) => bytes.subarray(start, starts[i + 1] ?? bytes.length))
    .filter((piece) => piece.length > 0);
}

/**
 * Cut into random pieces of 1 to `pieceBytesMax` bytes; the same ones for the same seed.
 *
 * @param seed Any integer.
 */
export function seededFeed(bytes: Uint8Array, seed: number, pieceBytesMax: number): Feed {
  const random = seededRandom(seed);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + randomBelow(random, 1, pieceBytesMax + 1));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Numbers and bytes that look random, and are the same for the same seed. */

/**
 * Makes a random number generator, Tommy Ettinger's mulberry32.
 *
 * @param seed Any integer.
 * @returns Numbers in [0, 1), the same ones for the same seed.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number from `low` to below `high`. */
export function randomBelow(random: () => number, low: number, high: number): number {
  return low + Math.floor(random() * (high - low));
}

let noises = 0;

/** Makes bytes in which a lost, repeated or moved one shows, also a whole block of them; other ones on each call. */
export function noise(bytes: number): Buffer {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  noises++;
  // An odd step meets every number before it meets one again; what varies least are its low bits, so others are mixed in.
  for (let i = 0, word = Math.imul(noises, 0x85eb_ca6b); i < words.length; i++, word = (word + 0x9e37_79b1) | 0) {
    words[i] = Math.imul(word ^ (word >>> 15), 0x2c1b_3c6d);
  }
  return Buffer.from(words.buffer, 0, bytes);
}

/** Seeded chance: the same seed gives the same run of numbers. */

/** One run of numbers (xorshift32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    // Any state but zero; seeds that are neighbours are far apart from here on.
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let i = 0; i < 4; i++) this.#next();
  }

  /** A whole number of at least 0 and below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  /** Whole numbers from 1 to `most`, of which every size is as likely as every other: as many of 10 to 99 as of 100 to 999. */
  logUniform(most: number): number {
    return Math.min(most, Math.floor(Math.exp(this.#next() * Math.log(most + 1))));
  }

  /** At least 0, below 1. */
  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 2 ** 32;
  }
}

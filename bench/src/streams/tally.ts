/**
 * What readers do with each item: it is counted, and before the clock starts every byte of it goes into a digest, and
 * where it was cut.
 */
import { createHash, type Hash } from 'node:crypto';

/** What follows every item in a digest, so that the same bytes cut elsewhere make another one. Lines end with it anyway. */
const SEPARATOR = '\n';

/** Takes the items of one connection. One class for both uses: two would cost a reader of small lines a tenth of its time. */
export class Tally {
  items = 0;
  /** Of payload. */
  bytes = 0;
  readonly #hash: Hash | null;

  constructor(use: 'count' | 'digest') {
    this.#hash = use === 'digest' ? createHash('sha256') : null;
  }

  /** An item as `memory[start, end)`, borrowed. */
  view(memory: Uint8Array, start: number, end: number): void {
    this.items++;
    this.bytes += end - start;
    if (this.#hash !== null) this.#hash.update(memory.subarray(start, end)).update(SEPARATOR);
  }

  /** An item as text, which is ASCII. */
  text(item: string): void {
    this.items++;
    this.bytes += item.length;
    if (this.#hash !== null) this.#hash.update(item).update(SEPARATOR);
  }

  /** Bytes with the ends of any number of lines in them, from who does not tell lines apart. */
  unsplit(memory: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
    if (this.#hash !== null) this.#hash.update(memory.subarray(start, end));
  }

  /** What `unsplit` took were so many lines. */
  split(lines: number): void {
    this.items += lines;
    this.bytes -= lines * SEPARATOR.length;
  }

  /** A digest of everything taken; to be asked for once. */
  hex(): string {
    if (this.#hash === null) throw new Error('nothing was digested');
    return this.#hash.digest('hex');
  }
}

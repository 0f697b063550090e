/** A stream on which everything arrives in other pieces, and later, than it was sent: but whole and in order. */
import { Duplex } from 'node:stream';
import { randomBelow, seededRandom } from './random.js';

/** How to make things difficult. */
export interface ChaosOptions {
  /** Any integer; the same sizes and delays for the same one. */
  readonly seed: number;
  /** The largest piece that arrives at once. 1,000 unless set; small ones take long for much data. */
  readonly pieceBytesMax?: number | undefined;
  /** The most turns of the event loop that a piece is held back. 3 unless set; 0 only splits. */
  readonly delayTurnsMax?: number | undefined;
}

/** What may wait here before the stream below is paused. */
const WAITING_BYTES_MAX = 256 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Puts chaos on what arrives from a stream: `attach` the result in its place.
 *
 * Pieces have 1 to `pieceBytesMax` bytes, mostly small ones, and are held back for some turns. What is written passes
 * through as it is, and so do the ends of both sides, errors and the close. The stream is the wrapper's from then on.
 */
export function chaos(stream: Duplex, options: ChaosOptions): Duplex {
  return new ChaoticStream(stream, options);
}

class ChaoticStream extends Duplex {
  readonly #below: Duplex;
  readonly #random: () => number;
  readonly #pieceBytesMax: number;
  readonly #delayTurnsMax: number;
  /** What has arrived; null is the end. */
  readonly #waiting: (Uint8Array | null)[] = [];
  #waitingBytes = 0;
  #isWanted = false;
  #isScheduled = false;

  constructor(below: Duplex, options: ChaosOptions) {
    super({ allowHalfOpen: true });
    this.#below = below;
    this.#random = seededRandom(options.seed);
    this.#pieceBytesMax = options.pieceBytesMax ?? 1000;
    this.#delayTurnsMax = options.delayTurnsMax ?? 3;
    if (!(this.#pieceBytesMax >= 1)) throw new RangeError('pieceBytesMax must be at least 1');
    if (!(this.#delayTurnsMax >= 0)) throw new RangeError('delayTurnsMax must not be negative');
    // A socket that ends its own side when the other one has would not pass that on.
    below.allowHalfOpen = true;
    below.on('data', (chunk: Uint8Array) => this.#arrived(chunk));
    below.on('end', () => this.#arrived(null));
    below.on('error', (error) => this.destroy(error));
    below.on('close', () => this.#closedBelow());
  }

  override _read(): void {
    this.#isWanted = true;
    this.#schedule();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#below.write(chunk, done);
  }

  override _final(done: Done): void {
    this.#below.end(() => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#waiting.length = 0;
    this.#below.destroy(error ?? undefined);
    done(error);
  }

  /** Sockets have these; whoever wraps one expects them to work. */
  ref(): void {
    (this.#below as Partial<NodeJS.RefCounted>).ref?.();
  }

  unref(): void {
    (this.#below as Partial<NodeJS.RefCounted>).unref?.();
  }

  #arrived(chunk: Uint8Array | null): void {
    if (this.destroyed) return;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk?.length ?? 0;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#below.pause();
    this.#schedule();
  }

  /** Without an end and without an error nothing more comes; else what waits is delivered first. */
  #closedBelow(): void {
    if (!this.#below.readableEnded) this.destroy();
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isWanted || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    this.#deliverIn(randomBelow(this.#random, 0, this.#delayTurnsMax + 1));
  }

  #deliverIn(turns: number): void {
    setImmediate(() => {
      if (turns > 0) return this.#deliverIn(turns - 1);
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const chunk = this.#waiting[0];
    if (chunk === undefined) return;
    const bytes = Math.min(chunk?.length ?? 0, this.#pieceBytes());
    if (chunk === null || bytes === chunk.length) this.#waiting.shift();
    else this.#waiting[0] = chunk.subarray(bytes);
    this.#waitingBytes -= bytes;
    if (this.#waitingBytes <= WAITING_BYTES_MAX) this.#below.resume();
    this.#isWanted = this.push(chunk === null ? null : Uint8Array.from(chunk.subarray(0, bytes)));
    this.#schedule();
  }

  /** Small pieces come often, as that is where mistakes are. */
  #pieceBytes(): number {
    return randomBelow(this.#random, 1, 2 + Math.floor(this.#random() * this.#random() * (this.#pieceBytesMax - 1)));
  }
}

/**
 * Decodes with a codec by hand, in the way a protocol does.
 *
 * Each piece that arrives is put behind what is left of the ones before, in other memory. Around it lies what the codec
 * must not see, and it cannot look there unnoticed either.
 */
import assert from 'node:assert/strict';
import { FrameError, LandfallError, LimitError } from '../../errors.js';
import type { FrameCodec, Framing } from '../../framing/framing.js';
import type { Feed } from '../feeds.js';

/** What became of a stream of bytes. */
export interface Decoded {
  /** The payloads, a character for each byte. */
  frames: string[];
  /** `clean`, `inside a frame`, or the error it ended with. */
  end: string;
}

/** How to decode. */
export interface DecodeOptions {
  /** The limit in force; the framing's own unless set. */
  maxFrameBytes?: number;
  /** The byte that lies in front of what was received, and behind. */
  surroundings?: number;
  /** Goes on behind a header that cannot be, as who scans by hand may. */
  onward?: boolean;
  /** Whenever a frame is not whole, asks once more about half of it, as after giving bytes back. */
  givingBack?: boolean;
  /** Whenever a frame is not whole, asks once more about the same bytes. */
  twice?: boolean;
}

/** Decodes everything that arrives, and then the end of the stream. */
export function decode(framing: Framing, feed: Feed, options: DecodeOptions = {}): Decoded {
  const decoder = new Decoder(framing.createCodec(), options.maxFrameBytes ?? framing.maxFrameBytes, options);
  try {
    for (const piece of feed) decoder.receive(piece);
    return { frames: decoder.frames, end: decoder.finish() };
  } catch (error) {
    if (!(error instanceof LandfallError)) throw error;
    return { frames: decoder.frames, end: nameOf(error) };
  }
}

/** An error in a word or two: a code and the numbers that belong to it. */
export function nameOf(error: LandfallError): string {
  if (error instanceof LimitError) return `${error.code}: ${error.actualBytes} over ${error.limitBytes}`;
  if (error instanceof FrameError) return `${error.code} in ${error.headerBytes} bytes`;
  return error.code;
}

/** Keeps what is not decoded yet, and where in the frame it is. */
export class Decoder {
  readonly frames: string[] = [];
  readonly #codec: FrameCodec;
  readonly #maxFrameBytes: number;
  readonly #options: DecodeOptions;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes of the frame at the start of the rest, once the codec could tell. */
  #frameBytes = 0;
  /** Bytes that are still to be dropped. */
  #dropBytes = 0;

  constructor(codec: FrameCodec, maxFrameBytes: number, options: DecodeOptions) {
    this.#codec = codec;
    this.#maxFrameBytes = maxFrameBytes;
    this.#options = options;
  }

  receive(piece: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    while (this.#takeOne());
  }

  /** The peer has ended. */
  finish(): string {
    if (this.#rest.length > 0 && this.#frameBytes === 0 && this.#codec.scanEnd !== undefined) {
      const { memory, start, end } = this.#received();
      const frameBytes = this.#codec.scanEnd(memory, start, end, this.#maxFrameBytes);
      assert.ok([0, end - start, start - end].includes(frameBytes), `scanEnd returned ${frameBytes}`);
      if (frameBytes > 0) this.#deliver(frameBytes);
      if (frameBytes < 0) this.#rest = this.#rest.subarray(-frameBytes);
    }
    return this.#rest.length > 0 || this.#dropBytes > 0 ? 'inside a frame' : 'clean';
  }

  /** Takes one frame, or something to drop, from the rest. False when that needs more bytes. */
  #takeOne(): boolean {
    if (this.#rest.length === 0) return false;
    if (this.#dropBytes > 0) return this.#drop();
    if (this.#frameBytes === 0) this.#frameBytes = this.#scan();
    if (this.#frameBytes < 0) {
      this.#dropBytes = -this.#frameBytes;
      this.#frameBytes = 0;
      return this.#drop();
    }
    if (this.#frameBytes === 0 || this.#frameBytes > this.#rest.length) return false;
    this.#deliver(this.#frameBytes);
    this.#frameBytes = 0;
    return true;
  }

  #scan(): number {
    const { memory, start, end } = this.#received();
    const codec = this.#codec;
    try {
      const frameBytes = codec.scan(memory, start, end, this.#maxFrameBytes);
      assert.ok(Number.isSafeInteger(frameBytes) && !Object.is(frameBytes, -0), `scan returned ${frameBytes}`);
      if (frameBytes > 0) {
        const around = codec.headerBytes + codec.trailerBytes;
        assert.ok(frameBytes >= around, `a frame of ${frameBytes} bytes with ${around} around its payload`);
      }
      if (frameBytes === 0 && this.#options.givingBack) this.#scanFewer();
      if (frameBytes === 0 && this.#options.twice) assert.equal(codec.scan(memory, start, end, this.#maxFrameBytes), 0);
      return frameBytes;
    } catch (error) {
      if (!(error instanceof FrameError && this.#options.onward)) throw error;
      assert.ok(error.headerBytes > 0 && error.headerBytes <= end - start, 'no progress, or beyond the end');
      return -error.headerBytes;
    }
  }

  /** Half of these bytes is left, and something else comes behind them; then that is taken back, too. */
  #scanFewer(): void {
    const half = Math.ceil(this.#rest.length / 2);
    const { memory, start } = guarded(this.#rest.subarray(0, half), 0x2e);
    assert.equal(this.#codec.scan(memory, start, start + half, this.#maxFrameBytes), 0);
  }

  #deliver(frameBytes: number): void {
    const { headerBytes, trailerBytes } = this.#codec;
    const payload = this.#rest.subarray(headerBytes, frameBytes - trailerBytes);
    this.frames.push(Buffer.from(payload).toString('latin1'));
    this.#rest = this.#rest.subarray(frameBytes);
  }

  #drop(): boolean {
    const dropped = Math.min(this.#dropBytes, this.#rest.length);
    this.#rest = this.#rest.subarray(dropped);
    this.#dropBytes -= dropped;
    return true;
  }

  #received(): { memory: Uint8Array; start: number; end: number } {
    return guarded(this.#rest, this.#options.surroundings ?? 0xff);
  }
}

/** A copy with something else around it, which throws when that is looked at. */
function guarded(bytes: Uint8Array, surroundings: number): { memory: Uint8Array; start: number; end: number } {
  const start = 1 + (bytes.length % 5);
  const end = start + bytes.length;
  const inner = new Uint8Array(end + 300).fill(surroundings);
  inner.set(bytes, start);
  return { memory: guardedMemory(inner, start, end), start, end };
}

/** Memory that may be read in `[start, end)` only, byte by byte or by a view. */
export function guardedMemory(
  inner: Uint8Array,
  start: number,
  end: number,
  onRead: (at: number) => void = () => {},
): Uint8Array {
  return new Proxy(inner, {
    get(_, name) {
      const at = typeof name === 'string' ? Number(name) : Number.NaN;
      if (Number.isInteger(at)) {
        assert.ok(at >= start && at < end, `looked at ${at}, outside ${start} to ${end}`);
        onRead(at);
        return inner[at];
      }
      // So large that a search by native code, which no trap sees, makes a view first.
      if (name === 'length') return 2 ** 40;
      if (name !== 'subarray') return assert.fail(`${String(name)} is not for codecs`);
      return (from: number, to: number) => {
        assert.ok(from >= start && to <= end && from <= to, `a view of ${from} to ${to}, outside ${start} to ${end}`);
        return inner.subarray(from, to);
      };
    },
  });
}

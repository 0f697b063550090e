/**
 * Lines: each ends with a line feed, and a carriage return in front of that is not part of it either.
 *
 * They are bytes, not text: what is no UTF-8 passes like everything else.
 */
import { FrameError, LimitError } from '../errors.js';
import { Delimiter } from '../memory/search.js';
import { DelimitedCodec } from './delimited.js';
import { checkMaxFrameBytes, checkOversize, type FrameCodec, type Framing, type OversizePolicy } from './framing.js';

const MAX_LINE_BYTES_DEFAULT = 64 * 1024;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = new Delimiter(Uint8Array.of(0x0a));

/** How long a line may be. */
export interface LinesOptions {
  /** The longest line accepted and sent, in bytes, from 0 on; 64 KiB by default. A carriage return at its end counts, as it may turn out to be part of the line. */
  maxLineBytes?: number | undefined;
  /** What becomes of a longer line that is received; `fail` by default. To `skip` one, its bytes are dropped as they arrive. */
  oversize?: OversizePolicy | undefined;
}

/**
 * Lines, received with `\n` or `\r\n` behind them and sent with `\n`.
 *
 * What follows the last line feed at the end of the stream is a line too, unless it is empty, a lone carriage return, or
 * the rest of a line that is being skipped. Refused with `ERR_FRAME` when sent: a line feed anywhere, and a carriage
 * return at the end, which would not be received.
 *
 * @throws {TypeError} A policy that there is not.
 * @throws {RangeError} `maxLineBytes` is no whole number from 0 on.
 */
export function lines(options: LinesOptions = {}): Framing {
  const { maxLineBytes = MAX_LINE_BYTES_DEFAULT, oversize = 'fail' } = options;
  checkMaxFrameBytes(maxLineBytes);
  checkOversize(oversize);
  return { maxFrameBytes: maxLineBytes, createCodec: () => new LinesCodec(oversize) };
}

/** Frames delimited by line feeds, with an eye for the carriage return. */
class LinesCodec implements FrameCodec {
  readonly headerBytes = 0;
  trailerBytes = 1;
  readonly #oversize: OversizePolicy;
  readonly areLines = true;
  readonly #delimited: DelimitedCodec;

  constructor(oversize: OversizePolicy) {
    this.#oversize = oversize;
    this.#delimited = new DelimitedCodec(LINE_FEED, oversize);
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    const frameBytes = this.#delimited.scan(memory, start, end, maxFrameBytes);
    if (frameBytes > 0)
      this.trailerBytes = frameBytes > 1 && memory[start + frameBytes - 2] === CARRIAGE_RETURN ? 2 : 1;
    return frameBytes;
  }

  scanEnd(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    const lineBytes = end - start;
    const endsInReturn = memory[end - 1] === CARRIAGE_RETURN;
    if (endsInReturn && lineBytes === 1) return -1;
    this.trailerBytes = endsInReturn ? 1 : 0;
    if (lineBytes <= maxFrameBytes) return lineBytes;
    // The limit was lowered after the last scan.
    if (this.#oversize === 'skip') return -lineBytes;
    throw new LimitError('a received frame', lineBytes, maxFrameBytes);
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    if (lastByte(payload) === CARRIAGE_RETURN)
      throw new FrameError('a line to send ends with a carriage return, which would not be received', 0);
    this.#delimited.encode(payload, payloadBytes, maxFrameBytes, wire);
  }
}

function lastByte(parts: readonly Uint8Array[]): number | undefined {
  return parts.findLast((part) => part.length > 0)?.at(-1);
}

/**
 * Frames that begin with their length as a varint: protobuf's delimited messages.
 *
 * A varint is an unsigned LEB128 integer: seven bits to a byte, the lowest first, and the top bit of every byte but the
 * last is set.
 */
import { FrameError, LimitError } from '../errors.js';
import {
  checkMaxFrameBytes,
  checkOversize,
  type FrameCodec,
  type Framing,
  MAX_FRAME_BYTES_DEFAULT,
  type OversizePolicy,
} from './framing.js';
import { declaredOversize, uncountable } from './oversize.js';

/** The longest varint: 64 bits, seven to a byte. */
const VARINT_BYTES_MAX = 10;
/** The longest that is written: 53 bits. */
const WRITTEN_BYTES_MAX = 8;
/** The largest payload whose frame ends within 2^53 - 1, whatever the varint's length. */
const PAYLOAD_BYTES_MAX = Number.MAX_SAFE_INTEGER - VARINT_BYTES_MAX;

/** How large a frame may be. */
export interface VarintPrefixedOptions {
  /** The largest payload accepted and sent, in bytes, from 0 on; 64 MiB by default. */
  maxFrameBytes?: number | undefined;
  /** What becomes of a received frame over the limit; `fail` by default. */
  oversize?: OversizePolicy | undefined;
}

/**
 * Frames with their length in front, as a varint.
 *
 * Sent in its shortest form, and received in any. One without an end within 10 bytes, or above 2^53 - 1, is `ERR_FRAME`
 * whatever `oversize` says.
 *
 * @throws {TypeError} A policy that there is not.
 * @throws {RangeError} `maxFrameBytes` is no whole number from 0 on.
 */
export function varintPrefixed(options: VarintPrefixedOptions = {}): Framing {
  const { maxFrameBytes = MAX_FRAME_BYTES_DEFAULT, oversize = 'fail' } = options;
  checkMaxFrameBytes(maxFrameBytes);
  checkOversize(oversize);
  const limitBytes = Math.min(maxFrameBytes, PAYLOAD_BYTES_MAX);
  return { maxFrameBytes: limitBytes, createCodec: () => new VarintPrefixedCodec(oversize) };
}

/** Headers to send, one for each length of varint; filled in and given away by each `encode`. */
const HEADERS: readonly Uint8Array[] = Array.from({ length: WRITTEN_BYTES_MAX }, (_, i) => new Uint8Array(i + 1));

/** Remembers how long the last header was. */
class VarintPrefixedCodec implements FrameCodec {
  headerBytes = 0;
  readonly trailerBytes = 0;
  readonly #oversize: OversizePolicy;

  constructor(oversize: OversizePolicy) {
    this.#oversize = oversize;
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    // Up to two bytes, which make 16 KiB, without a loop.
    const available = end - start;
    if (available < 1) return 0;
    const first = memory[start]!;
    if (first < 0x80) return this.#frame(1, first, maxFrameBytes);
    if (available < 2) return 0;
    const second = memory[start + 1]!;
    if (second < 0x80) return this.#frame(2, (first & 0x7f) | (second << 7), maxFrameBytes);
    return this.#scanLong(memory, start, end, maxFrameBytes);
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    wire.push(this.encodeHeader(payloadBytes, maxFrameBytes));
    for (const part of payload) wire.push(part);
  }

  encodeHeader(payloadBytes: number, maxFrameBytes: number): Uint8Array {
    const limitBytes = Math.min(maxFrameBytes, PAYLOAD_BYTES_MAX);
    if (payloadBytes > limitBytes) throw new LimitError('a frame to send', payloadBytes, limitBytes);
    let headerBytes = 1;
    for (let rest = payloadBytes; rest >= 0x80; rest = Math.floor(rest / 0x80)) headerBytes++;
    const header = HEADERS[headerBytes - 1]!;
    let rest = payloadBytes;
    // Division, as a shift would cut the value to 32 bits.
    for (let i = 0; i < headerBytes; i++, rest = Math.floor(rest / 0x80)) header[i] = (rest % 0x80) | 0x80;
    header[headerBytes - 1]! &= 0x7f;
    return header;
  }

  #frame(headerBytes: number, payloadBytes: number, maxFrameBytes: number): number {
    this.headerBytes = headerBytes;
    if (payloadBytes > maxFrameBytes)
      return declaredOversize(this.#oversize, headerBytes, payloadBytes, maxFrameBytes, headerBytes);
    return headerBytes + payloadBytes;
  }

  #scanLong(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    const available = Math.min(end - start, VARINT_BYTES_MAX);
    let value = 0;
    for (let i = 0, unit = 1; i < available; i++, unit *= 0x80) {
      const byte = memory[start + i]!;
      // Exact up to 2^53 - 1, and never falls to that again: refused below.
      value += (byte & 0x7f) * unit;
      if (byte >= 0x80) continue;
      if (value > Number.MAX_SAFE_INTEGER) throw uncountable(i + 1);
      // No limit takes in a frame that could not be counted.
      return this.#frame(i + 1, value, Math.min(maxFrameBytes, PAYLOAD_BYTES_MAX));
    }
    if (available < VARINT_BYTES_MAX) return 0;
    throw new FrameError(`a received frame declares a length without an end in ${VARINT_BYTES_MAX} bytes`, available);
  }
}

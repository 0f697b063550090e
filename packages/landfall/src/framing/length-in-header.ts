/**
 * A length anywhere in a header, counting more or less than the payload, the header stripped or not.
 *
 *     frame  | … length … |  rest of the header  |  what the adjusted length counts |
 *            0   fieldEnd ^       uncountedBytes ^
 *
 * The header's first `headerBytes` are stripped when received and put in front when sent: all of it, or nothing if the
 * header is kept. Where that ends before the length field does, the payload begins with the header's other bytes; the
 * encoder borrows those up to the end of the field, to fill in the length in a copy.
 */
import { FrameError, LimitError } from '../errors.js';
import { type Endian, type IntegerBytes, readUint, writeUint } from '../memory/integers.js';
import type { FrameCodec, Framing, OversizePolicy } from './framing.js';
import { declaredOversize, uncountable } from './oversize.js';

/** What `LengthInHeader` is made of; all of it has been checked. */
export interface LengthInHeaderOptions {
  lengthBytes: IntegerBytes;
  endian: Endian;
  lengthOffset: number;
  lengthAdjustment: number;
  headerBytes: number;
  stripHeader: boolean;
  oversize: OversizePolicy;
  /** The smallest value of the field, from 0 on, with which the frame does not end inside its header. */
  lengthMin: number;
  /** The largest value of the field with which the frame's size is a safe integer. */
  lengthMax: number;
  maxFrameBytes: number;
}

/** Framing and codec in one: it remembers nothing from one call to the next, so every connection can share it. */
export class LengthInHeader implements Framing, FrameCodec {
  readonly maxFrameBytes: number;
  readonly headerBytes: number;
  readonly trailerBytes = 0;
  readonly #lengthBytes: IntegerBytes;
  readonly #endian: Endian;
  readonly #lengthOffset: number;
  readonly #fieldEnd: number;
  readonly #lengthAdjustment: number;
  readonly #lengthMin: number;
  readonly #lengthMax: number;
  readonly #uncountedBytes: number;
  readonly #oversize: OversizePolicy;
  /** Zeros for what is stripped, then room for what is borrowed; the length is written over either. */
  readonly #header: Uint8Array;

  constructor(options: LengthInHeaderOptions) {
    this.maxFrameBytes = options.maxFrameBytes;
    this.headerBytes = options.stripHeader ? options.headerBytes : 0;
    this.#lengthBytes = options.lengthBytes;
    this.#endian = options.endian;
    this.#lengthOffset = options.lengthOffset;
    this.#fieldEnd = options.lengthOffset + options.lengthBytes;
    this.#lengthAdjustment = options.lengthAdjustment;
    this.#lengthMin = options.lengthMin;
    this.#lengthMax = options.lengthMax;
    this.#uncountedBytes = options.headerBytes;
    this.#oversize = options.oversize;
    this.#header = new Uint8Array(Math.max(this.headerBytes, this.#fieldEnd));
  }

  createCodec(): FrameCodec {
    return this;
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    if (end - start < this.#fieldEnd) return 0;
    const length = readUint(memory, start + this.#lengthOffset, this.#lengthBytes, this.#endian);
    if (length < this.#lengthMin || length > this.#lengthMax) return this.#refuse(length, maxFrameBytes);
    const countedBytes = length + this.#lengthAdjustment;
    if (countedBytes > maxFrameBytes) return this.#refuse(length, maxFrameBytes);
    return this.#uncountedBytes + countedBytes;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    const frameBytes = this.headerBytes + payloadBytes;
    const countedBytes = frameBytes - this.#uncountedBytes;
    if (countedBytes < 0 || frameBytes < this.#fieldEnd) throw shorterThanHeader(payloadBytes);
    // The limit of a connection may be more than the field can express.
    const limitBytes = Math.min(maxFrameBytes, this.#lengthMax + this.#lengthAdjustment);
    if (countedBytes > limitBytes) throw new LimitError('a frame to send', countedBytes, limitBytes);
    const length = countedBytes - this.#lengthAdjustment;
    if (length < 0) throw negativeLength(countedBytes, this.#lengthAdjustment);

    const header = this.#header;
    wire.push(header);
    let at = this.headerBytes;
    for (const part of payload) {
      const borrowedBytes = Math.min(part.length, header.length - at);
      for (let i = 0; i < borrowedBytes; i++) header[at++] = part[i]!;
      if (borrowedBytes < part.length) wire.push(borrowedBytes === 0 ? part : part.subarray(borrowedBytes));
    }
    writeUint(header, this.#lengthOffset, this.#lengthBytes, this.#endian, length);
  }

  /** Apart from `scan`, to keep that small. */
  #refuse(length: number, maxFrameBytes: number): number {
    if (length < this.#lengthMin) throw endsInsideHeader(length, this.#lengthAdjustment, this.#fieldEnd);
    if (length > Number.MAX_SAFE_INTEGER) throw uncountable(this.#fieldEnd);
    // No limit takes in a frame that could not be counted.
    const limitBytes = Math.min(maxFrameBytes, this.#lengthMax + this.#lengthAdjustment);
    const countedBytes = length + this.#lengthAdjustment;
    return declaredOversize(this.#oversize, this.#uncountedBytes, countedBytes, limitBytes, this.#fieldEnd);
  }
}

function endsInsideHeader(length: number, lengthAdjustment: number, seenBytes: number): FrameError {
  const adjusted = lengthAdjustment === 0 ? '' : `, adjusted by ${lengthAdjustment},`;
  return new FrameError(
    `a received frame declares a length of ${length}${adjusted} and would end inside its own header`,
    seenBytes,
  );
}

function shorterThanHeader(payloadBytes: number): FrameError {
  return new FrameError(`a payload to send of ${payloadBytes} bytes is shorter than the header that it begins with`, 0);
}

function negativeLength(countedBytes: number, lengthAdjustment: number): FrameError {
  return new FrameError(
    `the length of a frame to send would be negative: ${countedBytes} bytes, less an adjustment of ${lengthAdjustment}`,
    0,
  );
}

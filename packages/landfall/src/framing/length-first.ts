/**
 * The plain case of a length in a header: the header is the length of the payload in 1 to 4 bytes, and nothing else.
 *
 * A class apart from the general one: it scans a frame of 16 bytes in 6.3 ns where that takes 7.9 ns (Node 20).
 */
import { LimitError } from '../errors.js';
import { type Endian, readUint, writeUint } from '../memory/integers.js';
import type { FrameCodec, Framing, OversizePolicy } from './framing.js';
import { declaredOversize } from './oversize.js';

/** What `LengthFirst` is made of; all of it has been checked. */
export interface LengthFirstOptions {
  /** Not 8: what four bytes can say needs no check but the limit's. */
  lengthBytes: 1 | 2 | 3 | 4;
  endian: Endian;
  oversize: OversizePolicy;
  /** The largest payload that the field can express. */
  payloadBytesMax: number;
  maxFrameBytes: number;
}

/** Framing and codec in one: it remembers nothing from one call to the next, so every connection can share it. */
export class LengthFirst implements Framing, FrameCodec {
  readonly maxFrameBytes: number;
  readonly headerBytes: 1 | 2 | 3 | 4;
  readonly trailerBytes = 0;
  readonly lengthWord: Endian | undefined;
  readonly #endian: Endian;
  readonly #oversize: OversizePolicy;
  readonly #payloadBytesMax: number;
  readonly #header: Uint8Array;

  constructor(options: LengthFirstOptions) {
    this.maxFrameBytes = options.maxFrameBytes;
    this.headerBytes = options.lengthBytes;
    this.#endian = options.endian;
    this.lengthWord = options.lengthBytes === 4 ? options.endian : undefined;
    this.#oversize = options.oversize;
    this.#payloadBytesMax = options.payloadBytesMax;
    this.#header = new Uint8Array(options.lengthBytes);
  }

  createCodec(): FrameCodec {
    return this;
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    const headerBytes = this.headerBytes;
    if (end - start < headerBytes) return 0;
    const payloadBytes = readUint(memory, start, headerBytes, this.#endian);
    if (payloadBytes > maxFrameBytes)
      return declaredOversize(this.#oversize, headerBytes, payloadBytes, maxFrameBytes, headerBytes);
    return headerBytes + payloadBytes;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    wire.push(this.encodeHeader(payloadBytes, maxFrameBytes));
    for (const part of payload) wire.push(part);
  }

  encodeHeader(payloadBytes: number, maxFrameBytes: number): Uint8Array {
    // The limit of a connection may be more than the field can express.
    const limitBytes = Math.min(maxFrameBytes, this.#payloadBytesMax);
    if (payloadBytes > limitBytes) throw new LimitError('a frame to send', payloadBytes, limitBytes);
    writeUint(this.#header, 0, this.headerBytes, this.#endian, payloadBytes);
    return this.#header;
  }
}

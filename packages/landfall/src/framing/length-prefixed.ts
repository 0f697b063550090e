/**
 * Frames that begin with their length: an unsigned integer that counts the payload, then the payload.
 *
 * tokio's `LengthDelimitedCodec` and Netty's `LengthFieldBasedFrameDecoder` in their plain form.
 */
import { LandfallError, LimitError } from '../errors.js';
import { type Endian, type IntegerBytes, largestUint, readUint, writeUint } from '../memory/integers.js';
import { type FrameCodec, type Framing, MAX_FRAME_BYTES_DEFAULT } from './framing.js';

/** How the length is written, and how large it may be. */
export interface LengthPrefixedOptions {
  /** Bytes of the length field. */
  lengthBytes: IntegerBytes;
  /** Its byte order; `big` by default. */
  endian?: Endian | undefined;
  /** The largest payload accepted and sent, in bytes, from 0 on. 64 MiB by default, or what the field can hold if that is less. */
  maxFrameBytes?: number | undefined;
}

/**
 * Frames with a length in front.
 *
 * @throws {TypeError} A width or byte order that there is not.
 * @throws {RangeError} `maxFrameBytes` is no whole number from 0 on.
 */
export function lengthPrefixed(options: LengthPrefixedOptions): Framing {
  const { lengthBytes, endian = 'big', maxFrameBytes = MAX_FRAME_BYTES_DEFAULT } = options;
  if (![1, 2, 3, 4, 8].includes(lengthBytes))
    throw new TypeError(`lengthBytes must be 1, 2, 3, 4 or 8, not ${lengthBytes}`);
  if (endian !== 'big' && endian !== 'little') throw new TypeError(`endian must be 'big' or 'little', not ${endian}`);
  checkMaxFrameBytes(maxFrameBytes);
  return new LengthPrefixed(lengthBytes, endian, Math.min(maxFrameBytes, largestUint(lengthBytes)));
}

/** @throws {RangeError} Not a whole number from 0 on. */
export function checkMaxFrameBytes(maxFrameBytes: number): void {
  if (Number.isSafeInteger(maxFrameBytes) && maxFrameBytes >= 0) return;
  throw new RangeError(`maxFrameBytes must be a whole number from 0 on, not ${maxFrameBytes}`);
}

/** Framing and codec in one: it remembers nothing from one call to the next, so every connection can share it. */
class LengthPrefixed implements Framing, FrameCodec {
  readonly maxFrameBytes: number;
  readonly headerBytes: IntegerBytes;
  readonly #endian: Endian;
  readonly #header: Uint8Array;

  constructor(lengthBytes: IntegerBytes, endian: Endian, maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
    this.headerBytes = lengthBytes;
    this.#endian = endian;
    this.#header = new Uint8Array(lengthBytes);
  }

  createCodec(): FrameCodec {
    return this;
  }

  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number {
    const headerBytes = this.headerBytes;
    if (end - start < headerBytes) return 0;
    const payloadBytes = readUint(memory, start, headerBytes, this.#endian);
    if (payloadBytes > maxFrameBytes) throw refusal(payloadBytes, maxFrameBytes);
    return headerBytes + payloadBytes;
  }

  encodeHeader(payloadBytes: number): Uint8Array {
    if (payloadBytes > this.maxFrameBytes) throw new LimitError('a frame to send', payloadBytes, this.maxFrameBytes);
    writeUint(this.#header, 0, this.headerBytes, this.#endian, payloadBytes);
    return this.#header;
  }
}

/** Apart from `scan`, to keep that small. */
function refusal(payloadBytes: number, maxFrameBytes: number): LandfallError {
  if (Number.isSafeInteger(payloadBytes)) return new LimitError('a received frame', payloadBytes, maxFrameBytes);
  return new LandfallError('ERR_FRAME', 'a received frame declares a length above 2^53 - 1');
}

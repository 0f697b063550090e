/** Frames that all have the same size, and nothing around them. */
import { FrameError, LimitError } from '../errors.js';
import type { FrameCodec, Framing } from './framing.js';

const FRAME_BYTES_MAX = 2 ** 32;

/**
 * Frames of exactly `bytes` bytes each, 1 to 2^32.
 *
 * A payload of another size is refused with `ERR_FRAME` when sent. On a connection whose limit is lowered below `bytes`,
 * every frame is `ERR_LIMIT`.
 *
 * @throws {RangeError} `bytes` is out of its range.
 */
export function fixedSize(bytes: number): Framing {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > FRAME_BYTES_MAX)
    throw new RangeError(`a fixed size must be a whole number from 1 to ${FRAME_BYTES_MAX}, not ${bytes}`);
  return new FixedSize(bytes);
}

/** Framing and codec in one: it remembers nothing from one call to the next, so every connection can share it. */
class FixedSize implements Framing, FrameCodec {
  readonly maxFrameBytes: number;
  readonly headerBytes = 0;
  readonly trailerBytes = 0;

  constructor(bytes: number) {
    this.maxFrameBytes = bytes;
  }

  createCodec(): FrameCodec {
    return this;
  }

  scan(_memory: Uint8Array, _start: number, _end: number, maxFrameBytes: number): number {
    const frameBytes = this.maxFrameBytes;
    if (frameBytes > maxFrameBytes) throw new LimitError('a received frame', frameBytes, maxFrameBytes);
    return frameBytes;
  }

  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void {
    const frameBytes = this.maxFrameBytes;
    if (payloadBytes !== frameBytes)
      throw new FrameError(`a frame to send must have ${frameBytes} bytes, not ${payloadBytes}`, 0);
    if (frameBytes > maxFrameBytes) throw new LimitError('a frame to send', frameBytes, maxFrameBytes);
    for (const part of payload) wire.push(part);
  }
}

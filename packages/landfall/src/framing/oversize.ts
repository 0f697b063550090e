/** What a scan answers to a header that declares too much. Apart from the scans, to keep those small. */
import { FrameError, LimitError } from '../errors.js';
import type { OversizePolicy } from './framing.js';

/**
 * Applies the policy to a payload over the limit.
 *
 * @param headerBytes Bytes of the frame in front of the payload.
 * @param payloadBytes Bytes of the payload, as declared.
 * @param seenBytes Bytes of the header that declare it.
 * @returns For `skip`: minus the bytes of the frame, as `FrameCodec.scan` returns it.
 * @throws {LimitError} For `fail`.
 * @throws {FrameError} For `skip`, if the frame would end beyond 2^53 - 1: so far nobody can count.
 */
export function declaredOversize(
  oversize: OversizePolicy,
  headerBytes: number,
  payloadBytes: number,
  maxFrameBytes: number,
  seenBytes: number,
): number {
  if (oversize === 'fail') throw new LimitError('a received frame', payloadBytes, maxFrameBytes);
  const frameBytes = headerBytes + payloadBytes;
  if (frameBytes > Number.MAX_SAFE_INTEGER) throw uncountable(seenBytes);
  return -frameBytes;
}

/**
 * The error for a frame that would end beyond what a number counts exactly.
 *
 * @param seenBytes Bytes of the header that declare it.
 */
export function uncountable(seenBytes: number): FrameError {
  return new FrameError('a received frame declares an end beyond 2^53 - 1 bytes', seenBytes);
}

/**
 * Memory whose bytes lie as they lie in the stream. The kernel keeps a frame from the start of a page on, header first, and
 * copies the fastest into memory that is off from a cache line by as much: docs/decisions/0002 has the measurements. With
 * 100 MB frames and one buffer reused, a payload that begins 8 bytes behind a cache line, as the header puts it, gave 2,518
 * and 2,409 MB/s, and one that begins on the line 2,283 and 2,088.
 */

/** A large allocation begins 16 bytes into a page, behind what malloc keeps there; 48 bytes on, a cache line begins. */
const BYTES_TO_CACHE_LINE = 48;

/**
 * Uninitialised memory of its own, not from a pool, for what follows a header in the stream.
 *
 * @param headerBytes So far behind a cache line it begins; 0 to begin on one.
 */
export function allocateAligned(size: number, headerBytes: number): Buffer {
  const start = BYTES_TO_CACHE_LINE + headerBytes;
  return Buffer.allocUnsafeSlow(start + size).subarray(start);
}

/** The length in front of every frame. It counts the payload only. */

/** How lengths are written. */
export interface Prefix {
  readonly lengthBytes: 4 | 8;
  readonly endian: 'big' | 'little';
}

/** The prefix of the flood's frames. */
export const U32BE: Prefix = { lengthBytes: 4, endian: 'big' };

/** The prefixes a server can be asked for, by their names on the command line. */
export const PREFIXES: Readonly<Record<string, Prefix>> = {
  u64le: { lengthBytes: 8, endian: 'little' },
  u32be: U32BE,
};

/**
 * Reads the length at `at`, and refuses one over the limit.
 *
 * Lengths above 2^53 lose their last digits, which no limit can notice.
 */
export function readLength(memory: Uint8Array, at: number, prefix: Prefix, maxFrameBytes: number): number {
  let length = 0;
  for (let index = 0; index < prefix.lengthBytes; index++) {
    const offset = prefix.endian === 'big' ? index : prefix.lengthBytes - 1 - index;
    length = length * 256 + (memory[at + offset] ?? 0);
  }
  if (length > maxFrameBytes) {
    throw new RangeError(`a frame of ${length} bytes is over the limit of ${maxFrameBytes} bytes`);
  }
  return length;
}

/** A prefix for a payload of `length` bytes, in memory of its own. */
export function lengthPrefix(length: number, prefix: Prefix): Uint8Array {
  const header = Buffer.alloc(prefix.lengthBytes);
  if (prefix.endian === 'big') header.writeUInt32BE(length);
  else header.writeBigUInt64LE(BigInt(length));
  return header;
}

/**
 * The frames of the soak: every one can be told from every other, and both ends can make it anew to compare.
 *
 *     stamp (16 bytes): connection, sequence number, payload bytes, where in the noise the rest is from; u32 little-endian
 *     rest            : noise[from, from + payload bytes - 16)
 *
 * A frame shorter than its stamp is the first bytes of it.
 */
import { fillPayload } from '../contenders/payload.js';

const STAMP_BYTES = 16;
const NOISE_SEED = 0x5eed;
/** So many places there are for the rest of a frame to begin in the noise. */
const NOISE_STARTS = 1 << 20;

/** A frame in parts: stamp and rest. The rest is a view of the noise, which never changes: it may be kept by reference. */
export type FrameParts = readonly [stamp: Buffer, rest: Buffer];

/** Makes the frames of one process. */
export class FrameMaker {
  readonly #noise: Buffer;

  /** @param maxFrameBytes The longest frame that will be asked for. */
  constructor(maxFrameBytes: number) {
    this.#noise = Buffer.alloc(NOISE_STARTS + maxFrameBytes);
    fillPayload(this.#noise, NOISE_SEED);
  }

  /** The frame of that number on that connection. The stamp is new memory. */
  make(connection: number, sequence: number, frameBytes: number): FrameParts {
    const from = mixed(connection, sequence) % NOISE_STARTS;
    const stamp = Buffer.allocUnsafe(STAMP_BYTES);
    stamp.writeUInt32LE(connection, 0);
    stamp.writeUInt32LE(sequence, 4);
    stamp.writeUInt32LE(frameBytes, 8);
    stamp.writeUInt32LE(from, 12);
    const restBytes = Math.max(0, frameBytes - STAMP_BYTES);
    return [stamp.subarray(0, frameBytes), this.#noise.subarray(from, from + restBytes)];
  }

  /** What is wrong with a frame that came, in words; null when it is the one expected, to the last byte. */
  fault(expected: FrameParts, memory: Uint8Array, start: number, end: number): string | null {
    const [stamp, rest] = expected;
    const stampEnd = start + stamp.length;
    if (end - start !== stamp.length + rest.length) {
      return `it has ${end - start} bytes, not ${stamp.length + rest.length}${stampWords(memory, start, end)}`;
    }
    if (stamp.compare(memory, start, stampEnd) !== 0)
      return `its stamp is another one${stampWords(memory, start, end)}`;
    return rest.compare(memory, stampEnd, end) === 0 ? null : 'the bytes behind its stamp are not those sent';
  }
}

/** Whose frame it claims to be. */
function stampWords(memory: Uint8Array, start: number, end: number): string {
  if (end - start < STAMP_BYTES) return '';
  const view = Buffer.from(memory.buffer, memory.byteOffset + start, STAMP_BYTES);
  return `: it says frame ${view.readUInt32LE(4)} of connection ${view.readUInt32LE(0)}, ${view.readUInt32LE(8)} bytes`;
}

/** A number from two, so that neighbours differ in all digits. */
function mixed(connection: number, sequence: number): number {
  const product = Math.imul(connection + 1, 0x9e3779b1) ^ Math.imul(sequence + 1, 0x85ebca6b);
  return (product ^ (product >>> 15)) >>> 0;
}

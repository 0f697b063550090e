/** Which frames land in memory of their own, and whose memory that is: the same for most connections, so they share it. */
import { type BlockPool, blockPool } from '../memory/block-pool.js';
import { type BufferPool, blocksOf } from '../memory/buffer-pool.js';
import { HEAD_ROOM_BYTES } from '../memory/scratch.js';
import { LARGE_FRAME_BYTES_DEFAULT } from './frame-limits.js';

/** Where the large frames of a connection land. */
export interface LargeFrameLanding {
  /** Null for the thread's memory. */
  readonly pool: BufferPool<boolean> | null;
  readonly blocks: BlockPool;
  /** Bytes from which on a frame is large, header included. */
  readonly largeFrameBytes: number;
}

const DEFAULT_LANDING: LargeFrameLanding = {
  pool: null,
  blocks: blockPool,
  largeFrameBytes: LARGE_FRAME_BYTES_DEFAULT,
};

/** @throws {RangeError} `largeFrameBytes` is out of range. */
export function largeFrameLanding(
  pool: BufferPool<boolean> | undefined,
  largeFrameBytes: number = LARGE_FRAME_BYTES_DEFAULT,
): LargeFrameLanding {
  if (!Number.isInteger(largeFrameBytes) || largeFrameBytes < 1 || largeFrameBytes > HEAD_ROOM_BYTES)
    throw new RangeError(`largeFrameBytes must be 1 to ${HEAD_ROOM_BYTES}, not ${largeFrameBytes}`);
  if (pool === undefined && largeFrameBytes === LARGE_FRAME_BYTES_DEFAULT) return DEFAULT_LANDING;
  return { pool: pool ?? null, blocks: pool === undefined ? blockPool : blocksOf(pool), largeFrameBytes };
}

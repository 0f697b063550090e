/** How the frames of a connection are found, and where large ones land. */
import type { FrameCodec, Framing } from '../framing/framing.js';
import { type BlockPool, blockPool } from '../memory/block-pool.js';
import { type BufferPool, blocksOf } from '../memory/buffer-pool.js';
import { HEAD_ROOM_BYTES } from '../memory/scratch.js';
import { LARGE_FRAME_BYTES_DEFAULT, MAX_FRAME_BYTES_LIMIT } from './frame-limits.js';

/** The same for most connections of a program, which share it then. */
export interface FrameSetup {
  readonly framing: Framing;
  readonly codec: FrameCodec;
  readonly maxFrameBytes: number;
  /** Where large frames land, and taken ones; null for the thread's memory. */
  readonly pool: BufferPool<boolean> | null;
  readonly blocks: BlockPool;
  /** Bytes from which on a frame is large, header included. */
  readonly largeFrameBytes: number;
}

/** Of framings whose codecs remember nothing, and so are one: what connections share that are set up by default. */
const sharedSetups = new WeakMap<Framing, FrameSetup>();

/**
 * A setup with a codec that has seen nothing yet.
 *
 * @throws {RangeError} `largeFrameBytes` is out of range.
 */
export function frameSetup(
  framing: Framing,
  pool: BufferPool<boolean> | null = null,
  largeFrameBytes: number = LARGE_FRAME_BYTES_DEFAULT,
): FrameSetup {
  if (!Number.isInteger(largeFrameBytes) || largeFrameBytes < 1 || largeFrameBytes > HEAD_ROOM_BYTES)
    throw new RangeError(`largeFrameBytes must be 1 to ${HEAD_ROOM_BYTES}, not ${largeFrameBytes}`);
  const codec = framing.createCodec();
  const isDefault = pool === null && largeFrameBytes === LARGE_FRAME_BYTES_DEFAULT;
  const maxFrameBytes = Math.min(framing.maxFrameBytes, MAX_FRAME_BYTES_LIMIT);
  const shared = isDefault ? sharedSetups.get(framing) : undefined;
  // A framing of somebody else's may have another limit by now.
  if (shared?.codec === codec && shared.maxFrameBytes === maxFrameBytes) return shared;
  const blocks = pool === null ? blockPool : blocksOf(pool);
  const setup: FrameSetup = { framing, codec, maxFrameBytes, pool, blocks, largeFrameBytes };
  if (isDefault && shared === undefined) sharedSetups.set(framing, setup);
  return setup;
}

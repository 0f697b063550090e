/** Keeping a received frame: in the memory it landed in, or in a copy. */
import type { Block } from '../memory/arena.js';
import { blockPool } from '../memory/block-pool.js';
import { type BufferPool, blocksOf } from '../memory/buffer-pool.js';
import { type LeaseCounter, MemoryLease } from '../memory/lease.js';

/**
 * Leases the frame `memory[start, end)`.
 *
 * @param pool Whose memory it is, or shall be; null for the thread's. There a copy is memory of its own, of exactly its size.
 * @param block The block that `memory` is, if the lease shall share it; null to copy.
 * @param counter Counts the copy, and those of `keep()`.
 */
export function frameLease(
  pool: BufferPool<boolean> | null,
  block: Block | null,
  memory: Uint8Array,
  start: number,
  end: number,
  counter: LeaseCounter,
): MemoryLease {
  if (block !== null) {
    block.claim();
    return leaseOf(pool, block, start, end, counter);
  }
  counter.countCopied(end - start);
  const frameView = memory.subarray(start, end);
  if (pool === null) {
    const frameCopy = Buffer.allocUnsafeSlow(end - start);
    frameCopy.set(frameView);
    return new MemoryLease(frameCopy, null, counter);
  }
  const own = blocksOf(pool).take(end - start);
  own.memory.set(frameView);
  return leaseOf(pool, own, 0, end - start, counter);
}

function leaseOf(
  pool: BufferPool<boolean> | null,
  block: Block,
  start: number,
  end: number,
  counter: LeaseCounter,
): MemoryLease {
  if (pool !== null && block.arena.owner !== blockPool) return pool.leaseOf(block, start, end);
  return new MemoryLease(block.memory.subarray(start, end), block, counter);
}

/** The pool that users see: leases of memory that is reused. */
import type { Block } from './arena.js';
import { BlockPool } from './block-pool.js';
import { type Lease, MemoryLease } from './lease.js';

/** What a `BufferPool` is made of. */
export interface BufferPoolOptions<Shared extends boolean = boolean> {
  /** The most bytes on lease at a time, as they were asked for. Unbounded by default. */
  maxBytes?: number | undefined;
  /** Memory that worker threads can be sent without a copy: a `SharedArrayBuffer`. False by default. */
  shared?: Shared | undefined;
  /** Whether a process warning (`LANDFALL_LEAK`) tells of leases that were collected without having been released. True by default. */
  warnOnLeak?: boolean | undefined;
}

/** What a pool did and has; a snapshot. */
export interface PoolStats {
  /** Leases made since the pool was. */
  readonly leases: number;
  /** Bytes in use, as they were asked for: on lease, or released and still waiting to be sent. What `maxBytes` bounds. */
  readonly usedBytes: number;
  /** Bytes of memory taken from the system: in use, or kept to be used again. */
  readonly reservedBytes: number;
  /** Bytes that `keep()` copied. */
  readonly bytesCopied: number;
  /** Releases of a lease that was released before. */
  readonly releasedTwice: number;
  /** Leases that were collected without having been released; 0 where `warnOnLeak` is false. */
  readonly leaked: number;
}

/** The memory of a pool: ordinary, or shared between threads. */
export type PoolMemory<Shared extends boolean> = Shared extends true ? SharedArrayBuffer : ArrayBuffer;

let blocksOfPool: (pool: BufferPool<boolean>) => BlockPool;

/**
 * Hands out memory that comes back: faulting in fresh pages costs more than receiving into them.
 *
 * Nothing can detach its memory, so it may be lent to the kernel: `getBuffer` may return it, and a view of it
 * can be written by reference. Sizes are rounded up to one of four to each doubling, from 64 bytes on. What is not in
 * use is given back to the system after 30 to 60 seconds, at the next garbage collection.
 */
export class BufferPool<Shared extends boolean = false> {
  readonly #blocks: BlockPool;
  #leases = 0;
  #bytesCopied = 0;
  #releasedTwice = 0;
  #leaked = 0;

  static {
    blocksOfPool = (pool) => pool.#blocks;
  }

  /** @throws {RangeError} `maxBytes` is no whole number from 1 on. */
  constructor(options: BufferPoolOptions<Shared> = {}) {
    const { maxBytes = Number.POSITIVE_INFINITY, shared = false, warnOnLeak = true } = options;
    if (maxBytes !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(maxBytes) && maxBytes >= 1)) {
      throw new RangeError(`maxBytes must be a whole number from 1 on, not ${maxBytes}`);
    }
    this.#blocks = new BlockPool({ maxBytes, warnOnLeak, ...(shared ? { allocate: allocateShared } : {}) });
  }

  /**
   * Leases memory of exactly `size` bytes; what it holds is left over from its last use.
   *
   * @param size From 0 on; up to 4 GiB.
   * @throws {RangeError} No such size, or the system has no memory for it.
   * @throws {LimitError} `ERR_LIMIT`: more than `maxBytes` would be on lease.
   * @throws {LandfallError} `ERR_CLOSED`.
   */
  acquire(size: number): Lease<PoolMemory<Shared>> {
    if (!Number.isSafeInteger(size) || size < 0)
      throw new RangeError(`size must be a whole number from 0 on, not ${size}`);
    return this.leaseOf(this.#blocks.take(size), 0, size);
  }

  /**
   * Leases `[start, end)` of a block that was taken from this pool; the claim on it becomes the lease's.
   *
   * @internal
   */
  leaseOf(block: Block, start: number, end: number): MemoryLease<PoolMemory<Shared>> {
    this.#leases++;
    return new MemoryLease(block.memory.subarray(start, end) as Uint8Array<PoolMemory<Shared>>, block, this);
  }

  /** What it did and has. */
  stats(): PoolStats {
    const { usedBytes, reservedBytes } = this.#blocks;
    return {
      leases: this.#leases,
      usedBytes,
      reservedBytes,
      bytesCopied: this.#bytesCopied,
      releasedTwice: this.#releasedTwice,
      leaked: this.#leaked,
    };
  }

  /** Leases nothing more, and lets go of its memory: now what is not in use, the rest as it is released. Idempotent. */
  close(): void {
    this.#blocks.close();
  }

  /** @internal */
  countCopied(nbytes: number): void {
    this.#bytesCopied += nbytes;
  }

  /** @internal */
  countReleasedTwice(): void {
    this.#releasedTwice++;
  }

  /** @internal */
  countLeaked(): void {
    this.#leaked++;
  }
}

/** The blocks behind a pool. */
export function blocksOf(pool: BufferPool<boolean>): BlockPool {
  return blocksOfPool(pool);
}

function allocateShared(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}

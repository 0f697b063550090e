/**
 * Blocks: reusable memory for large frames and pending output.
 *
 * A fresh block costs more than the receiving: the kernel faults and zeroes each of its pages. So a block that comes
 * back is kept for the next who asks, and dropped when nobody asked for a while: an arena is dropped whole, when all of
 * its blocks are back, and its pages return with the next garbage collection.
 */
import { LandfallError, LimitError } from '../errors.js';
import { Arena, type ArenaCount, type ArenaOwner, type Block } from './arena.js';
import { isDebug } from './debug.js';
import { allocateUndetachable } from './undetachable.js';

/** The smallest block. */
const SMALLEST_BYTES = 64;
/**
 * How often arenas are looked at, and thereby how long an unused one is kept: between one and two of these. With one
 * second, large frames with a few seconds between them were received at 0.6 of the speed.
 */
const TRIM_INTERVAL_MS = 30_000;

/** What a pool is made of. */
export interface BlockPoolOptions {
  /** The most bytes in use at a time, as they were asked for; unbounded by default. */
  maxBytes?: number | undefined;
  /** Where its memory comes from; undetachable memory by default. */
  allocate?: ((bytes: number) => Uint8Array) | undefined;
  /** Whether leases of its blocks that are collected without having been released are told of. In debug mode, always. */
  warnOnLeak?: boolean | undefined;
}

/** Hands out blocks by size. */
export class BlockPool implements ArenaOwner {
  readonly maxBytes: number;
  readonly warnOnLeak: boolean;
  /** Bytes in use, as they were asked for. */
  usedBytes = 0;
  /** Bytes of memory that the pool has, in use or kept to be used again; what was never touched takes no memory and is not counted. */
  reservedBytes = 0;
  readonly #allocate: (bytes: number) => Uint8Array;
  /** Arenas that have room, by the size of their blocks; the others come back when they have. */
  readonly #arenas = new Map<number, Arena[]>();
  /** An arena whose blocks were all leaked is collected with them: then they are used no more. */
  readonly #collected = new FinalizationRegistry<ArenaCount>((count) => {
    this.usedBytes -= count.usedBytes;
    this.reservedBytes -= count.reservedBytes;
  });
  #trimTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: BlockPoolOptions = {}) {
    const { maxBytes = Number.POSITIVE_INFINITY, allocate = allocateUndetachable, warnOnLeak = false } = options;
    this.maxBytes = maxBytes;
    this.warnOnLeak = warnOnLeak || isDebug;
    this.#allocate = allocate;
  }

  /**
   * Takes a block of at least `bytes`, with one claim on it. Allocates when none is free.
   *
   * @throws {LimitError} `ERR_LIMIT`: more than `maxBytes` would be in use.
   * @throws {LandfallError} `ERR_CLOSED`.
   * @throws {RangeError} The platform has no room for it.
   */
  take(bytes: number): Block {
    if (this.#isClosed) throw new LandfallError('ERR_CLOSED', 'the pool was closed');
    this.#checkRoom(bytes);
    return this.#takeFrom(this.#arenaWithRoom(sizeClass(bytes)) ?? this.#addArena(sizeClass(bytes)), bytes);
  }

  /** Takes a block of at least `bytes` if one lies ready: nothing is allocated. */
  takeFree(bytes: number): Block | undefined {
    if (this.#isClosed) return undefined;
    const arena = this.#arenaWithRoom(sizeClass(bytes));
    if (arena === undefined) return undefined;
    this.#checkRoom(bytes);
    return this.#takeFrom(arena, bytes);
  }

  /** Allocates no more, and lets go of all memory: now what is not in use, the rest as it is released. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const arenas of [...this.#arenas.values()]) for (const arena of [...arenas]) this.#dropIfUnused(arena);
    this.#stopTimerIfEmpty();
  }

  hasRoomAgain(arena: Arena): void {
    if (!arena.isListed) this.#list(arena);
    if (this.#isClosed) this.#dropIfUnused(arena);
  }

  hasLeaked(arena: Arena): void {
    if (!arena.hasRoom || this.#isClosed) this.#dropIfUnused(arena);
  }

  #checkRoom(bytes: number): void {
    if (this.usedBytes + bytes <= this.maxBytes) return;
    throw new LimitError('memory on lease', this.usedBytes + bytes, this.maxBytes);
  }

  /** The oldest with room first, so that the younger ones empty out and can be dropped. */
  #arenaWithRoom(blockBytes: number): Arena | undefined {
    return this.#arenas.get(blockBytes)?.[0];
  }

  #takeFrom(arena: Arena, bytes: number): Block {
    const block = arena.take(bytes);
    this.usedBytes += bytes;
    if (!arena.hasRoom) this.#unlist(arena);
    return block;
  }

  #addArena(blockBytes: number): Arena {
    const arena = new Arena(this, blockBytes, this.#allocate);
    this.#collected.register(arena, arena.count, arena);
    this.#list(arena);
    return arena;
  }

  #list(arena: Arena): void {
    const arenas = this.#arenas.get(arena.blockBytes);
    if (arenas === undefined) this.#arenas.set(arena.blockBytes, [arena]);
    else arenas.push(arena);
    arena.isListed = true;
    this.#trimTimer ??= setInterval(() => this.#trim(), TRIM_INTERVAL_MS).unref();
  }

  #unlist(arena: Arena): void {
    const arenas = this.#arenas.get(arena.blockBytes);
    arena.isListed = false;
    if (arenas === undefined) return;
    const at = arenas.indexOf(arena);
    if (at >= 0) arenas.splice(at, 1);
    if (arenas.length === 0) this.#arenas.delete(arena.blockBytes);
  }

  #dropIfUnused(arena: Arena): void {
    if (!arena.isUnused) return;
    this.#unlist(arena);
    this.#collected.unregister(arena);
    this.reservedBytes -= arena.count.reservedBytes;
  }

  /** Drops each arena that was wholly unused at the last look already. */
  #trim(): void {
    for (const arenas of [...this.#arenas.values()]) {
      for (const arena of [...arenas]) {
        if (arena.isUnused && arena.unusedTimes++ > 0) this.#dropIfUnused(arena);
      }
    }
    this.#stopTimerIfEmpty();
  }

  #stopTimerIfEmpty(): void {
    if (this.#arenas.size > 0 || this.#trimTimer === null) return;
    clearInterval(this.#trimTimer);
    this.#trimTimer = null;
  }
}

/**
 * The size of the block that serves `bytes`: four sizes to each doubling, so that frames of about one size share blocks
 * and at most a fifth of one is left over.
 */
function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST_BYTES) return SMALLEST_BYTES;
  if (bytes > 2 ** 30) return sizeClass(Math.ceil(bytes / 8)) * 8;
  const step = 1 << (29 - Math.clz32(bytes - 1));
  return Math.ceil(bytes / step) * step;
}

/** The thread's pool. */
export const blockPool: BlockPool = new BlockPool();

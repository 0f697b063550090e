/**
 * Blocks: reusable memory for large frames and pending output, shared by every connection of the thread.
 *
 * A fresh block costs more than the receiving: the kernel faults and zeroes each of its pages. So a block that comes
 * back is kept for the next who asks, and dropped when nobody asked for a while. Blocks are cut out of arenas, each an
 * undetachable memory of its own:
 *
 *     arena of a small size class   | block | block | block | …      one memory, cut evenly
 *     arena of a large size class   |            block         |     one memory, one block
 *
 * An arena is dropped whole, when all of its blocks are back; its pages return with the next garbage collection.
 */
import { allocateUndetachable } from './undetachable.js';

/** The smallest block. */
const SMALLEST_BYTES = 16 * 1024;
/**
 * How many blocks an arena is cut into, and how much it may take for that. Each arena is a memory of its own, and a
 * process can have some 13,000 of those, whatever their size: the fewer, the more large frames can arrive at once.
 */
const ARENA_BLOCKS = 64;
const ARENA_BYTES = 64 * 1024 * 1024;
/**
 * How often arenas are looked at, and thereby how long an unused one is kept: between one and two of these. With one
 * second, large frames with a few seconds between them were received at 0.6 of the speed.
 */
const TRIM_INTERVAL_MS = 30_000;

const arenaOf = new WeakMap<ArrayBufferLike, Arena>();

/** A piece of reusable memory, counted: it goes back to its pool when the last claim on it is released. */
export class Block {
  /** All of it; often more than was asked for. What it holds is left over from its last use. */
  readonly memory: Uint8Array;
  readonly #arena: Arena;
  #claims = 0;

  constructor(arena: Arena, memory: Uint8Array) {
    this.#arena = arena;
    this.memory = memory;
  }

  /** Adds a claim: the memory stays as it is until `release` was called as often as this. */
  claim(): void {
    this.#claims++;
  }

  /** Takes a claim back; the last one gives the memory to whoever asks next. One too many does nothing. */
  release(): void {
    if (this.#claims === 0) return;
    this.#claims--;
    if (this.#claims === 0) this.#arena.free.push(this);
  }

  /** Whether nobody has a claim: what lies in it now may be overwritten at any time. */
  get isFree(): boolean {
    return this.#claims === 0;
  }
}

/** One undetachable memory, and the blocks it is cut into. */
class Arena {
  readonly blocks: Block[] = [];
  readonly free: Block[] = [];
  readonly blockBytes: number;
  /** Looked at and found wholly unused so many times in a row. */
  unusedTimes = 0;

  constructor(blockBytes: number) {
    const count = Math.min(ARENA_BLOCKS, Math.max(1, Math.floor(ARENA_BYTES / blockBytes)));
    const memory = allocateUndetachable(blockBytes * count);
    this.blockBytes = blockBytes;
    for (let i = 0; i < count; i++) {
      this.blocks.push(new Block(this, memory.subarray(i * blockBytes, (i + 1) * blockBytes)));
    }
    this.free.push(...this.blocks);
    arenaOf.set(memory.buffer, this);
  }

  get isUnused(): boolean {
    return this.free.length === this.blocks.length;
  }
}

/** Hands out blocks by size. */
export class BlockPool {
  /** Arenas by the size of their blocks. */
  readonly #arenas = new Map<number, Arena[]>();
  #trimTimer: NodeJS.Timeout | null = null;

  /**
   * Takes a block of at least `bytes`, with one claim on it. Allocates when none is free.
   *
   * @throws {RangeError} The platform has no room for it.
   */
  take(bytes: number): Block {
    return this.takeFree(bytes) ?? this.#takeFrom(this.#addArena(sizeClass(bytes)));
  }

  /** Takes a block of at least `bytes` if one lies ready: nothing is allocated. */
  takeFree(bytes: number): Block | undefined {
    const arenas = this.#arenas.get(sizeClass(bytes));
    if (arenas === undefined) return undefined;
    // The oldest with room first, so that the younger ones empty out and can be dropped.
    for (const arena of arenas) {
      if (arena.free.length > 0) return this.#takeFrom(arena);
    }
    return undefined;
  }

  /** Bytes of memory that the pool holds, in use or kept; what was never touched takes no memory. */
  get reservedBytes(): number {
    let bytes = 0;
    for (const arenas of this.#arenas.values()) {
      for (const arena of arenas) bytes += arena.blockBytes * arena.blocks.length;
    }
    return bytes;
  }

  #takeFrom(arena: Arena): Block {
    arena.unusedTimes = 0;
    const block = arena.free.pop()!;
    block.claim();
    return block;
  }

  #addArena(blockBytes: number): Arena {
    const arena = new Arena(blockBytes);
    const arenas = this.#arenas.get(blockBytes);
    if (arenas === undefined) this.#arenas.set(blockBytes, [arena]);
    else arenas.push(arena);
    this.#trimTimer ??= setInterval(() => this.#trim(), TRIM_INTERVAL_MS).unref();
    return arena;
  }

  /** Drops each arena that was wholly unused at the last look already. */
  #trim(): void {
    for (const [blockBytes, arenas] of this.#arenas) {
      const kept = arenas.filter((arena) => !arena.isUnused || arena.unusedTimes++ === 0);
      if (kept.length > 0) this.#arenas.set(blockBytes, kept);
      else this.#arenas.delete(blockBytes);
    }
    if (this.#arenas.size > 0 || this.#trimTimer === null) return;
    clearInterval(this.#trimTimer);
    this.#trimTimer = null;
  }
}

/** The block that `view` lies in, if its memory is a pool's. */
export function blockOf(view: Uint8Array): Block | undefined {
  const arena = arenaOf.get(view.buffer);
  return arena?.blocks[Math.floor(view.byteOffset / arena.blockBytes)];
}

/**
 * The size of the block that serves `bytes`: four sizes to each doubling, so that frames of about one size share blocks
 * and at most a fifth of one is left over.
 */
function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST_BYTES) return SMALLEST_BYTES;
  const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / step) * step;
}

/** The thread's pool. */
export const blockPool: BlockPool = new BlockPool();

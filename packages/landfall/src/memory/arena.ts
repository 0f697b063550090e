/**
 * Arenas: pieces of memory that nothing can detach, cut into blocks of one size.
 *
 *     arena of a small size class   | block | block | block | not cut off yet …
 *     arena of a large size class   |            block         |
 *
 * A block is cut off when it is first needed, so memory that was never asked for is never touched.
 */
import { isDebug, POISON, warn } from './debug.js';
import { wordsOf } from './integers.js';
import { bufferOf } from './text.js';

/**
 * How many blocks an arena has, and how much it may take for that. Each arena is a memory of its own, and a process can
 * have some 13,000 of those, whatever their size: the fewer, the more frames can arrive at once.
 */
const ARENA_BLOCKS = 64;
const ARENA_BYTES_MIN = 64 * 1024;
const ARENA_BYTES_MAX = 16 * 1024 * 1024;

const arenaOf = new WeakMap<ArrayBufferLike, Arena>();

/** What an arena tells the pool it belongs to. */
export interface ArenaOwner {
  /** Bytes in use, as they were asked for. */
  usedBytes: number;
  /** Bytes of memory that the pool has. */
  reservedBytes: number;
  /** Whether leases that are collected without having been released are told of. */
  readonly warnOnLeak: boolean;
  /** A block came back. */
  hasRoomAgain(arena: Arena): void;
  /** A block will never come back. */
  hasLeaked(arena: Arena): void;
}

/** A piece of reusable memory, counted: it goes back to its pool when the last claim on it is released. */
export class Block {
  /** All of it; often more than was asked for. What it holds is left over from its last use. */
  readonly memory: Uint8Array;
  readonly arena: Arena;
  /** Bytes that were asked for when it was taken. */
  usedBytes = 0;
  /** In debug mode, where it was acquired last. */
  acquiredAt = '';
  #claims = 0;
  #words: DataView | null = null;
  #buffer: Buffer | null = null;

  constructor(arena: Arena, memory: Uint8Array) {
    this.memory = memory;
    this.arena = arena;
  }

  /** The same memory, to read words from; made when it is first asked for. */
  get words(): DataView {
    this.#words ??= wordsOf(this.memory);
    return this.#words;
  }

  /** The same memory, to make text of; made when it is first asked for. */
  get buffer(): Buffer {
    this.#buffer ??= bufferOf(this.memory);
    return this.#buffer;
  }

  /** Adds a claim: the memory stays as it is until `release` was called as often as this. */
  claim(): void {
    this.#claims++;
  }

  /** Takes a claim back; the last one gives the memory to whoever asks next. One too many does nothing. */
  release(): void {
    if (this.#claims === 0) return;
    this.#claims--;
    if (this.#claims > 0) return;
    if (isDebug) this.memory.fill(POISON, 0, this.usedBytes);
    this.arena.takeBack(this);
  }

  /** Whether nobody has a claim: what lies in it now may be overwritten at any time. */
  get isFree(): boolean {
    return this.#claims === 0;
  }

  /** Whether exactly one claim is left. */
  get isClaimedOnce(): boolean {
    return this.#claims === 1;
  }
}

/** What an arena takes, apart from it, as it outlives the arena. */
export interface ArenaCount {
  usedBytes: number;
  reservedBytes: number;
}

/** One undetachable memory, and the blocks it is cut into. */
export class Arena {
  readonly owner: ArenaOwner;
  readonly blockBytes: number;
  readonly count: ArenaCount = { usedBytes: 0, reservedBytes: 0 };
  /** In the pool's list of arenas with room. One without is known to its blocks alone, and gone with them if nobody releases them. */
  isListed = false;
  /** Looked at and found wholly unused so many times in a row. */
  unusedTimes = 0;
  readonly #memory: Uint8Array;
  readonly #blockCount: number;
  readonly #blocks: Block[] = [];
  readonly #free: Block[] = [];
  #leakedCount = 0;

  constructor(owner: ArenaOwner, blockBytes: number, allocate: (bytes: number) => Uint8Array) {
    const wanted = Math.max(ARENA_BYTES_MIN, Math.min(ARENA_BYTES_MAX, ARENA_BLOCKS * blockBytes));
    this.owner = owner;
    this.blockBytes = blockBytes;
    this.#blockCount = Math.max(1, Math.floor(wanted / blockBytes));
    this.#memory = allocate(blockBytes * this.#blockCount);
    arenaOf.set(this.#memory.buffer, this);
  }

  get hasRoom(): boolean {
    return this.#free.length > 0 || this.#blocks.length < this.#blockCount;
  }

  /** Nobody uses a block of it, but for those that were leaked: what holds on to their memory is for the garbage collector to know. */
  get isUnused(): boolean {
    return this.#free.length + this.#leakedCount === this.#blocks.length;
  }

  /** Takes a block, with one claim on it. Only while it has room. */
  take(usedBytes: number): Block {
    this.unusedTimes = 0;
    const block = this.#free.pop() ?? this.#cutOff();
    if (isDebug) warnIfWritten(block);
    block.usedBytes = usedBytes;
    this.count.usedBytes += usedBytes;
    block.claim();
    return block;
  }

  takeBack(block: Block): void {
    this.count.usedBytes -= block.usedBytes;
    this.owner.usedBytes -= block.usedBytes;
    this.#free.push(block);
    this.owner.hasRoomAgain(this);
  }

  /** The lease of `block` was collected without having been released: nobody ever will, and views of it may be in use still. */
  leaked(block: Block): void {
    this.count.usedBytes -= block.usedBytes;
    this.owner.usedBytes -= block.usedBytes;
    this.#leakedCount++;
    this.owner.hasLeaked(this);
  }

  /** The block that begins at or before `byteOffset` of the memory; it was cut off before. */
  blockAt(byteOffset: number): Block | undefined {
    return this.#blocks[Math.floor(byteOffset / this.blockBytes)];
  }

  #cutOff(): Block {
    const start = this.#blocks.length * this.blockBytes;
    const block = new Block(this, this.#memory.subarray(start, start + this.blockBytes));
    this.#blocks.push(block);
    this.count.reservedBytes += this.blockBytes;
    this.owner.reservedBytes += this.blockBytes;
    return block;
  }
}

/** The block that `view` lies in, if its memory is a pool's. */
export function blockOf(view: Uint8Array): Block | undefined {
  return arenaOf.get(view.buffer)?.blockAt(view.byteOffset);
}

/** Debug mode: released memory was filled with one byte, and has to be so still. */
function warnIfWritten(block: Block): void {
  const { memory, usedBytes, acquiredAt } = block;
  const at = memory.subarray(0, usedBytes).findIndex((byte) => byte !== POISON);
  if (at < 0) return;
  warn(
    'LANDFALL_WRITTEN_AFTER_RELEASE',
    `memory was written to after its lease was released: byte ${at} of ${usedBytes}. It was acquired here:\n${acquiredAt}`,
  );
}

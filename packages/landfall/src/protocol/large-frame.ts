/**
 * A frame too large for the scratch, received into memory of its own.
 *
 *     memory  | header |  received  |      room, lent to the kernel      |
 *             0                     ^ bytesReceived                      ^ capacity, at most frameBytes
 *
 * In a pool's memory the header is kept in front although nobody may ask for it: so the payload lies as it did in the
 * kernel's pages, and copies between memory of the same alignment are quicker.
 *
 * A declared length alone takes no memory: the block is small at first, and exchanged for a larger one as bytes arrive.
 */
import { LandfallError } from '../errors.js';
import { type Block, blockOf } from '../memory/arena.js';
import type { BlockPool } from '../memory/block-pool.js';
import { RECEIVE_BYTES_MAX, WINDOW_BYTES_MAX } from '../memory/scratch.js';

/** How many times what has arrived a new block may be: so much memory a peer can have us reserve for what it sends. */
const GROWTH = 64;
/** A frame of up to this size gets its block at once: as much as a window of the scratch. */
const AT_ONCE_BYTES = 256 * 1024;
/**
 * How much of a larger frame has to have arrived before it gets a block of its size, if one lies ready: a
 * sixty-fourth, within these bounds. So much of each frame is moved once more, and so much a peer has to send to keep
 * such a block from others.
 */
const PROOF_BYTES_MIN = 16 * 1024;
const PROOF_BYTES_MAX = 64 * 1024;

/** One frame while it arrives. Release it when done. */
export abstract class LargeFrame {
  /** Bytes in front of what the receiver is given, as far as they are kept. */
  readonly headerBytes: number;
  /** Bytes behind that. */
  readonly trailerBytes: number;
  /** Bytes of the frame, as far as they are kept; 0 while that is not known. */
  readonly frameBytes: number;
  /** Bytes of it that have arrived. */
  bytesReceived = 0;

  constructor(headerBytes: number, trailerBytes: number, frameBytes: number) {
    this.headerBytes = headerBytes;
    this.trailerBytes = trailerBytes;
    this.frameBytes = frameBytes;
  }

  /** The memory the frame lies in, from its start on. */
  abstract get memory(): Uint8Array;
  /** The block that is; null in memory of the receiver's own. */
  abstract get block(): Block | null;

  get isWhole(): boolean {
    return this.bytesReceived === this.frameBytes;
  }

  /** Where to receive next: at least one byte, at most what one receive should take. Only while not whole. */
  room(): Uint8Array {
    const { memory, bytesReceived, frameBytes } = this;
    // A frame that stays in the cache is received at once (docs/decisions/0003).
    const isShort = frameBytes > 0 && frameBytes <= WINDOW_BYTES_MAX;
    const receiveBytes = isShort ? WINDOW_BYTES_MAX : RECEIVE_BYTES_MAX;
    const end = Math.min(frameBytes || memory.length, memory.length, bytesReceived + receiveBytes);
    return memory.subarray(bytesReceived, end);
  }

  /** Counts bytes that arrived in `room()`, and makes more room if that was all. Returns how many bytes were copied. */
  abstract received(nbytes: number): number;

  /** Gives the memory back; it is reused once nothing that was written from it waits to be sent any more. */
  release(): void {
    this.block?.release();
  }
}

/** A frame in a block of a pool. */
export class PooledFrame extends LargeFrame {
  readonly #blocks: BlockPool;
  #block: Block;

  /**
   * @param frameBytes 0 when that is not known: then it grows until somebody finds its end.
   * @param startView The first bytes of the frame, which are copied.
   */
  constructor(blocks: BlockPool, headerBytes: number, trailerBytes: number, frameBytes: number, startView: Uint8Array) {
    super(headerBytes, trailerBytes, frameBytes);
    this.bytesReceived = startView.length;
    this.#blocks = blocks;
    this.#block = takeBlock(blocks, frameBytes, startView.length);
    this.#block.memory.set(startView);
  }

  get memory(): Uint8Array {
    return this.#block.memory;
  }

  get block(): Block {
    return this.#block;
  }

  received(nbytes: number): number {
    this.bytesReceived += nbytes;
    if (this.isWhole || this.bytesReceived < this.#block.memory.length) return 0;
    const small = this.#block;
    this.#block = takeBlock(this.#blocks, this.frameBytes, this.bytesReceived);
    this.#block.memory.set(small.memory);
    small.release();
    return this.bytesReceived;
  }
}

/** A frame in memory that its receiver gave for it, without its header. */
export class LentFrame extends LargeFrame {
  readonly headerCopy: Uint8Array;
  readonly #memory: Uint8Array;
  /** Claimed while the kernel may write there, whatever becomes of the lease that the memory is of. */
  readonly #claim: Block | undefined;

  /** @throws {LandfallError} `ERR_BUFFER`: it is no memory, or too little. */
  constructor(memory: Uint8Array, frameBytes: number, headerView: Uint8Array, startView: Uint8Array) {
    super(0, 0, frameBytes);
    this.headerCopy = Uint8Array.from(headerView);
    this.#memory = memory;
    if (!(memory instanceof Uint8Array) || memory.length < frameBytes) throw tooLittle(memory, frameBytes);
    memory.set(startView);
    this.bytesReceived = startView.length;
    this.#claim = blockOf(memory);
    this.#claim?.claim();
  }

  get memory(): Uint8Array {
    return this.#memory;
  }

  get block(): null {
    return null;
  }

  override room(): Uint8Array {
    if (this.#memory.length < this.frameBytes) throw tooLittle(this.#memory, this.frameBytes);
    return super.room();
  }

  received(nbytes: number): number {
    this.bytesReceived += nbytes;
    return 0;
  }

  override release(): void {
    this.#claim?.release();
  }
}

/** A block with room for more than the bytes that have arrived. */
function takeBlock(blocks: BlockPool, frameBytes: number, bytesReceived: number): Block {
  if (frameBytes === 0) return blocks.take(Math.max(RECEIVE_BYTES_MAX, bytesReceived * 2));
  if (frameBytes <= AT_ONCE_BYTES) return blocks.take(frameBytes);
  const proofBytes = Math.min(PROOF_BYTES_MAX, Math.max(PROOF_BYTES_MIN, frameBytes / GROWTH));
  if (bytesReceived < proofBytes) return blocks.take(Math.min(frameBytes, Math.ceil(proofBytes)));
  const ready = blocks.takeFree(frameBytes);
  if (ready !== undefined) return ready;
  return blocks.take(frameBytes <= bytesReceived * GROWTH ? frameBytes : (bytesReceived * GROWTH) / 2);
}

function tooLittle(memory: unknown, frameBytes: number): LandfallError {
  const what = memory instanceof Uint8Array ? `${memory.length} bytes` : 'no Uint8Array';
  return new LandfallError('ERR_BUFFER', `getFrameBuffer returned ${what} for a frame of ${frameBytes} bytes`);
}

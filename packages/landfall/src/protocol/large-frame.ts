/**
 * A frame too large for the scratch, received into a block of its own.
 *
 *     block   | header |  received  |      room, lent to the kernel      |
 *             0                     ^ bytesReceived                      ^ capacity, at most frameBytes
 *
 * The header is kept in front although nobody asks for it: so the payload lies as it did in the kernel's pages, and
 * copies between memory of the same alignment are quicker.
 *
 * A declared length alone takes no memory: the block is small at first, and exchanged for a larger one as bytes arrive.
 */
import { type Block, blockPool } from '../memory/block-pool.js';
import { RECEIVE_BYTES_MAX } from '../memory/scratch.js';

/** How many times what has arrived a new block may be: so much memory a peer can have us reserve for what it sends. */
const GROWTH = 64;
/**
 * How much of a frame has to have arrived before it gets a block of its size, if one lies ready: a sixty-fourth, within
 * these bounds. So much of each frame is moved once more, and so much a peer has to send to keep such a block from others.
 */
const PROOF_BYTES_MIN = 16 * 1024;
const PROOF_BYTES_MAX = 64 * 1024;

/** One frame while it arrives, header included. Release it when done. */
export class LargeFrame {
  /** Bytes of the header it begins with. */
  readonly headerBytes: number;
  /** Bytes of the whole frame. */
  readonly frameBytes: number;
  /** Bytes of it that have arrived. */
  bytesReceived: number;
  #block: Block;

  /** @param startView The first bytes of the frame, which are copied. */
  constructor(headerBytes: number, frameBytes: number, startView: Uint8Array) {
    this.headerBytes = headerBytes;
    this.frameBytes = frameBytes;
    this.bytesReceived = startView.length;
    this.#block = takeBlock(frameBytes, startView.length);
    this.#block.memory.set(startView);
  }

  /** The memory the frame lies in, from its start on. */
  get memory(): Uint8Array {
    return this.#block.memory;
  }

  get isWhole(): boolean {
    return this.bytesReceived === this.frameBytes;
  }

  /** Where to receive next: at least one byte, at most what one receive should take. Only while not whole. */
  room(): Uint8Array {
    const { memory } = this.#block;
    const end = Math.min(this.frameBytes, memory.length, this.bytesReceived + RECEIVE_BYTES_MAX);
    return memory.subarray(this.bytesReceived, end);
  }

  /** Counts bytes that arrived in `room()`, and makes more room if that was all. Returns how many bytes were copied. */
  received(nbytes: number): number {
    this.bytesReceived += nbytes;
    if (this.isWhole || this.bytesReceived < this.#block.memory.length) return 0;
    const small = this.#block;
    this.#block = takeBlock(this.frameBytes, this.bytesReceived);
    this.#block.memory.set(small.memory);
    small.release();
    return this.bytesReceived;
  }

  /** Gives the memory back; it is reused once nothing that was written from it waits to be sent any more. */
  release(): void {
    this.#block.release();
  }
}

/** A block with room for more than the bytes that have arrived. */
function takeBlock(frameBytes: number, bytesReceived: number): Block {
  const proofBytes = Math.min(PROOF_BYTES_MAX, Math.max(PROOF_BYTES_MIN, frameBytes / GROWTH));
  if (bytesReceived < proofBytes) return blockPool.take(Math.min(frameBytes, proofBytes));
  const ready = blockPool.takeFree(frameBytes);
  if (ready !== undefined) return ready;
  return blockPool.take(frameBytes <= bytesReceived * GROWTH ? frameBytes : (bytesReceived * GROWTH) / 2);
}

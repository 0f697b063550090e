/**
 * A frame too large for the scratch, received into a block of its own.
 *
 *     block   | header |  received  |      room, lent to the kernel      |
 *             0                     ^ bytesReceived                      ^ capacity, at most frameBytes
 *
 * The header is kept in front although nobody asks for it: so the payload lies as it did in the kernel's pages, and
 * copies between memory of the same alignment are quicker.
 *
 * A declared length alone takes no memory: the block is small at first, unless one of the right size lies ready, and is
 * exchanged for a larger one as bytes arrive.
 */
import { type Block, blockPool } from '../memory/block-pool.js';
import { RECEIVE_BYTES_MAX } from '../memory/scratch.js';

/** The first block of a frame of which nothing has arrived. */
const FIRST_BLOCK_BYTES = 64 * 1024;
/**
 * How many times what has arrived a block may be. Each exchange copies what has arrived so far: with 64, a frame of
 * 100 MB moves 2 % of itself, once, until blocks of its size lie ready.
 */
const GROWTH = 64;

/** One frame while it arrives, header included. Release it when done. */
export class LargeFrame {
  /** Bytes of the header it begins with. */
  readonly headerBytes: number;
  /** Bytes of the whole frame. */
  readonly frameBytes: number;
  /** Bytes of it that have arrived. */
  bytesReceived = 0;
  #block: Block;

  constructor(headerBytes: number, frameBytes: number) {
    this.headerBytes = headerBytes;
    this.frameBytes = frameBytes;
    this.#block = blockPool.takeFree(frameBytes) ?? blockPool.take(Math.min(frameBytes, FIRST_BLOCK_BYTES));
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

  /** Takes the first bytes of the frame, which arrived elsewhere. Returns how many bytes were copied. */
  put(bytesView: Uint8Array): number {
    const grown = this.#growTo(bytesView.length);
    this.#block.memory.set(bytesView);
    return grown + bytesView.length + this.received(bytesView.length);
  }

  /** Counts bytes that arrived in `room()`, and makes more room if that was all. Returns how many bytes were copied. */
  received(nbytes: number): number {
    this.bytesReceived += nbytes;
    return this.isWhole ? 0 : this.#growTo(this.bytesReceived + 1);
  }

  /** Gives the memory back; it is reused once nothing that was written from it waits to be sent any more. */
  release(): void {
    this.#block.release();
  }

  #growTo(bytes: number): number {
    if (bytes <= this.#block.memory.length) return 0;
    const small = this.#block;
    const wanted = this.frameBytes <= bytes * GROWTH ? this.frameBytes : (bytes * GROWTH) / 2;
    this.#block = blockPool.take(wanted);
    this.#block.memory.set(small.memory.subarray(0, this.bytesReceived));
    small.release();
    return this.bytesReceived;
  }
}

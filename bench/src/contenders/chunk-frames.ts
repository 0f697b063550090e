/**
 * Frames out of chunks that are the receiver's to keep: the chunks are kept in an array and joined once, when the frame
 * is whole. This is what a careful user of `data` events writes, and it copies every byte of a large frame once.
 */
import type { EndpointOptions } from './contender.js';
import { readLength } from './prefix.js';

/** Collects the chunks of one connection. */
export class ChunkFrames {
  bytesReceived = 0;
  /** Chunks taken: each is what one receive brought. */
  receives = 0;
  /** Bytes that went through `Buffer.concat`. */
  bytesCopied = 0;
  readonly #options: EndpointOptions;
  readonly #onFrame: (payload: Uint8Array) => void;
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  /** Bytes that have to be here before there is anything to look at. */
  #neededBytes: number;

  constructor(options: EndpointOptions, onFrame: (payload: Uint8Array) => void) {
    this.#options = options;
    this.#onFrame = onFrame;
    this.#neededBytes = options.prefix.lengthBytes;
  }

  /** Whether the last chunk ended a frame, so that nothing of another one is here. */
  get isBetweenFrames(): boolean {
    return this.#chunkBytes === 0;
  }

  /**
   * Takes one more chunk and hands out every frame that is whole now, each in memory that is the callee's to keep.
   *
   * @throws {RangeError} A frame is over the limit.
   */
  push(chunk: Uint8Array): void {
    this.bytesReceived += chunk.length;
    this.receives++;
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
    if (this.#chunkBytes >= this.#neededBytes) this.#handOut(this.#join());
  }

  #join(): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    this.bytesCopied += this.#chunkBytes;
    return Buffer.concat(this.#chunks, this.#chunkBytes);
  }

  #handOut(data: Uint8Array): void {
    const { prefix, maxFrameBytes } = this.#options;
    let at = 0;
    for (;;) {
      this.#neededBytes = prefix.lengthBytes;
      if (data.length - at < this.#neededBytes) break;
      this.#neededBytes += readLength(data, at, prefix, maxFrameBytes);
      if (data.length - at < this.#neededBytes) break;
      this.#onFrame(data.subarray(at + prefix.lengthBytes, at + this.#neededBytes));
      at += this.#neededBytes;
    }
    const rest = data.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#chunkBytes = rest.length;
  }
}

/**
 * Frames by exact receives: the header into eight bytes of its own, then the payload into the frame's memory. Nothing is
 * ever copied, and nothing of the next frame can arrive early. The rows differ in where a frame's memory comes from.
 */
import type { BufferedProtocol } from 'landfall';
import type { EchoListener, EndpointOptions } from './contender.js';
import { LandfallConnection } from './landfall-connection.js';
import { readLength } from './prefix.js';

/** One connection that receives each frame straight into memory of the right size. */
export abstract class ExactFrames extends LandfallConnection implements BufferedProtocol {
  readonly protocol: BufferedProtocol = this;
  readonly #header: Uint8Array;
  #target: Uint8Array;
  /** Bytes of `#target` that are filled. */
  #filledBytes = 0;

  constructor(options: EndpointOptions, listener: EchoListener) {
    super(options, listener);
    this.#header = new Uint8Array(options.prefix.lengthBytes);
    this.#target = this.#header;
  }

  /** Memory for the next frame, exactly so long. */
  protected abstract memoryFor(frameBytes: number): Uint8Array;

  getBuffer(): Uint8Array {
    return this.#target.subarray(this.#filledBytes);
  }

  bufferUpdated(nbytes: number): void {
    this.#filledBytes += nbytes;
    if (this.#filledBytes < this.#target.length) return;
    if (this.#target === this.#header) {
      const { prefix, maxFrameBytes } = this.options;
      this.#expect(this.memoryFor(readLength(this.#header, 0, prefix, maxFrameBytes)));
      if (this.#target.length > 0) return;
    }
    const frame = this.#target;
    this.#expect(this.#header);
    this.received(frame, 0, frame.length);
  }

  #expect(target: Uint8Array): void {
    this.#target = target;
    this.#filledBytes = 0;
  }
}

/** The start of a small frame, moved out of the scratch until the rest of it arrives. */

const SMALLEST_BYTES = 64;
/** Up to this size, memory is kept for the next tail however small that is. */
const KEPT_BYTES = 1024;

/** A few bytes of one connection. */
export class Tail {
  /** Bytes of the whole frame; 0 while that is not known. */
  frameBytes = 0;
  /** Bytes that are kept. */
  bytesReceived = 0;
  #memory: Uint8Array = new Uint8Array(0);

  /** The memory that it is kept in, from its start on. */
  get memory(): Uint8Array {
    return this.#memory;
  }

  /** What is kept; borrowed until `keep`. */
  get view(): Uint8Array {
    return this.#memory.subarray(0, this.bytesReceived);
  }

  /**
   * Keeps a copy of `bytesView` instead of what was kept before.
   *
   * @param frameBytes Bytes of the whole frame; 0 while that is not known.
   */
  keep(bytesView: Uint8Array, frameBytes: number): void {
    this.frameBytes = frameBytes;
    const bytes = bytesView.length;
    const capacity = this.#memory.length;
    // Far too large memory is let go: one byte must not pin what 30 KiB needed.
    const fits = bytes <= capacity && (capacity <= KEPT_BYTES || capacity <= bytes * 4);
    if (!fits) this.#memory = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(SMALLEST_BYTES, bytes))));
    this.#memory.set(bytesView);
    this.bytesReceived = bytes;
  }
}

/** What every writer of the write suite does: connects, and then writes equal frames until the peer has them all. */

/** A connected writer. */
export interface FrameWriter {
  /**
   * Writes a header (u32 big-endian) and the payload, `frames` times; then ends its side.
   *
   * @returns Resolves when the peer has ended too, which it does once it has everything.
   */
  write(payload: Uint8Array, frames: number): Promise<void>;
}

/** One way of writing. Connects to 127.0.0.1. */
export type OpenWriter = (port: number) => Promise<FrameWriter>;

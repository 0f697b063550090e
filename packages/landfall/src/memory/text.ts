/** Text in received memory. */

/** `memory` as a Buffer, which makes text of a part of itself without a view of that part. */
export function bufferOf(memory: Uint8Array): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset, memory.length);
}

/** Text in received memory. */

/** `memory` as a Buffer, which makes text of a part of itself without a view of that part. */
export function bufferOf(memory: Uint8Array): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset, memory.length);
}

/** The text of `memory[at, end)`, one character a byte; null if it is not all ASCII. */
export function asciiText(memory: Buffer, at: number, end: number): string | null {
  const text = memory.toString('latin1', at, end);
  return Buffer.byteLength(text) === text.length ? text : null;
}

/**
 * Text in received memory.
 *
 * To make one text costs some 70 ns before the first character, so where texts follow each other they are made together,
 * and taken apart. As each of them may hold on to all of that, it is at most so many times as long as the one asked for.
 */

/** How much text is made ahead, for each byte of the text that was asked for, and at most. */
export const AHEAD_PER_BYTE = 128;
export const AHEAD_BYTES_MAX: number = 16 * 1024;

/** `memory` as a Buffer, which makes text of a part of itself without a view of that part. */
export function bufferOf(memory: Uint8Array): Buffer {
  return Buffer.from(memory.buffer, memory.byteOffset, memory.length);
}

/** The text of `memory[at, end)`, one character a byte; null if it is not all ASCII. */
export function asciiText(memory: Buffer, at: number, end: number): string | null {
  const text = memory.toString('latin1', at, end);
  return Buffer.byteLength(text) === text.length ? text : null;
}

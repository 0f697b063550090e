/** Hexadecimal digits. */

/** The lower-case ASCII digit of a number from 0 to 15. */
export function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** Two digits for each byte from `start` to `end`, with a colon between two bytes. */
export function hexPairs(memory: Uint8Array, start: number, end: number): string {
  const pairs: string[] = [];
  for (let i = start; i < end; i++) {
    const byte = memory[i]!;
    pairs.push(String.fromCharCode(hexDigit(byte >> 4), hexDigit(byte & 15)));
  }
  return pairs.join(':');
}

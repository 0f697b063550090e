/**
 * As much of DER as it takes to find one value in a certificate: elements, each a tag, a length and its content.
 *
 *     tag (1) | length (1, or 1 + 1 to 4) | content …
 */

/** An element whose content lies in the memory it was read from, from `start` to `end`. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const LONG_FORM = 0x80;
const LENGTH_BYTES_MAX = 4;

/** Reads the element that begins at `at`; null if there is none that ends by `limit`. */
export function derElement(memory: Uint8Array, at: number, limit: number): DerElement | null {
  if (limit - at < 2) return null;
  const tag = memory[at]!;
  const first = memory[at + 1]!;
  if (first < LONG_FORM) return within(tag, at + 2, first, limit);

  const lengthBytes = first - LONG_FORM;
  if (lengthBytes < 1 || lengthBytes > LENGTH_BYTES_MAX || limit - at - 2 < lengthBytes) return null;
  let length = 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + memory[at + 2 + i]!;
  return within(tag, at + 2 + lengthBytes, length, limit);
}

/** The same for an element that must have a certain tag. */
export function derElementOf(memory: Uint8Array, tag: number, at: number, limit: number): DerElement | null {
  const element = derElement(memory, at, limit);
  return element?.tag === tag ? element : null;
}

function within(tag: number, start: number, length: number, limit: number): DerElement | null {
  return length <= limit - start ? { tag, start, end: start + length } : null;
}

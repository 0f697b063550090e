/** Strings out of received memory. */
import { constants } from 'node:buffer';
import { DecodeError } from '../errors.js';

type Slice = (this: Uint8Array, start: number, end: number) => string;

/** Makes a string of a part of a memory, without a view of that part. Not documented by Node, but used by all its own modules. */
const slices = Buffer.prototype as unknown as { utf8Slice?: Slice; latin1Slice?: Slice };
const hasSlices = isSlice(slices.utf8Slice) && isSlice(slices.latin1Slice);
const utf8Slice: Slice = hasSlices ? slices.utf8Slice! : decoded('utf-8');
const latin1Slice: Slice = hasSlices ? slices.latin1Slice! : decoded('latin1');

/** UTF-8. What is none becomes U+FFFD, as everywhere in Node. */
export function decodeUtf8(memory: Uint8Array, start: number, end: number): string {
  if (end - start > constants.MAX_STRING_LENGTH) throw new DecodeError('text', 'longer than a string can be');
  return utf8Slice.call(memory, start, end);
}

/** For what is known to be ASCII. */
export function decodeAscii(memory: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(memory, start, end);
}

function isSlice(slice: Slice | undefined): slice is Slice {
  return typeof slice === 'function' && slice.call(Uint8Array.of(0x2d, 0x61, 0x62, 0x2d), 1, 3) === 'ab';
}

function decoded(encoding: string): Slice {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return function slice(start, end) {
    return decoder.decode(this.subarray(start, end));
  };
}

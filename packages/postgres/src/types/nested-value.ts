/** Values inside of values: an array's elements, a range's bounds, a record's fields. Each is its length and its bytes. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';

/** The length of null. */
export const NULL_LENGTH = -1;

/**
 * The length of the value whose length is at `start`, at most what is left until `end`; `NULL_LENGTH` for null.
 *
 * @throws {DecodeError} There is less.
 */
export function nestedLength(name: string, view: DataView, start: number, end: number): number {
  if (end - start < 4) throw new DecodeError(name, 'it ends inside of a length');
  const bytes = view.getInt32(start);
  if (bytes < NULL_LENGTH || bytes > end - start - 4) throw new DecodeError(name, 'a value in it reaches out of it');
  return bytes;
}

/** Decodes a value whose size nobody has looked at yet. */
export function decodeNested<T>(codec: Codec<T>, memory: Uint8Array, view: DataView, start: number, end: number): T {
  if (codec.fixedBytes >= 0 && end - start !== codec.fixedBytes) {
    throw new DecodeError(codec.name, `${end - start} bytes`);
  }
  return codec.decode(memory, view, start, end);
}

/** Writes a value and its length; null only. */
export function encodeNested(writer: MessageWriter, codec: Codec, value: unknown): void {
  if (value === null) return writer.int32(NULL_LENGTH);
  if (value === undefined) throw new EncodeError(codec.name, 'undefined was given; null is null');
  const start = writer.startSized();
  codec.encode(writer, value);
  writer.endSized(start);
}

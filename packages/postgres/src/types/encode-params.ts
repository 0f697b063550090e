/** A value and its length, as they stand in Bind and in rows that are copied in. */
import { EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { encodeNested } from './nested-value.js';

/**
 * Writes a value's length and its bytes; the length of null is -1.
 *
 * @param position Of the parameter or column, from 1.
 * @throws {EncodeError} It is no value of the type; it says the position, and nothing was written.
 */
export function encodeParameter(
  writer: MessageWriter,
  codec: Codec,
  value: unknown,
  position: number,
  what: 'parameter' | 'column' = 'parameter',
): void {
  const start = writer.length;
  try {
    encodeNested(writer, codec, value);
  } catch (error) {
    writer.length = start;
    throw error instanceof EncodeError ? error.at(what, position) : error;
  }
}

/** What reads the rows of one statement, and what it makes of them. */
import { ProtocolError } from '../errors.js';
import type { ByteBlock } from '../types/byte-block.js';

/** What a row is: an object with a property for each column, or an array of the values. */
export type RowMode = 'object' | 'array';

/**
 * Appends the rows that are whole between `p` and `end` to `rows`; returns where it stopped.
 *
 * @throws {DecodeError} A value cannot be read. @throws {ProtocolError} The messages are not to be understood.
 */
export type RowFunction = (
  memory: Uint8Array,
  view: DataView,
  p: number,
  end: number,
  rows: unknown[],
  block: ByteBlock,
) => number;

/** The bytes of DataRow, its length and its count of columns. */
export const ROW_HEADER_BYTES = 7;
/** Values of it are taken from a block that the rows of one run share. */
export const BYTEA_OID = 17;

/** The server's rows are not what it said they would be. */
export function malformed(): never {
  throw new ProtocolError('a row that is not what was described');
}

/** The rows of one query as JSON, with everything that its values are: how a program shows what it has received. */
import { createHash } from 'node:crypto';

/** What a program tells of one query. */
export interface Answer {
  columns: string[];
  rows: unknown[][];
}

/** Longer ones are shown by their length and digest. */
const SHOWN_BYTES = 65_536;

/** Reads every property of every row, each of which has to be the row's own and hold its value. */
export function answerOf(rows: readonly object[]): Answer {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((column) => shown(ownValue(row, column)))) };
}

function ownValue(row: object, column: string): unknown {
  const prototype: unknown = Object.getPrototypeOf(row);
  if (prototype !== Object.prototype && prototype !== null) throw new Error('a row is no plain object');
  const property = Object.getOwnPropertyDescriptor(row, column);
  if (property === undefined || !('value' in property)) throw new Error(`a row has no own value in "${column}"`);
  return property.value;
}

/** Bytes as `{ bytes }` in hexadecimal, or in words where they are many; whatever JSON has no word for as `{ other }`. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    if (value.byteLength > SHOWN_BYTES) {
      return `${value.byteLength} bytes, sha256 ${createHash('sha256').update(value).digest('hex')}`;
    }
    return { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') };
  }
  if (Array.isArray(value) || value instanceof Int32Array) return Array.from(value, shown);
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  return { other: String(value) };
}

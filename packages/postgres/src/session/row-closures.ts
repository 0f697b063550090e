/** Reading rows without generating code: what `row-function.ts` compiles, one column after the other. */
import type { ByteBlock } from '../types/byte-block.js';
import type { Codec } from '../types/codec.js';
import type { Column } from '../wire/backend-messages.js';
import { BYTEA_OID, malformed, ROW_HEADER_BYTES, type RowFunction, type RowMode } from './row-shape.js';

/** Makes a row function out of closures. */
export function closeRows(columns: readonly Column[], codecs: readonly Codec[], mode: RowMode): RowFunction {
  const makeRow = mode === 'array' ? (values: unknown[]) => values : objectMaker(columns);
  const count = columns.length;
  return (m, v, start, end, rows, block) => {
    let p = start;
    while (end - p >= ROW_HEADER_BYTES && m[p] === 68) {
      const next = p + 1 + v.getInt32(p + 1);
      if (next > end) break;
      if (next - p < ROW_HEADER_BYTES || v.getUint16(p + 5) !== count) malformed();
      rows.push(makeRow(readValues(codecs, m, v, p + ROW_HEADER_BYTES, next, block)));
      p = next;
    }
    return p;
  };
}

/** The values of one row, whose columns lie from `start` to `next`. */
function readValues(
  codecs: readonly Codec[],
  m: Uint8Array,
  v: DataView,
  start: number,
  next: number,
  block: ByteBlock,
): unknown[] {
  const values: unknown[] = [];
  let p = start;
  for (let i = 0; i < codecs.length; i++) {
    if (next - p < 4) malformed();
    const bytes = v.getInt32(p);
    p += 4;
    if (bytes === -1) {
      values.push(null);
      continue;
    }
    const codec = codecs[i]!;
    if (bytes < 0 || bytes > next - p) malformed();
    if (codec.format === 1 && codec.fixedBytes >= 0 && bytes !== codec.fixedBytes) malformed();
    values.push(
      codec.oid === BYTEA_OID && codec.format === 1 ? block.take(p, p + bytes) : codec.decode(m, v, p, p + bytes),
    );
    p += bytes;
  }
  if (p !== next) malformed();
  return values;
}

/** The last of several columns with one name counts. */
function objectMaker(columns: readonly Column[]): (values: unknown[]) => object {
  const last = [...new Map(columns.map(({ name }, i) => [name, i]))];
  return (values) => {
    const row = {};
    for (const [name, i] of last) {
      // An assignment to `__proto__` would set the prototype.
      if (name === '__proto__') Object.defineProperty(row, name, { ...OWN, value: values[i] });
      else (row as Record<string, unknown>)[name] = values[i];
    }
    return row;
  };
}

const OWN = { enumerable: true, configurable: true, writable: true };

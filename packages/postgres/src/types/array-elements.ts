/**
 * The elements of an array: of any type; and much faster, of numbers without a null among them.
 *
 *     length | element | length | element | …
 *
 * Elements of one size take as many bytes as their count says only if there is no null, so one look at the whole is
 * enough to read them in a loop.
 */
import { DecodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { decodeNested, NULL_LENGTH, nestedLength } from './nested-value.js';
import type { TypeName } from './oids.js';
import { shortestFloat } from './shortest-float.js';
import { untrackedArray, untrackedDoubles, untrackedNulls, untrackedZeros } from './untracked-array.js';

/** Reads `count` elements from `start` to `end`: there are at least four bytes for each. */
type ElementsReader = (memory: Uint8Array, view: DataView, start: number, end: number, count: number) => unknown[];

/** Makes the reader for arrays of a type. */
export function elementsReader(codec: Codec): ElementsReader {
  const bytes = 4 + codec.fixedBytes;
  const dense = denseReader(codec);
  const name = `${codec.name}[]`;
  return (memory, view, start, end, count) =>
    dense !== undefined && end - start === count * bytes
      ? dense(name, view, start, count)
      : readAny(name, codec, memory, view, start, end, count);
}

function readAny(
  name: string,
  codec: Codec,
  memory: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  count: number,
): unknown[] {
  const values = untrackedArray();
  let p = start;
  for (let i = 0; i < count; i++) {
    const bytes = nestedLength(name, view, p, end);
    p += 4;
    if (bytes === NULL_LENGTH) {
      values.push(null);
      continue;
    }
    values.push(decodeNested(codec, memory, view, p, p + bytes));
    p += bytes;
  }
  if (p !== end) throw new DecodeError(name, 'bytes behind its last element');
  return values;
}

/** Reads elements of one size, none of them null: their bytes are there, their lengths are to be checked. */
type DenseReader = (name: string, view: DataView, start: number, count: number) => unknown[];

function denseReader(codec: Codec): DenseReader | undefined {
  // Where an option asks for another kind of value, there is no expression.
  if (codec.inline === undefined && codec.name !== 'float4') return undefined;
  if (codec.name === 'float4') return codec.inline === undefined ? readShortestFloat4 : readFloat4;
  return DENSE[codec.name as TypeName];
}

// One loop for each type: a loop that called a function for its element would take several times as long.
const DENSE: Partial<Record<TypeName, DenseReader>> = {
  bool(name, view, start, count) {
    const values = untrackedNulls(count) as unknown[];
    for (let i = 0, p = start; i < count; i++, p += 5) {
      if (view.getInt32(p) !== 1) malformed(name);
      values[i] = view.getUint8(p + 4) !== 0;
    }
    return values;
  },
  int2(name, view, start, count) {
    const values = untrackedZeros(count);
    for (let i = 0, p = start; i < count; i++, p += 6) {
      if (view.getInt32(p) !== 2) malformed(name);
      values[i] = view.getInt16(p + 4);
    }
    return values;
  },
  int4(name, view, start, count) {
    const values = untrackedZeros(count);
    for (let i = 0, p = start; i < count; i++, p += 8) {
      if (view.getInt32(p) !== 4) malformed(name);
      values[i] = view.getInt32(p + 4);
    }
    return values;
  },
  oid(name, view, start, count) {
    const values = untrackedZeros(count);
    for (let i = 0, p = start; i < count; i++, p += 8) {
      if (view.getInt32(p) !== 4) malformed(name);
      values[i] = view.getUint32(p + 4);
    }
    return values;
  },
  int8(name, view, start, count) {
    const values = untrackedNulls(count) as unknown[];
    for (let i = 0, p = start; i < count; i++, p += 12) {
      if (view.getInt32(p) !== 8) malformed(name);
      values[i] = view.getBigInt64(p + 4);
    }
    return values;
  },
  float8(name, view, start, count) {
    const values = untrackedDoubles(count);
    for (let i = 0, p = start; i < count; i++, p += 12) {
      if (view.getInt32(p) !== 8) malformed(name);
      values[i] = view.getFloat64(p + 4);
    }
    return values;
  },
};

function readFloat4(name: string, view: DataView, start: number, count: number): number[] {
  const values = untrackedDoubles(count);
  for (let i = 0, p = start; i < count; i++, p += 8) {
    if (view.getInt32(p) !== 4) malformed(name);
    values[i] = view.getFloat32(p + 4);
  }
  return values;
}

function readShortestFloat4(name: string, view: DataView, start: number, count: number): number[] {
  const values = readFloat4(name, view, start, count);
  for (let i = 0; i < count; i++) values[i] = shortestFloat(values[i]!);
  return values;
}

function malformed(name: string): never {
  throw new DecodeError(name, 'an element of another size');
}

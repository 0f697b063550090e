/**
 * Arrays of every type.
 *
 *     dimensions | has null | element's OID | size | lower bound | size | lower bound | … | length | element | …
 *
 * They are nested arrays, and start at 0 here: where PostgreSQL begins to count their elements is left out.
 */
import { DecodeError } from '../errors.js';
import { elementsReader } from './array-elements.js';
import { type ArrayKind, DIMENSIONS_MAX, encodeArray } from './array-encoding.js';
import type { Codec } from './codec.js';
import { type TypeName, typeOf } from './oids.js';
import { untrackedArray } from './untracked-array.js';

const HEADER_BYTES = 12;
const DIMENSION_BYTES = 8;

/** Types whose values are arrays themselves: elements of theirs are told from inner arrays by being in one dimension. */
const ARRAY_LIKE: ReadonlySet<string> = new Set<TypeName>([
  'json',
  'jsonb',
  'record',
  'int2vector',
  'oidvector',
  'int4multirange',
  'nummultirange',
  'tsmultirange',
  'tstzmultirange',
  'datemultirange',
  'int8multirange',
]);

/** The codec of a type's arrays. Of types whose values may be arrays, only arrays of one dimension can be sent. */
export function arrayCodec(element: Codec): Codec<unknown[]> {
  const dimensionsMax = ARRAY_LIKE.has(element.name) ? 1 : DIMENSIONS_MAX;
  const identity = { name: `_${element.name}`, oid: element.arrayOid, arrayOid: 0 };
  return codecOf(identity, { element, lowerBound: 1, dimensionsMax });
}

/** The codec of int2vector or oidvector, which count from 0 and have one dimension. */
export function vectorCodec(name: 'int2vector' | 'oidvector', element: Codec): Codec<unknown[]> {
  return codecOf(typeOf(name), { element, lowerBound: 0, dimensionsMax: 1 });
}

function codecOf(identity: Pick<Codec, 'name' | 'oid' | 'arrayOid'>, kind: ArrayKind): Codec<unknown[]> {
  const { element } = kind;
  const { name } = identity;
  const readElements = elementsReader(element);

  function decode(memory: Uint8Array, view: DataView, start: number, end: number): unknown[] {
    if (end - start < HEADER_BYTES) malformed(name, 'shorter than its header');
    const dimensions = view.getInt32(start);
    if (view.getUint32(start + 8) !== element.oid) malformed(name, 'elements of another type');
    if (dimensions === 0 && end - start === HEADER_BYTES) return untrackedArray();
    if (dimensions < 1 || dimensions > DIMENSIONS_MAX) malformed(name, `${dimensions} dimensions`);
    const first = start + HEADER_BYTES + dimensions * DIMENSION_BYTES;
    if (first > end) malformed(name, 'shorter than its dimensions');
    if (dimensions === 1) {
      const count = view.getInt32(start + HEADER_BYTES);
      if (count < 1 || count * 4 > end - first) malformed(name, 'fewer elements than it says');
      return readElements(memory, view, first, end, count);
    }
    return nested(memory, view, start + HEADER_BYTES, first, end);
  }

  function nested(memory: Uint8Array, view: DataView, sizesStart: number, first: number, end: number): unknown[] {
    const sizes: number[] = [];
    for (let p = sizesStart; p < first; p += DIMENSION_BYTES) sizes.push(view.getInt32(p));
    const count = sizes.reduce((product, size) => (size < 1 ? Number.NaN : product * size), 1);
    if (!(count * 4 <= end - first)) malformed(name, 'fewer elements than it says');
    let values = readElements(memory, view, first, end, count);
    for (const size of sizes.slice(1).reverse()) values = inPieces(values, size);
    return values;
  }

  return {
    ...identity,
    format: 1,
    fixedBytes: -1,
    decode,
    encode: (writer, value) => encodeArray(writer, name, kind, value),
  };
}

function inPieces(values: readonly unknown[], size: number): unknown[][] {
  const pieces = untrackedArray<unknown[]>();
  for (let i = 0; i < values.length; i += size) pieces.push(values.slice(i, i + size));
  return pieces;
}

function malformed(name: string, problem: string): never {
  throw new DecodeError(name, problem);
}

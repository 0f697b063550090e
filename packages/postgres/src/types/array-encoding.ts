/** Sending arrays: nested arrays of one shape, or typed arrays. */
import { EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { encodeNested } from './nested-value.js';
import { wrongKind } from './refusals.js';

/** PostgreSQL's own limit. */
export const DIMENSIONS_MAX = 6;

/** Of what and how the arrays of a type are. */
export interface ArrayKind {
  readonly element: Codec;
  /** The number of the first element of each dimension. */
  readonly lowerBound: 0 | 1;
  readonly dimensionsMax: number;
}

type TypedArray = ArrayLike<number | bigint> & ArrayBufferView;

/** Writes an array's bytes. */
export function encodeArray(writer: MessageWriter, name: string, kind: ArrayKind, value: unknown): void {
  if (isTypedArray(value)) return encodeTyped(writer, kind, value);
  if (!Array.isArray(value)) throw wrongKind(name, value, 'an array');
  if (value.length === 0) return encodeHeader(writer, kind, []);
  const sizes = sizesOf(name, value, kind.dimensionsMax);
  const flagAt = writer.length + 4;
  encodeHeader(writer, kind, sizes);
  const hasNull = encodeLevel(writer, name, kind.element, sizes, 0, value);
  if (hasNull) writer.view.setInt32(flagAt, 1);
}

function encodeHeader(writer: MessageWriter, { element, lowerBound }: ArrayKind, sizes: readonly number[]): void {
  writer.int32(sizes.length);
  writer.int32(0);
  writer.int32(element.oid);
  for (const size of sizes) {
    writer.int32(size);
    writer.int32(lowerBound);
  }
}

/** The length of the array, of its first element if that is an array, and so on. */
function sizesOf(name: string, value: readonly unknown[], dimensionsMax: number): number[] {
  const sizes: number[] = [];
  let inner: unknown = value;
  while (Array.isArray(inner)) {
    if (sizes.length === dimensionsMax) {
      // What is in it may be an array itself.
      if (dimensionsMax === 1) break;
      throw new EncodeError(name, `more than ${dimensionsMax} dimensions`);
    }
    if (inner.length === 0) throw new EncodeError(name, 'an empty array inside of an array');
    sizes.push(inner.length);
    inner = inner[0];
  }
  return sizes;
}

/** Writes the elements of one of the arrays; returns whether there was a null. */
function encodeLevel(
  writer: MessageWriter,
  name: string,
  element: Codec,
  sizes: readonly number[],
  depth: number,
  values: unknown,
): boolean {
  if (!Array.isArray(values) || values.length !== sizes[depth]) {
    throw new EncodeError(name, 'inner arrays of different lengths');
  }
  let hasNull = false;
  for (const value of values) {
    if (depth + 1 < sizes.length) {
      hasNull = encodeLevel(writer, name, element, sizes, depth + 1, value) || hasNull;
      continue;
    }
    hasNull ||= value === null;
    encodeNested(writer, element, value);
  }
  return hasNull;
}

function encodeTyped(writer: MessageWriter, kind: ArrayKind, values: TypedArray): void {
  encodeHeader(writer, kind, values.length === 0 ? [] : [values.length]);
  const { element } = kind;
  if (values instanceof Int32Array && element.name === 'int4') return encodeInt4(writer, values);
  if (values instanceof Float64Array && element.name === 'float8') return encodeFloat8(writer, values);
  for (let i = 0; i < values.length; i++) encodeNested(writer, element, values[i]);
}

function encodeInt4(writer: MessageWriter, values: Int32Array): void {
  writer.reserve(values.length * 8);
  const { view } = writer;
  let p = writer.length;
  for (let i = 0; i < values.length; i++, p += 8) {
    view.setInt32(p, 4);
    view.setInt32(p + 4, values[i]!);
  }
  writer.length = p;
}

function encodeFloat8(writer: MessageWriter, values: Float64Array): void {
  writer.reserve(values.length * 12);
  const { view } = writer;
  let p = writer.length;
  for (let i = 0; i < values.length; i++, p += 12) {
    view.setInt32(p, 8);
    view.setFloat64(p + 4, values[i]!);
  }
  writer.length = p;
}

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

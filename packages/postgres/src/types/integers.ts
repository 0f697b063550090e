/** int2, int4, int8, and the unsigned numbers of the system: oid, xid, cid, xid8. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import type { TypeOptions } from './type-options.js';

const UPPER_WORD = 2 ** 32;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

export const int2: Codec<number> = {
  ...typeOf('int2'),
  format: 1,
  fixedBytes: 2,
  inline: 'v.getInt16(p)',
  decode: (_memory, view, start) => view.getInt16(start),
  encode: (writer, value) => writer.int16(integer('int2', value, -(2 ** 15), 2 ** 15 - 1)),
};

export const int4: Codec<number> = {
  ...typeOf('int4'),
  format: 1,
  fixedBytes: 4,
  inline: 'v.getInt32(p)',
  decode: (_memory, view, start) => view.getInt32(start),
  encode: (writer, value) => writer.int32(integer('int4', value, -(2 ** 31), 2 ** 31 - 1)),
};

export const oid: Codec<number> = unsigned('oid');
export const xid: Codec<number> = unsigned('xid');
export const cid: Codec<number> = unsigned('cid');

function unsigned(name: TypeName): Codec<number> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: 4,
    inline: 'v.getUint32(p)',
    decode: (_memory, view, start) => view.getUint32(start),
    // The same bits as the signed number.
    encode: (writer, value) => writer.int32(integer(name, value, 0, 2 ** 32 - 1) | 0),
  };
}

/** int8, as the options want it. */
export function int8Codec({ int8: kind = 'bigint' }: TypeOptions): Codec {
  return {
    ...typeOf('int8'),
    format: 1,
    fixedBytes: 8,
    ...(kind === 'bigint' && { inline: 'v.getBigInt64(p)' }),
    decode: { bigint: signedBigInt, number: signedNumber, string: signedString }[kind],
    encode: (writer, value) => writer.int64(longInteger('int8', value, INT64_MIN, INT64_MAX)),
  };
}

/** xid8, as the options want int8. */
export function xid8Codec({ int8: kind = 'bigint' }: TypeOptions): Codec {
  return {
    ...typeOf('xid8'),
    format: 1,
    fixedBytes: 8,
    ...(kind === 'bigint' && { inline: 'v.getBigUint64(p)' }),
    decode: { bigint: unsignedBigInt, number: unsignedNumber, string: unsignedString }[kind],
    encode: (writer, value) => writer.int64(BigInt.asIntN(64, longInteger('xid8', value, 0n, UINT64_MAX))),
  };
}

/** Reads a signed integer of eight bytes that a number can hold exactly; NaN if it cannot. */
export function safeInt64(view: DataView, start: number): number {
  const value = view.getInt32(start) * UPPER_WORD + view.getUint32(start + 4);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** The decimal digits of an unsigned integer of eight bytes. */
export function uint64Text(view: DataView, start: number): string {
  return view.getUint32(start) === 0 ? String(view.getUint32(start + 4)) : String(view.getBigUint64(start));
}

function signedBigInt(_memory: Uint8Array, view: DataView, start: number): bigint {
  return view.getBigInt64(start);
}

function signedNumber(_memory: Uint8Array, view: DataView, start: number): number {
  const value = safeInt64(view, start);
  if (Number.isNaN(value)) throw unsafe('int8');
  return value;
}

function signedString(_memory: Uint8Array, view: DataView, start: number): string {
  const value = safeInt64(view, start);
  return Number.isNaN(value) ? String(view.getBigInt64(start)) : String(value);
}

function unsignedBigInt(_memory: Uint8Array, view: DataView, start: number): bigint {
  return view.getBigUint64(start);
}

function unsignedNumber(_memory: Uint8Array, view: DataView, start: number): number {
  const value = view.getUint32(start) * UPPER_WORD + view.getUint32(start + 4);
  if (!Number.isSafeInteger(value)) throw unsafe('xid8');
  return value;
}

function unsignedString(_memory: Uint8Array, view: DataView, start: number): string {
  return uint64Text(view, start);
}

function unsafe(name: string): DecodeError {
  return new DecodeError(name, 'more than a number can hold exactly: read it as bigint or string');
}

/** A whole number from `min` to `max`, given as a number or a bigint. */
function integer(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongKind(name, value, 'a whole number');
  const number = Number(value);
  if (!Number.isInteger(number)) throw new EncodeError(name, 'not a whole number');
  if (number < min || number > max) throw new EncodeError(name, `not from ${min} to ${max}`);
  return number;
}

/** The same for eight bytes, and strings of digits. */
function longInteger(name: string, value: unknown, min: bigint, max: bigint): bigint {
  const integer = toBigInt(name, value);
  if (integer < min || integer > max) throw new EncodeError(name, `not from ${min} to ${max}`);
  return integer;
}

function toBigInt(name: string, value: unknown): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      if (Number.isSafeInteger(value)) return BigInt(value);
      throw new EncodeError(name, 'not a whole number that a number can hold exactly');
    case 'string':
      if (/^-?\d{1,20}$/.test(value)) return BigInt(value);
      throw new EncodeError(name, 'a string of anything but at most 20 digits');
    default:
      throw wrongKind(name, value, 'a whole number');
  }
}

/** Writes an unsigned integer of eight bytes. */
export function writeUint64(writer: MessageWriter, value: bigint): void {
  writer.int64(BigInt.asIntN(64, value));
}

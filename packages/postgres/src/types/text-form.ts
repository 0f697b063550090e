/**
 * Types that are sent and received as text: those without a binary form, those whose text says more than their binary
 * form, and every type that is not known: enums, domains, composites, and what extensions bring.
 */
import { EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { DIMENSIONS_MAX } from './array-encoding.js';
import type { Codec } from './codec.js';
import { type TypeIdentity, type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { checkedText, decodeInterned } from './text.js';
import { decodeUtf8 } from './text-decoding.js';
import type { TypeOptions } from './type-options.js';

const TEXT_FORM_TYPES: readonly TypeName[] = [
  // They have no binary form at all: the server refuses to send one.
  'aclitem',
  'gtsvector',
  // How many decimals it has is the server's setting.
  'money',
  'refcursor',
  // In binary, the name is only a number.
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regclass',
  'regtype',
  'regconfig',
  'regdictionary',
  'regnamespace',
  'regrole',
  'regcollation',
];

/** The types that are known and text, and their arrays, which are text as a whole. */
export function textFormCodecs(options: TypeOptions): Codec[] {
  return TEXT_FORM_TYPES.flatMap((name) => {
    const type = typeOf(name);
    return [textForm(type, options), textForm({ name: `_${name}`, oid: type.arrayOid, arrayOid: 0 }, options)];
  });
}

/** The codec of every type that is not known. */
export function otherCodec(options: TypeOptions): Codec {
  return textForm({ name: 'a type that is sent as text', oid: 0, arrayOid: 0 }, options);
}

function textForm(type: TypeIdentity, { internText = true }: TypeOptions): Codec<string> {
  return {
    ...type,
    format: 0,
    fixedBytes: -1,
    decode: internText ? decodeInterned : (memory, _view, start, end) => decodeUtf8(memory, start, end),
    encode: (writer, value) => encodeForm(writer, type.name, value),
  };
}

/** Writes what has only one text that the server could read; arrays as `{"a","b"}`. */
function encodeForm(writer: MessageWriter, name: string, value: unknown): void {
  writer.text(checkedText(name, formOf(name, value)));
}

function formOf(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (Array.isArray(value)) return arrayForm(name, value, 1);
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      throw wrongKind(name, value, 'a string');
  }
}

function arrayForm(name: string, values: readonly unknown[], depth: number): string {
  if (depth > DIMENSIONS_MAX) throw new EncodeError(name, `more than ${DIMENSIONS_MAX} dimensions`);
  const elements = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return arrayForm(name, value, depth + 1);
    return `"${formOf(name, value).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}

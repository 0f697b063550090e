/** Everything that is text on the wire, too. */
import { EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { INTERNED_BYTES_MAX, InternedText } from './interned-text.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { decodeUtf8 } from './text-decoding.js';
import type { TypeOptions } from './type-options.js';

const TEXT_TYPES: readonly TypeName[] = ['text', 'varchar', 'bpchar', 'name', 'xml', 'unknown', 'cstring'];

/** Short text that this thread received lately. */
const interned = new InternedText();

/** text and its relatives. */
export function textCodecs({ internText = true }: TypeOptions): Codec<string>[] {
  return TEXT_TYPES.map((name) => ({
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode: internText ? decodeInterned : decodeText,
    encode: (writer, value) => encodeText(writer, name, value),
  }));
}

/** "char": one byte, as the character of that number; none for zero. */
export const char: Codec<string> = {
  ...typeOf('char'),
  format: 1,
  fixedBytes: 1,
  inline: "(m[p] === 0 ? '' : String.fromCharCode(m[p]))",
  decode: (memory, _view, start) => (memory[start] === 0 ? '' : String.fromCharCode(memory[start]!)),
  encode(writer, value) {
    if (typeof value !== 'string') throw wrongKind('char', value, 'a string');
    const unit = value === '' ? 0 : value.charCodeAt(0);
    if (value.length > 1 || unit > 0xff) throw new EncodeError('char', 'not one character of one byte');
    writer.uint8(unit);
  },
};

/** Short text is looked up in the table of the thread. */
export function decodeInterned(memory: Uint8Array, view: DataView, start: number, end: number): string {
  if (end - start > INTERNED_BYTES_MAX) return decodeUtf8(memory, start, end);
  return interned.text(memory, view, start, end);
}

function decodeText(memory: Uint8Array, _view: DataView, start: number, end: number): string {
  return decodeUtf8(memory, start, end);
}

/** Writes a string, if PostgreSQL can hold it. */
export function encodeText(writer: MessageWriter, name: string, value: unknown): void {
  if (typeof value !== 'string') throw wrongKind(name, value, 'a string');
  writer.text(checkedText(name, value));
}

/** Refuses what is no Unicode, and the zero byte, which PostgreSQL has no place for. */
export function checkedText(name: string, text: string): string {
  if (/[\0\ud800-\udfff]/.test(text)) {
    if (text.includes('\0')) throw new EncodeError(name, 'a zero byte in text');
    if (/\p{Surrogate}/u.test(text)) throw new EncodeError(name, 'half of a surrogate pair in text');
  }
  return text;
}

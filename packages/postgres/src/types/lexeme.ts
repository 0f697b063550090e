/** The words of text search: how they are quoted in text, and how they lie in binary, with a zero at their end. */
import { DecodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { checkedText } from './text.js';
import { decodeUtf8 } from './text-decoding.js';

/** What a quoted word, or one that needs no quotes, looks like in text: two groups, of which one is there. */
export const LEXEME_PATTERN: string = String.raw`(?:'((?:[^'\\]|''|\\.)*)'|([^\s'\\:&|!()<>*]+))`;

/** The letters of weights in text, from the largest. */
export const WEIGHTS = 'ABCD';

/** Quotes a word as the server does. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, '$&$&')}'`;
}

/** The word of the two groups of `LEXEME_PATTERN`. */
export function unquoted(inQuotes: string | undefined, plain: string | undefined): string {
  return inQuotes === undefined ? (plain ?? '') : inQuotes.replace(/''|\\([\s\S])/g, (_, escaped) => escaped ?? "'");
}

/** Where the zero is that ends the word at `start`. @throws {DecodeError} There is none before `end`. */
export function lexemeEnd(name: string, memory: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && memory[p] !== 0) p++;
  if (p >= end) throw new DecodeError(name, 'a word without an end');
  return p;
}

/** The word between these places. */
export function lexemeText(memory: Uint8Array, start: number, end: number): string {
  return decodeUtf8(memory, start, end);
}

/** Writes a word and its zero. */
export function writeLexeme(writer: MessageWriter, name: string, lexeme: string): void {
  writer.cstring(checkedText(name, lexeme));
}

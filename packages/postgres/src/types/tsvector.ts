/**
 * tsvector: sorted words, and where they stand in a text, as PostgreSQL writes them: `'cat':3 'fat':2A,4`.
 *
 *     count | word | zero | positions | weight and position | …
 */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { LEXEME_PATTERN, lexemeEnd, lexemeText, quoted, unquoted, WEIGHTS, writeLexeme } from './lexeme.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

/** The two upper bits of a position are its weight, from D, which is not written, to A. */
const WEIGHT_SHIFT = 14;
const POSITION_MAX = (1 << WEIGHT_SHIFT) - 1;
/** The shortest word: a zero and a count. */
const WORD_BYTES_MIN = 3;

const WORD = new RegExp(`${LEXEME_PATTERN}(?::(\\d{1,5}[A-D]?(?:,\\d{1,5}[A-D]?)*))?(?:\\s+|$)`, 'suy');

export const tsvector: Codec<string> = {
  ...typeOf('tsvector'),
  format: 1,
  fixedBytes: -1,
  decode(memory, view, start, end) {
    const count = end - start < 4 ? -1 : view.getInt32(start);
    if (count < 0 || count * WORD_BYTES_MIN > end - start - 4) malformed('fewer words than it says');
    const words: string[] = [];
    let p = start + 4;
    for (let i = 0; i < count; i++) {
      const wordEnd = lexemeEnd('tsvector', memory, p, end);
      const first = wordEnd + WORD_BYTES_MIN;
      if (first > end) malformed('it ends inside of a word');
      const next = first + view.getUint16(wordEnd + 1) * 2;
      if (next > end) malformed('fewer positions than it says');
      words.push(quoted(lexemeText(memory, p, wordEnd)) + positionsText(view, first, next));
      p = next;
    }
    if (p !== end) malformed('bytes behind its last word');
    return words.join(' ');
  },
  encode(writer, value) {
    if (typeof value !== 'string') throw wrongKind('tsvector', value, 'a string');
    const text = value.trim();
    const countAt = writer.length;
    writer.int32(0);
    let count = 0;
    WORD.lastIndex = 0;
    while (WORD.lastIndex < text.length) {
      const match = WORD.exec(text);
      if (match === null) throw new EncodeError('tsvector', "a string that is not like 'cat':3 'fat':2A,4");
      writeLexeme(writer, 'tsvector', unquoted(match[1], match[2]));
      writePositions(writer, match[3]?.split(',') ?? []);
      count++;
    }
    writer.view.setInt32(countAt, count);
  },
};

function positionsText(view: DataView, start: number, end: number): string {
  const positions: string[] = [];
  for (let p = start; p < end; p += 2) {
    const position = view.getUint16(p);
    const weight = WEIGHTS[3 - (position >> WEIGHT_SHIFT)]!;
    positions.push(`${position & POSITION_MAX}${weight === 'D' ? '' : weight}`);
  }
  return positions.length === 0 ? '' : `:${positions.join(',')}`;
}

function writePositions(writer: MessageWriter, positions: readonly string[]): void {
  writer.int16(positions.length);
  for (const text of positions) {
    const letter = WEIGHTS.indexOf(text.at(-1)!);
    const position = Number.parseInt(text, 10);
    if (position < 1 || position > POSITION_MAX) throw new EncodeError('tsvector', 'a position out of range');
    writer.int16((letter < 0 ? 0 : 3 - letter) * (POSITION_MAX + 1) + position);
  }
}

function malformed(problem: string): never {
  throw new DecodeError('tsvector', problem);
}

/**
 * tsquery: words and operators, as PostgreSQL writes them: `'a' & !'b':*A`.
 *
 *     count | 2 | operator | right operand … | left operand …
 *           | 1 | weights | is prefix | word | zero
 *
 * Each operator comes before its operands, the right one first. From behind, that is: left, right, operator, which needs
 * a stack only, and no recursion that a hostile value could make deep.
 */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { LEXEME_PATTERN, lexemeEnd, lexemeText, quoted, unquoted, WEIGHTS, writeLexeme } from './lexeme.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

const WORD = 1;
const OPERATOR = 2;
const NOT = 1;
const AND = 2;
const OR = 3;
const PHRASE = 4;
/** How tightly each operator binds, by its number. */
const PRIORITIES = [0, 4, 2, 1, 3];
const WORD_PRIORITY = 5;
const DISTANCE_MAX = 16_384;
/** An operator and its number. */
const ITEM_BYTES_MIN = 2;

interface Word {
  readonly lexeme: string;
  /** A bit for each weight that it is looked for with, A the largest; 0 for all. */
  readonly weights: number;
  readonly isPrefix: boolean;
}

interface Operator {
  readonly operator: number;
  /** Between the words of a phrase. */
  readonly distance: number;
}

type Item = Word | Operator;

export const tsquery: Codec<string> = {
  ...typeOf('tsquery'),
  format: 1,
  fixedBytes: -1,
  decode: (memory, view, start, end) => write(readItems(memory, view, start, end).reverse()),
  encode(writer, value) {
    if (typeof value !== 'string') throw wrongKind('tsquery', value, 'a string');
    const items = parse(value).reverse();
    writer.int32(items.length);
    for (const item of items) writeItem(writer, item);
  },
};

function readItems(memory: Uint8Array, view: DataView, start: number, end: number): Item[] {
  const count = end - start < 4 ? -1 : view.getInt32(start);
  if (count < 0 || count * ITEM_BYTES_MIN > end - start - 4) malformed('fewer parts than it says');
  const items: Item[] = [];
  let p = start + 4;
  for (let i = 0; i < count; i++) {
    const kind = p < end ? memory[p] : 0;
    if (kind === WORD) {
      const wordEnd = lexemeEnd('tsquery', memory, p + 3, end);
      const [weights, prefix] = [memory[p + 1]!, memory[p + 2]!];
      if (weights > 15 || prefix > 1) malformed('an unknown flag');
      items.push({ lexeme: lexemeText(memory, p + 3, wordEnd), weights, isPrefix: prefix === 1 });
      p = wordEnd + 1;
      continue;
    }
    const operator = p + 1 < end ? memory[p + 1]! : 0;
    if (kind !== OPERATOR || operator < NOT || operator > PHRASE) malformed('an unknown part');
    p += 2;
    const distanceBytes = operator === PHRASE ? 2 : 0;
    if (end - p < distanceBytes) malformed('it ends inside of an operator');
    items.push({ operator, distance: operator === PHRASE ? view.getUint16(p) : 0 });
    p += distanceBytes;
  }
  if (p !== end) malformed('bytes behind its last part');
  return items;
}

/** The text of items that come as left, right, operator. */
function write(items: readonly Item[]): string {
  const stack: { text: string; priority: number }[] = [];
  for (const item of items) {
    if (!('operator' in item)) {
      stack.push({ text: wordText(item), priority: WORD_PRIORITY });
      continue;
    }
    const priority = PRIORITIES[item.operator]!;
    const right = stack.pop() ?? malformed('an operator without operands');
    // A phrase whose end is a phrase is not the same without parentheses.
    const isInner = right.priority < priority || (item.operator === PHRASE && right.priority === priority);
    const rightText = isInner ? `( ${right.text} )` : right.text;
    if (item.operator === NOT) {
      stack.push({ text: `!${rightText}`, priority });
      continue;
    }
    const left = stack.pop() ?? malformed('an operator without operands');
    const leftText = left.priority < priority ? `( ${left.text} )` : left.text;
    stack.push({ text: `${leftText} ${operatorText(item)} ${rightText}`, priority });
  }
  if (stack.length > 1) malformed('words without an operator');
  return stack[0]?.text ?? '';
}

function wordText({ lexeme, weights, isPrefix }: Word): string {
  if (weights === 0 && !isPrefix) return quoted(lexeme);
  const letters = [...WEIGHTS].filter((_, i) => (weights & (8 >> i)) !== 0).join('');
  return `${quoted(lexeme)}:${isPrefix ? '*' : ''}${letters}`;
}

function operatorText({ operator, distance }: Operator): string {
  if (operator === PHRASE) return distance === 1 ? '<->' : `<${distance}>`;
  return operator === AND ? '&' : '|';
}

const TOKEN = new RegExp(`\\s*(?:([!&|()])|<(-|\\d{1,5})>|${LEXEME_PATTERN}(?::([*A-D]+))?)\\s*`, 'suy');

/** Items as left, right, operator: operators wait on a stack until one comes that binds less tightly. */
function parse(text: string): Item[] {
  const items: Item[] = [];
  const waiting: (Operator | '(')[] = [];
  let wantsOperand = true;

  function settle(priority: number): void {
    for (let top = waiting.at(-1); top !== undefined && top !== '('; top = waiting.at(-1)) {
      if (PRIORITIES[top.operator]! < priority) return;
      waiting.pop();
      items.push(top);
    }
  }

  function takeOperator(operator: number, distance = 0): void {
    if (wantsOperand !== (operator === NOT)) throw notQuery();
    if (operator !== NOT) settle(PRIORITIES[operator]!);
    waiting.push({ operator, distance });
    wantsOperand = true;
  }

  function takeSign(sign: string): void {
    if (sign === '(') {
      if (!wantsOperand) throw notQuery();
      waiting.push('(');
    } else if (sign === ')') {
      if (wantsOperand) throw notQuery();
      settle(0);
      if (waiting.pop() !== '(') throw notQuery();
    } else takeOperator(sign === '!' ? NOT : sign === '&' ? AND : OR);
  }

  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw notQuery();
    const [, sign, distance, inQuotes, plain, flags = ''] = match;
    if (sign !== undefined) takeSign(sign);
    else if (distance !== undefined) takeOperator(PHRASE, distance === '-' ? 1 : Number(distance));
    else {
      if (!wantsOperand) throw notQuery();
      items.push(wordOf(unquoted(inQuotes, plain), flags));
      wantsOperand = false;
    }
  }
  if (items.length === 0 && waiting.length === 0) return items;
  settle(0);
  if (wantsOperand || waiting.length > 0) throw notQuery();
  return items;
}

function wordOf(lexeme: string, flags: string): Word {
  const weights = [...WEIGHTS].reduce((bits, letter, i) => (flags.includes(letter) ? bits | (8 >> i) : bits), 0);
  return { lexeme, weights, isPrefix: flags.includes('*') };
}

function writeItem(writer: MessageWriter, item: Item): void {
  if (!('operator' in item)) {
    writer.uint8(WORD);
    writer.uint8(item.weights);
    writer.uint8(item.isPrefix ? 1 : 0);
    return writeLexeme(writer, 'tsquery', item.lexeme);
  }
  writer.uint8(OPERATOR);
  writer.uint8(item.operator);
  if (item.operator !== PHRASE) return;
  if (item.distance > DISTANCE_MAX) throw new EncodeError('tsquery', 'a distance out of range');
  writer.int16(item.distance);
}

function notQuery(): EncodeError {
  return new EncodeError('tsquery', "a string that is not like 'a' & !'b':*A");
}

function malformed(problem: string): never {
  throw new DecodeError('tsquery', problem);
}

/**
 * numeric: decimal digits in groups of four, without the groups of zeros at either end.
 *
 *     count | weight | sign | scale | group | group | …
 *
 * The first group stands for itself times 10,000 to the power of `weight`; `scale` digits of the fraction are shown.
 */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import type { TypeOptions } from './type-options.js';

const HEADER_BYTES = 8;
const POSITIVE = 0;
const NEGATIVE = 0x4000;
const NOT_A_NUMBER = 0xc000;
const INFINITE = 0xd000;
const NEGATIVE_INFINITE = 0xf000;
/** What the server sends with infinities. */
const INFINITE_SCALE = 0x20;
/** PostgreSQL's own limits. */
const WHOLE_DIGITS_MAX = 131_072;
const SCALE_MAX = 16_383;

/** numeric, as the options want it. */
export function numericCodec({ numeric: kind = 'string' }: TypeOptions): Codec<string | number> {
  return {
    ...typeOf('numeric'),
    format: 1,
    fixedBytes: -1,
    decode:
      kind === 'string' ? decodeNumeric : (memory, view, start, end) => Number(decodeNumeric(memory, view, start, end)),
    encode: encodeNumeric,
  };
}

function decodeNumeric(_memory: Uint8Array, view: DataView, start: number, end: number): string {
  if (end - start < HEADER_BYTES) malformed('shorter than its header');
  const count = view.getUint16(start);
  const weight = view.getInt16(start + 2);
  const sign = view.getUint16(start + 4);
  const scale = view.getUint16(start + 6);
  const first = start + HEADER_BYTES;
  if (end - first !== count * 2) malformed('not as many digits as it says');
  if (sign !== POSITIVE && sign !== NEGATIVE) return special(sign);
  if (scale > SCALE_MAX) malformed('too many digits');

  let text = sign === NEGATIVE ? '-' : '';
  text += weight < 0 ? '0' : group(view, first, count, 0);
  for (let i = 1; i <= weight; i++) text += padded(group(view, first, count, i));
  if (scale === 0) return text;
  let fraction = '';
  for (let i = weight + 1; fraction.length < scale; i++) fraction += padded(group(view, first, count, i));
  return `${text}.${fraction.slice(0, scale)}`;
}

function special(sign: number): string {
  switch (sign) {
    case NOT_A_NUMBER:
      return 'NaN';
    case INFINITE:
      return 'Infinity';
    case NEGATIVE_INFINITE:
      return '-Infinity';
    default:
      return malformed('an unknown sign');
  }
}

/** The group at `index`; those that were left out are zero. */
function group(view: DataView, first: number, count: number, index: number): number {
  if (index < 0 || index >= count) return 0;
  const digits = view.getUint16(first + index * 2);
  return digits < 10_000 ? digits : malformed('more than four digits in a group');
}

function padded(digits: number): string {
  if (digits >= 1000) return String(digits);
  if (digits >= 100) return `0${digits}`;
  return digits >= 10 ? `00${digits}` : `000${digits}`;
}

function encodeNumeric(writer: MessageWriter, value: unknown): void {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return encodeDecimal(writer, String(value));
    case 'string':
      return encodeDecimal(writer, value);
    default:
      throw wrongKind('numeric', value, 'a number, a bigint or a string');
  }
}

function encodeDecimal(writer: MessageWriter, text: string): void {
  switch (text) {
    case 'NaN':
      return encodeHeader(writer, 0, 0, NOT_A_NUMBER, 0);
    case 'Infinity':
      return encodeHeader(writer, 0, 0, INFINITE, INFINITE_SCALE);
    case '-Infinity':
      return encodeHeader(writer, 0, 0, NEGATIVE_INFINITE, INFINITE_SCALE);
    default:
      return encodeDigits(writer, parseDecimal(text));
  }
}

interface Decimal {
  isNegative: boolean;
  /** Digits before the point, none of them a leading zero, and behind it. */
  whole: string;
  fraction: string;
}

function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  const [, sign, digits = '', behind = '', power = '0'] = match ?? [];
  if (digits.length + behind.length === 0) throw new EncodeError('numeric', 'a string that is no decimal number');
  const exponent = Number(power);
  if (Math.abs(exponent) > WHOLE_DIGITS_MAX) throw outOfRange();
  // As many zeros as moving the point can need, and where it is then.
  const before = digits.padStart(digits.length - Math.min(exponent, 0), '0');
  const all = before + behind.padEnd(exponent, '0');
  const point = before.length + exponent;
  const whole = all.slice(0, point).replace(/^0+/, '');
  const fraction = all.slice(point);
  if (whole.length > WHOLE_DIGITS_MAX || fraction.length > SCALE_MAX) throw outOfRange();
  return { isNegative: sign === '-', whole, fraction };
}

function encodeDigits(writer: MessageWriter, { isNegative, whole, fraction }: Decimal): void {
  const wholeGroups = Math.ceil(whole.length / 4);
  const digits = whole.padStart(wholeGroups * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const groups: number[] = [];
  for (let i = 0; i < digits.length; i += 4) groups.push(Number(digits.slice(i, i + 4)));
  const first = groups.findIndex((group) => group !== 0);
  if (first < 0) return encodeHeader(writer, 0, 0, POSITIVE, fraction.length);
  const end = groups.findLastIndex((group) => group !== 0) + 1;
  encodeHeader(writer, end - first, wholeGroups - 1 - first, isNegative ? NEGATIVE : POSITIVE, fraction.length);
  for (let i = first; i < end; i++) writer.int16(groups[i]!);
}

function encodeHeader(writer: MessageWriter, count: number, weight: number, sign: number, scale: number): void {
  writer.int16(count);
  writer.int16(weight);
  writer.int16(sign);
  writer.int16(scale);
}

function outOfRange(): EncodeError {
  return new EncodeError('numeric', `more than ${WHOLE_DIGITS_MAX} digits before the point or ${SCALE_MAX} behind it`);
}

function malformed(problem: string): never {
  throw new DecodeError('numeric', problem);
}

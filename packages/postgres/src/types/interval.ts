/** interval: months, days and microseconds, which are not to be converted into each other. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { safeInt64 } from './integers.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The three parts of an interval, as they are given to be sent: what is left out is zero. */
export interface IntervalParts {
  readonly months?: number | undefined;
  readonly days?: number | undefined;
  readonly microseconds?: number | undefined;
}

/** A span of time. Each part is a whole number with a sign of its own: how long a month or a day is depends on when. */
export class Interval {
  readonly months: number;
  readonly days: number;
  readonly microseconds: number;

  constructor({ months = 0, days = 0, microseconds = 0 }: IntervalParts) {
    this.months = months;
    this.days = days;
    this.microseconds = microseconds;
  }

  /** ISO 8601, `P1Y2M3DT4H5M6.7S`, with PostgreSQL's sign for each part. */
  toString(): string {
    const years = Math.trunc(this.months / 12);
    const hours = Math.trunc(this.microseconds / MICROS_PER_HOUR);
    const minutes = Math.trunc((this.microseconds % MICROS_PER_HOUR) / MICROS_PER_MINUTE);
    const micros = this.microseconds % MICROS_PER_MINUTE;
    const date = part(years, 'Y') + part(this.months % 12, 'M') + part(this.days, 'D');
    const time = part(hours, 'H') + part(minutes, 'M') + (micros === 0 ? '' : `${secondsText(micros)}S`);
    if (time !== '') return `P${date}T${time}`;
    return date === '' ? 'PT0S' : `P${date}`;
  }

  /** What `toString` says. */
  toJSON(): string {
    return this.toString();
  }
}

/** interval; `Infinity` and `-Infinity` for PostgreSQL's. */
export const interval: Codec<Interval | number> = {
  ...typeOf('interval'),
  format: 1,
  fixedBytes: 16,
  decode(_memory, view, start) {
    const days = view.getInt32(start + 8);
    const months = view.getInt32(start + 12);
    const microseconds = safeInt64(view, start);
    if (Number.isNaN(microseconds)) return infinite(view.getBigInt64(start), days, months);
    return new Interval({ months, days, microseconds });
  },
  encode(writer, value) {
    if (value === Number.POSITIVE_INFINITY) return write(writer, INT64_MAX, INT32_MAX, INT32_MAX);
    if (value === Number.NEGATIVE_INFINITY) return write(writer, INT64_MIN, INT32_MIN, INT32_MIN);
    const { months = 0, days = 0, microseconds = 0 } = partsOf(value);
    if (!isInt32(months) || !isInt32(days)) throw new EncodeError('interval', 'months or days that are no int4');
    if (!Number.isSafeInteger(microseconds))
      throw new EncodeError('interval', 'microseconds that are not whole and exact');
    write(writer, BigInt(microseconds), days, months);
  },
};

function part(value: number, unit: string): string {
  return value === 0 ? '' : `${value}${unit}`;
}

function secondsText(micros: number): string {
  const size = Math.abs(micros);
  const whole = Math.floor(size / MICROS_PER_SECOND);
  const behind = String(size % MICROS_PER_SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${micros < 0 ? '-' : ''}${whole}${behind === '' ? '' : `.${behind}`}`;
}

function infinite(micros: bigint, days: number, months: number): number {
  if (micros === INT64_MAX && days === INT32_MAX && months === INT32_MAX) return Number.POSITIVE_INFINITY;
  if (micros === INT64_MIN && days === INT32_MIN && months === INT32_MIN) return Number.NEGATIVE_INFINITY;
  throw new DecodeError('interval', 'more microseconds than a number can hold exactly');
}

function write(writer: MessageWriter, micros: bigint, days: number, months: number): void {
  writer.int64(micros);
  writer.int32(days);
  writer.int32(months);
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX;
}

function partsOf(value: unknown): IntervalParts {
  if (typeof value === 'string') return parse(value);
  if (typeof value !== 'object' || value === null) throw wrongKind('interval', value, 'months, days and microseconds');
  const parts = value as IntervalParts;
  // An object of anything else would be sent as no time at all.
  if (parts.months === undefined && parts.days === undefined && parts.microseconds === undefined) {
    throw wrongKind('interval', value, 'months, days or microseconds');
  }
  return parts;
}

const ISO_8601 =
  /^([+-]?)P(?=.*\d)(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?(?:T(?=.*\d)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:\.(\d{1,6}))?S)?)?$/;

function parse(text: string): IntervalParts {
  const match = ISO_8601.exec(text);
  if (match === null) throw new EncodeError('interval', "a string that is not like 'P1Y2M3DT4H5M6.7S'");
  const [, sign, years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, secondsSign] = match;
  const [seconds = 0, fraction = ''] = match.slice(9);
  const all = sign === '-' ? -1 : 1;
  const micros = Number(seconds) * MICROS_PER_SECOND + Number(fraction.padEnd(6, '0'));
  const time = Number(hours) * MICROS_PER_HOUR + Number(minutes) * MICROS_PER_MINUTE;
  return {
    months: all * (Number(years) * 12 + Number(months)),
    days: all * (Number(weeks) * 7 + Number(days)),
    microseconds: all * (time + (secondsSign === '-' ? -micros : micros)),
  };
}

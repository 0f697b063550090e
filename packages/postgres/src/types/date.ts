/** date: days from 2000-01-01. */
import { DecodeError, EncodeError } from '../errors.js';
import { dateText, EPOCH_DAYS, parseDate, SECONDS_PER_DAY } from './calendar.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import type { TypeOptions } from './type-options.js';

const MS_PER_DAY = SECONDS_PER_DAY * 1000;
const INFINITE = 2 ** 31 - 1;
const NEGATIVE_INFINITE = -(2 ** 31);
/** 4714-11-24 BC, where the Julian days begin, and 5874897-12-31. */
const DAYS_MIN = -2_451_545;
const DAYS_MAX = 2_145_031_948;

/** date, as the options want it; `Infinity` and `-Infinity` for PostgreSQL's. */
export function dateCodec({ date: kind = 'string' }: TypeOptions): Codec<string | Date | number> {
  const make = kind === 'string' ? (days: number) => dateText(days) : utcMidnight;
  return {
    ...typeOf('date'),
    format: 1,
    fixedBytes: 4,
    decode(_memory, view, start) {
      const days = view.getInt32(start);
      if (days === INFINITE) return Number.POSITIVE_INFINITY;
      if (days === NEGATIVE_INFINITE) return Number.NEGATIVE_INFINITY;
      return make(days);
    },
    encode: (writer, value) => writer.int32(daysFrom(value)),
  };
}

function utcMidnight(days: number): Date {
  const date = new Date((days + EPOCH_DAYS) * MS_PER_DAY);
  if (Number.isNaN(date.getTime())) throw new DecodeError('date', 'beyond what a Date can hold: read it as string');
  return date;
}

function daysFrom(value: unknown): number {
  if (value === Number.POSITIVE_INFINITY || value === 'infinity') return INFINITE;
  if (value === Number.NEGATIVE_INFINITY || value === '-infinity') return NEGATIVE_INFINITE;
  if (value instanceof Date) return daysOfMidnight(value);
  if (typeof value !== 'string') throw wrongKind('date', value, "a string like '2000-01-31'");
  const days = parseDate(value);
  if (days === null) throw new EncodeError('date', "a string that is no date like '2000-01-31'");
  if (days < DAYS_MIN || days > DAYS_MAX) throw new EncodeError('date', 'out of range');
  return days;
}

/** Midnight anywhere else would silently become the day before or after. */
function daysOfMidnight(date: Date): number {
  const days = date.getTime() / MS_PER_DAY - EPOCH_DAYS;
  if (Number.isNaN(days)) throw new EncodeError('date', 'an invalid Date');
  if (!Number.isInteger(days)) throw new EncodeError('date', 'a Date that is not midnight in UTC');
  if (days < DAYS_MIN) throw new EncodeError('date', 'out of range');
  return days;
}

/** timestamp and timestamptz: microseconds from 2000-01-01, midnight; in UTC, for the latter. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import { dateText, EPOCH_DAYS, parseDate, SECONDS_PER_DAY } from './calendar.js';
import type { Codec } from './codec.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { parseTime, splitZone, timeText } from './time.js';
import type { TypeOptions } from './type-options.js';

const MICROS_PER_SECOND = 1_000_000;
const EPOCH_SECONDS = EPOCH_DAYS * SECONDS_PER_DAY;
/** 2 ** 32 microseconds: the value of the upper word, cut so that every product below is exact. */
const WORD_SECONDS = 4294;
const WORD_MICROS = 967_296;
const INFINITE = 2n ** 63n - 1n;
const NEGATIVE_INFINITE = -(2n ** 63n);
/** 4714-11-24 BC, and the end of 294276. */
const SECONDS_MIN = -211_813_488_000;
const SECONDS_END = 9_223_371_331_200;

/** Makes a value of whole seconds and the microseconds behind them. */
type Make = (seconds: number, micros: number) => string | Date;

/** timestamp, as the options want it; `Infinity` and `-Infinity` for PostgreSQL's. */
export function timestampCodec({ timestamp: kind = 'string' }: TypeOptions): Codec<string | Date | number> {
  return codec('timestamp', kind === 'string' ? localText : (seconds, micros) => instant('timestamp', seconds, micros));
}

/** timestamptz, as the options want it; `Infinity` and `-Infinity` for PostgreSQL's. */
export function timestamptzCodec({ timestamptz: kind = 'date' }: TypeOptions): Codec<string | Date | number> {
  return codec(
    'timestamptz',
    kind === 'string' ? utcText : (seconds, micros) => instant('timestamptz', seconds, micros),
  );
}

function codec(name: TypeName & `timestamp${string}`, make: Make): Codec<string | Date | number> {
  const hasZone = name === 'timestamptz';
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: 8,
    decode(_memory, view, start) {
      const upper = view.getInt32(start);
      const lower = view.getUint32(start + 4);
      if (upper === 0x7fffffff && lower === 0xffffffff) return Number.POSITIVE_INFINITY;
      if (upper === -0x80000000 && lower === 0) return Number.NEGATIVE_INFINITY;
      const rest = upper * WORD_MICROS + lower;
      const restSeconds = Math.floor(rest / MICROS_PER_SECOND);
      return make(upper * WORD_SECONDS + restSeconds, rest - restSeconds * MICROS_PER_SECOND);
    },
    encode: (writer, value) => encodeTimestamp(writer, name, hasZone, value),
  };
}

function localText(seconds: number, micros: number): string {
  return timestampText(seconds, micros, '');
}

function utcText(seconds: number, micros: number): string {
  return timestampText(seconds, micros, '+00');
}

function timestampText(seconds: number, micros: number, zone: string): string {
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  return dateText(days, ` ${timeText(seconds - days * SECONDS_PER_DAY, micros)}${zone}`);
}

function instant(name: string, seconds: number, micros: number): Date {
  const date = new Date((seconds + EPOCH_SECONDS) * 1000 + Math.floor(micros / 1000));
  if (Number.isNaN(date.getTime())) throw new DecodeError(name, 'beyond what a Date can hold: read it as string');
  return date;
}

function encodeTimestamp(writer: MessageWriter, name: string, hasZone: boolean, value: unknown): void {
  if (value === Number.POSITIVE_INFINITY || value === 'infinity') return writer.int64(INFINITE);
  if (value === Number.NEGATIVE_INFINITY || value === '-infinity') return writer.int64(NEGATIVE_INFINITE);
  if (value instanceof Date) return encodeDate(writer, name, value);
  if (typeof value !== 'string') throw wrongKind(name, value, 'a Date or a string');
  const { rest, east } = splitZone(value.endsWith(' BC') ? value.slice(0, -3) : value);
  if (hasZone && east === null) throw new EncodeError(name, "a string without a zone, like '+01' or 'Z'");
  if (!hasZone && east !== null) throw new EncodeError(name, 'a string with a zone');
  const match = /^([^T ]+)(?:[T ](.+))?$/.exec(rest);
  const days = parseDate(`${match?.[1] ?? ''}${value.endsWith(' BC') ? ' BC' : ''}`);
  const micros = parseTime(match?.[2] ?? '00:00');
  if (days === null || micros === null) {
    throw new EncodeError(name, "a string that is no date and time like '2000-01-31 12:34:56.789'");
  }
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  write(writer, name, days * SECONDS_PER_DAY + seconds - (east ?? 0), micros - seconds * MICROS_PER_SECOND);
}

/** For a timestamp without zone, what the Date is in UTC. */
function encodeDate(writer: MessageWriter, name: string, date: Date): void {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new EncodeError(name, 'an invalid Date');
  const seconds = Math.floor(ms / 1000);
  write(writer, name, seconds - EPOCH_SECONDS, (ms - seconds * 1000) * 1000);
}

function write(writer: MessageWriter, name: string, seconds: number, micros: number): void {
  if (seconds < SECONDS_MIN || seconds >= SECONDS_END) throw new EncodeError(name, 'out of range');
  writer.int64(BigInt(seconds) * BigInt(MICROS_PER_SECOND) + BigInt(micros));
}

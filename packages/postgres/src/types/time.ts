/** time: microseconds from midnight; timetz: with the zone's distance from UTC. */
import { DecodeError, EncodeError } from '../errors.js';
import { SECONDS_PER_DAY, twoDigits } from './calendar.js';
import type { Codec } from './codec.js';
import { safeInt64 } from './integers.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';

const MICROS_PER_SECOND = 1_000_000;
/** 24:00:00, which is a time. */
const TIME_MAX = SECONDS_PER_DAY * MICROS_PER_SECOND;
/** PostgreSQL's own limit of a zone. */
const ZONE_SECONDS_MAX = 16 * 3600;

export const time: Codec<string> = {
  ...typeOf('time'),
  format: 1,
  fixedBytes: 8,
  decode: (_memory, view, start) => readTime('time', view, start),
  encode: (writer, value) => writer.int64(BigInt(timeFrom('time', value))),
};

export const timetz: Codec<string> = {
  ...typeOf('timetz'),
  format: 1,
  fixedBytes: 12,
  decode(_memory, view, start) {
    // West of Greenwich is positive.
    const east = -view.getInt32(start + 8);
    if (Math.abs(east) >= ZONE_SECONDS_MAX) throw new DecodeError('timetz', 'a zone that is too far away');
    return readTime('timetz', view, start) + zoneText(east);
  },
  encode(writer, value) {
    if (typeof value !== 'string') throw wrongKind('timetz', value, "a string like '12:34:56+01'");
    const { rest, east } = splitZone(value);
    if (east === null) throw new EncodeError('timetz', "a string without a zone like '+01'");
    writer.int64(BigInt(timeFrom('timetz', rest)));
    writer.int32(-east);
  },
};

/** The time of `seconds` and `micros` of a day, without zeros at the end of the fraction. */
export function timeText(seconds: number, micros: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const text = `${twoDigits(hours)}:${twoDigits(minutes - hours * 60)}:${twoDigits(seconds - minutes * 60)}`;
  return micros === 0 ? text : `${text}.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
}

/** The microseconds of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.ffffff`, up to 24:00:00; null if it is none. */
export function parseTime(text: string): number | null {
  const match = /^(\d\d):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?$/.exec(text);
  if (match === null) return null;
  const [, hours, minutes, seconds = '0', fraction = ''] = match;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const micros = whole * MICROS_PER_SECOND + Number(fraction.padEnd(6, '0'));
  return micros <= TIME_MAX ? micros : null;
}

/** The zone as PostgreSQL writes it: `+01`, `-03:30`. */
function zoneText(east: number): string {
  const distance = Math.abs(east);
  const [hours, minutes, seconds] = [Math.floor(distance / 3600), Math.floor(distance / 60) % 60, distance % 60];
  const behind = seconds === 0 ? '' : `:${twoDigits(seconds)}`;
  const middle = minutes === 0 && seconds === 0 ? '' : `:${twoDigits(minutes)}`;
  return `${east < 0 ? '-' : '+'}${twoDigits(hours)}${middle}${behind}`;
}

/** Takes a zone from the end of a text: the seconds that it is east of UTC, or null if there is none. */
export function splitZone(text: string): { rest: string; east: number | null } {
  const match = /^(.*\d) ?(?:Z|([+-])(\d\d)(?::?([0-5]\d)(?::?([0-5]\d))?)?)$/.exec(text);
  // A time has its colon before the sign: the `-31` of a date is no zone.
  if (match === null || !match[1]!.includes(':')) return { rest: text, east: null };
  const [, rest = '', sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const distance = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  if (distance >= ZONE_SECONDS_MAX) return { rest: text, east: null };
  return { rest, east: sign === '-' ? -distance : distance };
}

function readTime(name: string, view: DataView, start: number): string {
  const total = safeInt64(view, start);
  if (!(total >= 0 && total <= TIME_MAX)) throw new DecodeError(name, 'not within a day');
  const seconds = Math.floor(total / MICROS_PER_SECOND);
  return timeText(seconds, total - seconds * MICROS_PER_SECOND);
}

function timeFrom(name: string, value: unknown): number {
  if (typeof value !== 'string') throw wrongKind(name, value, "a string like '12:34:56'");
  const micros = parseTime(value);
  if (micros === null) throw new EncodeError(name, "a string that is no time like '12:34:56.789'");
  return micros;
}

/**
 * Days and dates of the Gregorian calendar, extended to all times, as PostgreSQL counts them: from 2000-01-01.
 *
 * Years are written without the year zero, 1 BC comes before 1. Here they are counted with it: 0 is 1 BC, -1 is 2 BC.
 */

/** From 1970-01-01, where JavaScript begins to count, to 2000-01-01. */
export const EPOCH_DAYS = 10_957;
export const SECONDS_PER_DAY = 86_400;

/** From 2000-03-01 to the days that are counted here; a year that begins in March has its leap day at its end. */
const MARCH_DAYS = 60;
const DAYS_PER_400_YEARS = 146_097;
const DAYS_PER_100_YEARS = 36_524;
const DAYS_PER_4_YEARS = 1_461;

const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** Two digits of a number from 0 to 99. */
export function twoDigits(number: number): string {
  return TWO_DIGITS[number]!;
}

/** The date as PostgreSQL writes it; `time` stands between it and `BC`. */
export function dateText(days: number, time = ''): string {
  const sinceMarch = days - MARCH_DAYS;
  const cycle = Math.floor(sinceMarch / DAYS_PER_400_YEARS);
  const dayOfCycle = sinceMarch - cycle * DAYS_PER_400_YEARS;
  // The last day of four centuries, and of four years, is a leap day, which begins no new one.
  const century = Math.min(Math.floor(dayOfCycle / DAYS_PER_100_YEARS), 3);
  const dayOfCentury = dayOfCycle - century * DAYS_PER_100_YEARS;
  const fourYears = Math.floor(dayOfCentury / DAYS_PER_4_YEARS);
  const dayOfFour = dayOfCentury - fourYears * DAYS_PER_4_YEARS;
  const yearOfFour = Math.min(Math.floor(dayOfFour / 365), 3);
  const dayOfYear = dayOfFour - yearOfFour * 365;

  // From March on, months have 31, 30, 31, 30, 31 days again and again: 153 in five of them.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const isNextYear = monthFromMarch >= 10;
  const month = isNextYear ? monthFromMarch - 9 : monthFromMarch + 3;
  const year = 2000 + cycle * 400 + century * 100 + fourYears * 4 + yearOfFour + (isNextYear ? 1 : 0);
  const shown = year > 0 ? year : 1 - year;
  const digits = shown >= 1000 ? String(shown) : String(shown).padStart(4, '0');
  return `${digits}-${twoDigits(month)}-${twoDigits(day)}${time}${year > 0 ? '' : ' BC'}`;
}

/** The days of a date; `year` 0 is 1 BC. The month is from 1 to 12. */
function daysOf(year: number, month: number, day: number): number {
  const isBeforeMarch = month < 3;
  const yearFromMarch = year - 2000 - (isBeforeMarch ? 1 : 0);
  const monthFromMarch = isBeforeMarch ? month + 9 : month - 3;
  const leapDays = Math.floor(yearFromMarch / 4) - Math.floor(yearFromMarch / 100) + Math.floor(yearFromMarch / 400);
  return MARCH_DAYS + yearFromMarch * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
}

/**
 * The days of a date in text: `'2000-01-31'`, with more digits for later years, `'0044-03-15 BC'`, or with the sign of ISO
 * 8601, which counts a year zero: `'-000043-03-15'`. Null if it is none.
 */
export function parseDate(text: string): number | null {
  const match = /^([+-]?)(\d{4,7})-(\d\d)-(\d\d)( BC)?$/.exec(text);
  if (match === null) return null;
  const [, sign, digits, monthDigits, dayDigits, era] = match;
  const isBeforeChrist = era !== undefined;
  if (sign === '' ? Number(digits) === 0 : isBeforeChrist) return null;
  const count = sign === '-' ? -Number(digits) : Number(digits);
  const year = isBeforeChrist ? 1 - count : count;
  const [month, day] = [Number(monthDigits), Number(dayDigits)];
  if (month < 1 || month > 12 || day < 1) return null;
  const days = daysOf(year, month, day);
  const nextMonth = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
  return days < nextMonth ? days : null;
}

/** The number that a float4 was written as: the one with the fewest digits among those that are rounded to the same 32 bits. */

/** Up to this power, ten to it is exact, and so a division by it is rounded once, as reading the digits would be. */
const EXACT_POWER_MAX = 22;
const POWERS = Array.from({ length: EXACT_POWER_MAX + 1 }, (_, power) => Number(`1e${power}`));
/** Every decimal number of so many digits is a float4 of its own, every float4 has one of so many digits. */
const DIGITS_MIN = 6;
const DIGITS_MAX = 9;
/** Below, float4 has fewer bits. */
const NORMAL_MIN = 2 ** -126;

/** `float` is one that 32 bits can hold. */
export function shortestFloat(float: number): number {
  if (Number.isInteger(float) && Math.abs(float) < 1e6) return float;
  const size = Math.abs(float);
  if (!(size >= NORMAL_MIN && size < Number.POSITIVE_INFINITY)) return size > 0 ? byDigits(float, 1) : float;
  const power = DIGITS_MIN - wholeDigits(size);
  if (power > EXACT_POWER_MAX - 3 || power < -EXACT_POWER_MAX) return byDigits(float, DIGITS_MIN);
  for (let shift = power; shift <= power + DIGITS_MAX - DIGITS_MIN; shift++) {
    const digits = roundedToEven(shift < 0 ? float / POWERS[-shift]! : float * POWERS[shift]!);
    const nearest = shifted(digits, shift);
    if (isReadAs(float, nearest)) return nearest;
    // Numbers below a power of two lie closer to it than those above: then the next one may do where the nearest does not.
    const next = shifted(digits + Math.sign(float), shift);
    if (isReadAs(float, next)) return next;
  }
  return byDigits(float, DIGITS_MIN);
}

/** How many digits stand before the point; below 0.1, less than none. Faster than a logarithm, for usual numbers. */
function wholeDigits(size: number): number {
  let digits = 1;
  for (let limit = 10; size >= limit; limit *= 10) digits++;
  for (let limit = 1; size < limit; limit /= 10) digits--;
  return digits;
}

/** Whether `decimal` would be read as `float`, by those, too, who do not know which way to go from the middle of two. */
function isReadAs(float: number, decimal: number): boolean {
  if (Math.fround(decimal) !== float) return false;
  const asFarAgain = 2 * decimal - float;
  return decimal === float || Math.fround(asFarAgain) !== asFarAgain;
}

function shifted(digits: number, shift: number): number {
  return shift < 0 ? digits * POWERS[-shift]! : digits / POWERS[shift]!;
}

function roundedToEven(number: number): number {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The same for very large and very small numbers: slower. */
function byDigits(float: number, digitsMin: number): number {
  for (let count = digitsMin; count <= DIGITS_MAX; count++) {
    const [mantissa = '', exponent] = float.toExponential(count - 1).split('e');
    const digits = Number(mantissa.replace('.', ''));
    const power = Number(exponent) - count + 1;
    const nearest = Number(`${digits}e${power}`);
    if (isReadAs(float, nearest)) return nearest;
    const next = Number(`${digits + Math.sign(float)}e${power}`);
    if (isReadAs(float, next)) return next;
  }
  return float;
}

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
  const power = DIGITS_MIN - 1 - Math.floor(Math.log10(size));
  for (let more = 0; more <= DIGITS_MAX - DIGITS_MIN; more++) {
    const shift = power + more;
    if (shift > EXACT_POWER_MAX || shift < -EXACT_POWER_MAX) return byDigits(float, DIGITS_MIN);
    const shortened = rounded(float, shift);
    if (Math.fround(shortened) === float) return shortened;
  }
  return byDigits(float, DIGITS_MIN);
}

/** `float` with `shift` digits behind the point; before it, if that is negative. */
function rounded(float: number, shift: number): number {
  if (shift < 0) return Math.round(float / POWERS[-shift]!) * POWERS[-shift]!;
  return Math.round(float * POWERS[shift]!) / POWERS[shift]!;
}

function byDigits(float: number, digitsMin: number): number {
  for (let digits = digitsMin; digits <= DIGITS_MAX; digits++) {
    const shortened = Number(float.toPrecision(digits));
    if (Math.fround(shortened) === float) return shortened;
  }
  return float;
}

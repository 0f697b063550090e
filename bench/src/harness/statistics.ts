/** Figures over a few samples. */

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('the median of nothing');
  return (upper + lower) / 2;
}

/** The sum, or null when any part of it is unknown. */
export function sumOfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

/** The least value, or null when any is unknown. */
export function leastOfKnown(values: readonly (number | null)[]): number | null {
  return values.includes(null) || values.length === 0 ? null : Math.min(...(values as readonly number[]));
}

/** The greatest value, or null when any is unknown. */
export function greatestOfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (most === null || value === null ? null : Math.max(most, value)), 0);
}

/** With six digits, more than any figure here deserves: what a binary fraction adds behind them is left out. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

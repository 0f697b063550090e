/** Figures as text. What nobody knows is a dash. */

const UNKNOWN = '–';
const LEAST_SHARE = 0.0001;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const hundredths = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const twoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const fewDigits = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** With thousands separated, no fraction. */
export function formatWhole(value: number | null): string {
  return value === null ? UNKNOWN : whole.format(value);
}

/** Throughput: whole from a hundred on, below that with as many digits as tell something. */
export function formatRate(value: number | null): string {
  if (value === null) return UNKNOWN;
  return value >= 100 ? whole.format(value) : twoDigits.format(value);
}

/** In millions, with three digits. */
export function formatMillions(value: number): string {
  return threeDigits.format(value / 1e6);
}

/** With two decimals. */
export function formatHundredths(value: number | null): string {
  return value === null ? UNKNOWN : hundredths.format(value);
}

/** Small shares keep two digits, down to where they no longer matter; a true zero is `0`. */
export function formatShare(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value > 0 && value < LEAST_SHARE) return `<${LEAST_SHARE}`;
  return value >= 0.1 ? hundredths.format(value) : twoDigits.format(value);
}

/** A part of one, in whole hundredths. */
export function formatPercent(share: number | null): string {
  return share === null ? UNKNOWN : `${whole.format(share * 100)} %`;
}

/** Bytes as MB of 10^6. */
export function formatMegabytes(bytes: number | null): string {
  return bytes === null ? UNKNOWN : whole.format(bytes / 1e6);
}

/** Bytes in the unit that reads best, in powers of ten. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= size) return `${fewDigits.format(bytes / size)} ${unit}`;
  }
  return `${bytes} bytes`;
}

/** Nanoseconds in the unit that reads best, with three digits. */
export function formatNanos(nanos: number): string {
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['µs', 1e3],
  ] as const) {
    if (nanos >= size) return `${threeDigits.format(nanos / size)} ${unit}`;
  }
  return `${threeDigits.format(nanos)} ns`;
}

/** A number beside an axis, as short as it is. */
export function formatAxis(value: number): string {
  return value >= 10_000 ? formatAbout(value) : threeDigits.format(value);
}

/** A large number in thousands or millions, with three digits: `12.3 k`, `4.56 M`. */
export function formatAbout(value: number): string {
  if (value >= 1e6) return `${threeDigits.format(value / 1e6)} M`;
  return value >= 1e3 ? `${threeDigits.format(value / 1e3)} k` : threeDigits.format(value);
}

/** A count with its noun, in singular or plural. */
export function formatCount(count: number, noun: string): string {
  return `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Counts that may differ, with their noun: `5 rounds`, `3–5 rounds`; none at all count 0. */
export function formatCounts(counts: readonly number[], noun: string): string {
  const [least, most] = counts.length === 0 ? [0, 0] : [Math.min(...counts), Math.max(...counts)];
  return least === most ? formatCount(most, noun) : `${whole.format(least)}–${formatCount(most, noun)}`;
}

/** A moment of ISO 8601 for people to read, to the minute. */
export function formatTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/, '$1 at $2 UTC');
}

/**
 * Arrays that are always young when they are made.
 *
 * V8 watches what becomes of the arrays and objects that a literal makes. If most of those of one literal live at a
 * collection, it makes the next ones in the old generation at once. For rows that is decided in the first moments of a
 * program, when a collection comes after each few results; and it never goes back: dead old arrays keep the young values
 * in them alive until the next full collection, so all of them seem to live. The collector then took 60 % of the time of
 * a driver that does nothing but read results.
 *
 * Copies of an array are not watched, and objects that a constructor makes are not.
 */

const ANY: unknown[] = [null];
ANY.length = 0;

/** An empty array for values of any type. */
export function untrackedArray<T>(): T[] {
  return ANY.slice() as T[];
}

/** An array of so many nulls. */
export function untrackedNulls(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

/** More of them at once than that are not worth keeping. */
const ZEROS_MAX = 1024;
const ZEROS: number[] = Array.from({ length: ZEROS_MAX }, () => 0);

/** An array of so many zeros. */
export function untrackedZeros(count: number): number[] {
  if (count <= ZEROS_MAX) return ZEROS.slice(0, count);
  const zeros = ZEROS.slice();
  while (zeros.length < count) zeros.push(0);
  return zeros;
}

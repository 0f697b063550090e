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
export function untrackedArray<T = unknown>(): T[] {
  return ANY.slice() as T[];
}

/** More of them at once than that are not worth keeping. */
const MODEL_COUNT = 1024;
const NULLS = model(null);
const ZEROS = model(0);
const DOUBLES = model(0.5);

/** An array of so many nulls. */
export function untrackedNulls(count: number): null[] {
  return copyOf(NULLS, count);
}

/** An array of so many zeros, for whole numbers. */
export function untrackedZeros(count: number): number[] {
  return copyOf(ZEROS, count);
}

/** An array of so many numbers, for those with a fraction: V8 keeps them as they are in it. */
export function untrackedDoubles(count: number): number[] {
  return copyOf(DOUBLES, count);
}

/** Made by appending: an array that was made with its size has what V8 calls holes, and each look at it is slower. */
function model<T>(value: T): T[] {
  const values: T[] = [];
  for (let i = 0; i < MODEL_COUNT; i++) values.push(value);
  return values;
}

function copyOf<T>(model: readonly T[], count: number): T[] {
  const values = model.slice(0, count);
  while (values.length < count) values.push(model[0]!);
  return values;
}

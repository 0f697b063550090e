/**
 * Garbage that makes V8 collect sooner, and less.
 *
 * The bytes of values lie outside V8's heap. V8 collects its young generation when 32 MB of such memory are new, unless
 * the young objects themselves fill theirs before; but it counts that memory towards the limit of the old generation, of
 * which a small program has 24 MB to spare. So where large values come and go, a collection of everything follows each
 * of the small ones. With more garbage among the objects the small ones come in time, and find all of it dead.
 * How much is enough was measured: `docs/decisions/0020-garbage-beside-large-values.md`.
 */

/** Of 8 bytes each: 64 KiB. */
const SLOTS_MAX = 8 * 1024;
/** Memory of one size after the other that is larger is not what programs receive thousands of times a second. */
const GIVEN_BYTES_MAX = 512 * 1024;

/** Holds the last of it for a moment, or the compiler would leave it out. */
const held: { garbage: unknown[] | null } = { garbage: null };

/** For so many bytes outside the heap that belong to values from now on: makes a third as much garbage inside. */
export function makeYoungGarbage(givenBytes: number): void {
  if (givenBytes > GIVEN_BYTES_MAX) return;
  for (let slots = (givenBytes * 5) >> 7; slots > 0; slots -= SLOTS_MAX) {
    held.garbage = new Array(Math.min(slots, SLOTS_MAX));
  }
  held.garbage = null;
}

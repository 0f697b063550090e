/**
 * Ranges and multiranges of the types that PostgreSQL has some of.
 *
 *     range        flags | length | lower bound | length | upper bound      a bound that is not there is infinite
 *     multirange   count | length | range | length | range | …
 */
import { DecodeError, EncodeError } from '../errors.js';
import type { Codec } from './codec.js';
import { decodeNested, encodeNested, NULL_LENGTH, nestedLength } from './nested-value.js';
import { type TypeName, typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { untrackedArray } from './untracked-array.js';

const EMPTY = 0x01;
const LOWER_INCLUDED = 0x02;
const UPPER_INCLUDED = 0x04;
const LOWER_INFINITE = 0x08;
const UPPER_INFINITE = 0x10;
const FLAGS_MAX = 0x1f;

/** All values between two bounds. */
export interface Range<T = unknown> {
  /** Null: it has no lower end. */
  readonly lower: T | null;
  /** Null: it has no upper end. */
  readonly upper: T | null;
  /** Whether the lower bound is part of it; true if it is left out in what is sent. */
  readonly lowerInc: boolean;
  /** Whether the upper bound is part of it; false if it is left out in what is sent. */
  readonly upperInc: boolean;
  /** Whether there is nothing in it; the bounds are null then. False if it is left out in what is sent. */
  readonly empty: boolean;
}

/** The codec of ranges of a type. */
export function rangeCodec(name: TypeName, bound: Codec): Codec<Range> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode(memory, view, start, end) {
      const flags = start < end ? memory[start]! : FLAGS_MAX + 1;
      if (flags > FLAGS_MAX) throw new DecodeError(name, 'unknown flags');
      let p = start + 1;
      function readBound(infinite: number): unknown {
        if ((flags & (EMPTY | infinite)) !== 0) return null;
        const bytes = nestedLength(name, view, p, end);
        if (bytes === NULL_LENGTH) throw new DecodeError(name, 'a bound that is null');
        p += 4 + bytes;
        return decodeNested(bound, memory, view, p - bytes, p);
      }
      const lower = readBound(LOWER_INFINITE);
      const upper = readBound(UPPER_INFINITE);
      if (p !== end) throw new DecodeError(name, 'bytes behind its bounds');
      const [lowerInc, upperInc] = [(flags & LOWER_INCLUDED) !== 0, (flags & UPPER_INCLUDED) !== 0];
      return { lower, upper, lowerInc, upperInc, empty: (flags & EMPTY) !== 0 };
    },
    encode(writer, value) {
      const { lower, upper, flags } = partsOf(name, value);
      writer.uint8(flags);
      if ((flags & (EMPTY | LOWER_INFINITE)) === 0) encodeNested(writer, bound, lower);
      if ((flags & (EMPTY | UPPER_INFINITE)) === 0) encodeNested(writer, bound, upper);
    },
  };
}

/** The codec of multiranges: arrays of ranges. */
export function multirangeCodec(name: TypeName, range: Codec<Range>): Codec<Range[]> {
  return {
    ...typeOf(name),
    format: 1,
    fixedBytes: -1,
    decode(memory, view, start, end) {
      const count = end - start < 4 ? -1 : view.getInt32(start);
      if (count < 0 || count * 4 > end - start - 4) throw new DecodeError(name, 'fewer ranges than it says');
      const ranges = untrackedArray<Range>();
      let p = start + 4;
      for (let i = 0; i < count; i++) {
        const bytes = nestedLength(name, view, p, end);
        if (bytes === NULL_LENGTH) throw new DecodeError(name, 'a range that is null');
        p += 4 + bytes;
        ranges.push(range.decode(memory, view, p - bytes, p));
      }
      if (p !== end) throw new DecodeError(name, 'bytes behind its last range');
      return ranges;
    },
    encode(writer, value) {
      if (!Array.isArray(value)) throw wrongKind(name, value, 'an array of ranges');
      writer.int32(value.length);
      for (const item of value) {
        if (item === null) throw new EncodeError(name, 'a range that is null');
        encodeNested(writer, range, item);
      }
    },
  };
}

function partsOf(name: string, value: unknown): { lower: unknown; upper: unknown; flags: number } {
  if (typeof value !== 'object' || value === null) throw wrongKind(name, value, '{ lower, upper }');
  const { lower, upper, lowerInc = true, upperInc = false, empty = false } = value as Partial<Range>;
  if (empty) return { lower: null, upper: null, flags: EMPTY };
  // Forgotten bounds must not become none.
  if (lower === undefined || upper === undefined) throw new EncodeError(name, 'a bound is missing; null is for none');
  const lowerFlag = lower === null ? LOWER_INFINITE : lowerInc ? LOWER_INCLUDED : 0;
  const upperFlag = upper === null ? UPPER_INFINITE : upperInc ? UPPER_INCLUDED : 0;
  return { lower, upper, flags: lowerFlag | upperFlag };
}

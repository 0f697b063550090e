/** Geometric types, as objects. */
import { DecodeError, EncodeError } from '../errors.js';
import type { MessageWriter } from '../wire/message-writer.js';
import type { Codec } from './codec.js';
import { typeOf } from './oids.js';
import { wrongKind } from './refusals.js';
import { untrackedArray } from './untracked-array.js';

const POINT_BYTES = 16;

/** A point. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The line of all points with `a * x + b * y + c = 0`. */
export interface Line {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** A line segment between two points. */
export interface LineSegment {
  readonly start: Point;
  readonly end: Point;
}

/** A box between its upper right corner and its lower left one; the server puts them in this order. */
export interface Box {
  readonly high: Point;
  readonly low: Point;
}

/** Points one after the other; `isClosed` if the last is connected with the first. */
export interface Path {
  readonly isClosed: boolean;
  readonly points: readonly Point[];
}

/** The corners of a closed shape. */
export interface Polygon {
  readonly points: readonly Point[];
}

/** A circle. */
export interface Circle {
  readonly center: Point;
  readonly radius: number;
}

export const point: Codec<Point> = {
  ...typeOf('point'),
  format: 1,
  fixedBytes: POINT_BYTES,
  decode: (_memory, view, start) => readPoint(view, start),
  encode: (writer, value) => writePoint(writer, 'point', value),
};

export const line: Codec<Line> = {
  ...typeOf('line'),
  format: 1,
  fixedBytes: 24,
  decode: (_memory, view, start) => ({
    a: view.getFloat64(start),
    b: view.getFloat64(start + 8),
    c: view.getFloat64(start + 16),
  }),
  encode(writer, value) {
    const { a, b, c } = partsOf<Line>('line', value, '{ a, b, c }');
    writeNumbers(writer, 'line', a, b, c);
  },
};

export const lseg: Codec<LineSegment> = {
  ...typeOf('lseg'),
  format: 1,
  fixedBytes: 2 * POINT_BYTES,
  decode: (_memory, view, start) => ({ start: readPoint(view, start), end: readPoint(view, start + POINT_BYTES) }),
  encode(writer, value) {
    const { start, end } = partsOf<LineSegment>('lseg', value, '{ start, end }');
    writePoint(writer, 'lseg', start);
    writePoint(writer, 'lseg', end);
  },
};

export const box: Codec<Box> = {
  ...typeOf('box'),
  format: 1,
  fixedBytes: 2 * POINT_BYTES,
  decode: (_memory, view, start) => ({ high: readPoint(view, start), low: readPoint(view, start + POINT_BYTES) }),
  encode(writer, value) {
    const { high, low } = partsOf<Box>('box', value, '{ high, low }');
    writePoint(writer, 'box', high);
    writePoint(writer, 'box', low);
  },
};

export const path: Codec<Path> = {
  ...typeOf('path'),
  format: 1,
  fixedBytes: -1,
  decode(memory, view, start, end) {
    if (start === end || memory[start]! > 1) throw new DecodeError('path', 'neither open nor closed');
    return { isClosed: memory[start] === 1, points: readPoints('path', view, start + 1, end) };
  },
  encode(writer, value) {
    const { isClosed, points } = partsOf<Path>('path', value, '{ isClosed, points }');
    if (typeof isClosed !== 'boolean') throw wrongKind('path', isClosed, 'a boolean for isClosed');
    writer.uint8(isClosed ? 1 : 0);
    writePoints(writer, 'path', points);
  },
};

export const polygon: Codec<Polygon> = {
  ...typeOf('polygon'),
  format: 1,
  fixedBytes: -1,
  decode: (_memory, view, start, end) => ({ points: readPoints('polygon', view, start, end) }),
  encode: (writer, value) => writePoints(writer, 'polygon', partsOf<Polygon>('polygon', value, '{ points }').points),
};

export const circle: Codec<Circle> = {
  ...typeOf('circle'),
  format: 1,
  fixedBytes: POINT_BYTES + 8,
  decode: (_memory, view, start) => ({ center: readPoint(view, start), radius: view.getFloat64(start + POINT_BYTES) }),
  encode(writer, value) {
    const { center, radius } = partsOf<Circle>('circle', value, '{ center, radius }');
    writePoint(writer, 'circle', center);
    writeNumbers(writer, 'circle', radius);
  },
};

function readPoint(view: DataView, start: number): Point {
  return { x: view.getFloat64(start), y: view.getFloat64(start + 8) };
}

function readPoints(name: string, view: DataView, start: number, end: number): Point[] {
  const count = end - start < 4 ? -1 : view.getInt32(start);
  if (count < 0 || end - start - 4 !== count * POINT_BYTES)
    throw new DecodeError(name, 'not as many points as it says');
  const points = untrackedArray<Point>();
  for (let p = start + 4; p < end; p += POINT_BYTES) points.push(readPoint(view, p));
  return points;
}

function writePoint(writer: MessageWriter, name: string, value: unknown): void {
  const { x, y } = partsOf<Point>(name, value, '{ x, y }');
  writeNumbers(writer, name, x, y);
}

function writePoints(writer: MessageWriter, name: string, points: unknown): void {
  if (!Array.isArray(points)) throw wrongKind(name, points, 'an array of points');
  writer.int32(points.length);
  for (const point of points) writePoint(writer, name, point);
}

function writeNumbers(writer: MessageWriter, name: string, ...numbers: readonly unknown[]): void {
  for (const number of numbers) {
    if (typeof number !== 'number') throw new EncodeError(name, 'a part that is no number');
    writer.float64(number);
  }
}

function partsOf<T>(name: string, value: unknown, wanted: string): Partial<Record<keyof T, unknown>> {
  if (typeof value !== 'object' || value === null) throw wrongKind(name, value, wanted);
  return value;
}

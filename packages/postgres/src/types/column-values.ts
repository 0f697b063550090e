/** The values of one column in one array: typed where the type is one of numbers, with the nulls apart. */
import type { Codec } from './codec.js';
import type { TypeName } from './oids.js';

/** Arrays of numbers of one size. */
export type NumberArray =
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** A column as a whole. */
export interface ColumnValues {
  /** One for each row; where there is null, 0 in a typed array, null in any other. */
  readonly values: NumberArray | unknown[];
  /** One for each row: 1 is null. Null if none of them is. */
  readonly nulls: Uint8Array | null;
}

/** Takes the values of a column one by one. */
export interface ColumnBuilder {
  /** The next row's value lies from `start` to `end`; its size has been checked. */
  append(memory: Uint8Array, view: DataView, start: number, end: number): void;
  /** The next row has none. */
  appendNull(): void;
  /** What was taken, of the first `rowCount` rows. The builder is not to be used again. */
  finish(rowCount: number): ColumnValues;
}

const FIRST_ROWS = 64;

/** A builder for the column of a codec. */
export function columnBuilder(codec: Codec): ColumnBuilder {
  const makeTyped = codec.format === 1 ? TYPED[codec.name as TypeName] : undefined;
  return makeTyped?.() ?? new PlainColumn(codec);
}

class PlainColumn implements ColumnBuilder {
  readonly #codec: Codec;
  readonly #values: unknown[] = [];
  readonly #nulls = new Nulls();

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  append(memory: Uint8Array, view: DataView, start: number, end: number): void {
    this.#values.push(this.#codec.decode(memory, view, start, end));
  }

  appendNull(): void {
    this.#nulls.add(this.#values.length);
    this.#values.push(null);
  }

  finish(rowCount: number): ColumnValues {
    this.#values.length = Math.min(this.#values.length, rowCount);
    return { values: this.#values, nulls: this.#nulls.finish(rowCount) };
  }
}

/** Grows by doubling; each subclass reads its own type, so that reading is not one more call. */
abstract class TypedColumn<T extends NumberArray> implements ColumnBuilder {
  protected values: T;
  #rows = 0;
  readonly #allocate: (rows: number) => T;
  readonly #nulls = new Nulls();

  constructor(allocate: (rows: number) => T) {
    this.#allocate = allocate;
    this.values = allocate(FIRST_ROWS);
  }

  abstract append(memory: Uint8Array, view: DataView, start: number): void;

  appendNull(): void {
    this.#nulls.add(this.next());
  }

  finish(rowCount: number): ColumnValues {
    const values = this.values.length === rowCount ? this.values : this.values.slice(0, rowCount);
    return { values, nulls: this.#nulls.finish(rowCount) };
  }

  /** The place of the next row's value; it is 0 there. */
  protected next(): number {
    const row = this.#rows++;
    if (row === this.values.length) this.#grow();
    return row;
  }

  #grow(): void {
    const values = this.#allocate(this.values.length * 2);
    // The same type as before, which TypeScript cannot say of a union.
    (values as Int32Array).set(this.values as Int32Array);
    this.values = values;
  }
}

class BoolColumn extends TypedColumn<Uint8Array> {
  append(memory: Uint8Array, _view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = memory[start] === 0 ? 0 : 1;
  }
}

class Int2Column extends TypedColumn<Int16Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getInt16(start);
  }
}

class Int4Column extends TypedColumn<Int32Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getInt32(start);
  }
}

class OidColumn extends TypedColumn<Uint32Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getUint32(start);
  }
}

class Int8Column extends TypedColumn<BigInt64Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getBigInt64(start);
  }
}

class Float4Column extends TypedColumn<Float32Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getFloat32(start);
  }
}

class Float8Column extends TypedColumn<Float64Array> {
  append(_memory: Uint8Array, view: DataView, start: number): void {
    const row = this.next();
    this.values[row] = view.getFloat64(start);
  }
}

const oidColumn = () => new OidColumn((rows) => new Uint32Array(rows));

const TYPED: Partial<Record<TypeName, () => ColumnBuilder>> = {
  bool: () => new BoolColumn((rows) => new Uint8Array(rows)),
  int2: () => new Int2Column((rows) => new Int16Array(rows)),
  int4: () => new Int4Column((rows) => new Int32Array(rows)),
  int8: () => new Int8Column((rows) => new BigInt64Array(rows)),
  oid: oidColumn,
  xid: oidColumn,
  cid: oidColumn,
  float4: () => new Float4Column((rows) => new Float32Array(rows)),
  float8: () => new Float8Column((rows) => new Float64Array(rows)),
};

/** Which rows are null; takes memory only once there is one. */
class Nulls {
  #flags: Uint8Array | null = null;

  add(row: number): void {
    if (this.#flags === null || row >= this.#flags.length) this.#grow(row);
    this.#flags![row] = 1;
  }

  finish(rowCount: number): Uint8Array | null {
    if (this.#flags === null) return null;
    const flags = new Uint8Array(rowCount);
    flags.set(this.#flags.subarray(0, rowCount));
    return flags.includes(1) ? flags : null;
  }

  #grow(row: number): void {
    const flags = new Uint8Array(Math.max(FIRST_ROWS, row * 2));
    if (this.#flags !== null) flags.set(this.#flags);
    this.#flags = flags;
  }
}

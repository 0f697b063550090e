/** How the values of one PostgreSQL type are read and written. */
import type { MessageWriter } from '../wire/message-writer.js';

/** 0: text; 1: binary. As in Bind and RowDescription. */
type Format = 0 | 1;

/** One type, in one of its two forms. `T` is what its values are in JavaScript. */
export interface Codec<T = unknown> {
  /** PostgreSQL's own name of the type (`pg_type.typname`). */
  readonly name: string;
  /** The type's OID; 0 for one that stands for every type without a codec of its own. */
  readonly oid: number;
  /** The OID of its arrays; 0 if there is no such type. */
  readonly arrayOid: number;
  /** The form that `decode` reads and `encode` writes. */
  readonly format: Format;
  /** The bytes that every value has; -1 where that varies. The decoder of rows has checked it before `decode` is called. */
  readonly fixedBytes: number;
  /**
   * Makes the value of the bytes from `start` to `end`, which lie inside `memory`; null never gets here.
   *
   * The value owns its memory: nothing of `memory`, which is received into again, may be part of it.
   *
   * @param view Of the same memory, with the same offsets.
   * @throws {DecodeError} The bytes cannot be a value of the type.
   */
  decode(memory: Uint8Array, view: DataView, start: number, end: number): T;
  /**
   * The same as an expression for the row function that is compiled, where a call would cost too much: over `m` (memory), `v`
   * (view) and `p` (start). Only for types of a fixed size, which it may rely on; it must not throw, or be over-read.
   */
  readonly inline?: string;
  /**
   * Appends the value's bytes, without their length. `value` is neither null nor undefined.
   *
   * @throws {EncodeError} It is no value of the type: wrong JavaScript type, out of range, not to be expressed exactly.
   *   What was written of it is dropped by the caller.
   */
  encode(writer: MessageWriter, value: unknown): void;
}

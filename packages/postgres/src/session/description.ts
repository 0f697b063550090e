/** What a server says of a statement's text. */
import type { Codec } from '../types/codec.js';
import type { TypeRegistry } from '../types/registry.js';
import type { Column } from '../wire/backend-messages.js';
import { compileRows } from './row-function.js';
import type { RowFunction, RowMode } from './row-shape.js';

/** What is known of a statement's text: the same on every connection of a pool, so it is asked for once. */
export class Description {
  readonly text: string;
  readonly parameterOids: readonly number[];
  readonly parameters: readonly Codec[];
  readonly columns: readonly Column[];
  readonly codecs: readonly Codec[];
  readonly #registry: TypeRegistry;
  /** By mode, made when rows of that mode are wanted first. */
  #objectRows: RowFunction | null = null;
  #arrayRows: RowFunction | null = null;

  constructor(text: string, parameterOids: readonly number[], columns: readonly Column[], registry: TypeRegistry) {
    this.text = text;
    this.parameterOids = parameterOids;
    // Callers get them with every result.
    this.columns = Object.freeze(columns.map((column) => Object.freeze(column)));
    this.#registry = registry;
    this.parameters = parameterOids.map((oid) => registry.codecOf(oid));
    this.codecs = columns.map(({ typeOid }) => registry.codecOf(typeOid));
  }

  /** The same statement, whose result has other columns now. */
  withColumns(columns: readonly Column[]): Description {
    return new Description(this.text, this.parameterOids, columns, this.#registry);
  }

  /** The function that reads its rows. */
  rows(mode: RowMode): RowFunction {
    if (mode === 'array') {
      this.#arrayRows ??= compileRows(this.columns, this.codecs, mode);
      return this.#arrayRows;
    }
    this.#objectRows ??= compileRows(this.columns, this.codecs, mode);
    return this.#objectRows;
  }
}

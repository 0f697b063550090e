/** What everything can do that statements can be run on: a connection, a transaction, a pool. */
import { PostgresClientError } from '../errors.js';
import { ColumnsExchange, ExecuteExchange, IntoExchange, QueryExchange } from '../session/query.js';
import type { Columns, Rows } from '../session/results.js';
import type { RowMode } from '../session/row-shape.js';
import type { WaitOptions } from './call.js';
import { type CopyFromOptions, copyFrom } from './copy-from.js';
import type { Link } from './link.js';
import { type BatchEntry, batch, executeMany } from './many.js';
import type { RowSource } from './row-source.js';
import type { RunOptions, Statements } from './statements.js';

/** How a query is run. */
export interface QueryOptions extends RunOptions {
  /** What a row is: an object with a property for each column (of several with one name, the last), or an array. */
  rowMode?: RowMode | undefined;
}

/** A connection to run something on. */
export interface Target {
  readonly link: Link;
  readonly statements: Statements;
}

/** A row as an object, when nothing better is known of it. */
export type Row = Record<string, unknown>;

const NO_PARAMS: readonly unknown[] = [];

/**
 * Runs statements. Each is sent at once, behind those that were sent before it on the same connection, and its answer is
 * its own: an error of one does not touch the others, except in a transaction.
 *
 * Parameters are `$1`, `$2`, … in the text, and are sent as the types that the server expects there. `undefined` is
 * none: null is `null`.
 *
 * All of them reject with `PostgresError` for what the server refuses, `EncodeError` for parameters that do not fit,
 * `DecodeError` for values that cannot be had in JavaScript, `ConnectionError` for the connection.
 */
export abstract class Queryable {
  /** Finds the connection, and calls `job` with it. */
  protected abstract use<T>(job: (target: Target) => Promise<T>, options: WaitOptions | undefined): Promise<T>;

  /** Runs a statement; its rows, with `command`, `rowCount` and `columns`. */
  query<T = Row>(text: string, params: readonly unknown[] = NO_PARAMS, options?: QueryOptions): Promise<Rows<T>> {
    const mode = options?.rowMode ?? 'object';
    return this.use(
      ({ link: { session }, statements }) =>
        statements.run(
          text,
          params,
          options,
          (statement, call) => new QueryExchange<T>(session, statement, mode, call),
        ),
      options,
    );
  }

  /** The same as a tagged template: what is put in is sent as parameters, never as text. */
  sql<T = Row>(strings: TemplateStringsArray, ...params: readonly unknown[]): Promise<Rows<T>> {
    let text = strings[0]!;
    for (let i = 1; i < strings.length; i++) text += `$${i}${strings[i]!}`;
    return this.query<T>(text, params);
  }

  /** The one row of a query. @throws {PostgresClientError} `ERR_ROWS`: there is none, or more than one. */
  async queryRow<T = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<T> {
    const row = await this.queryMaybeRow<T>(text, params, options);
    if (row === null) throw new PostgresClientError('ERR_ROWS', 'one row was expected, none came');
    return row;
  }

  /** The one row of a query, or null if there is none. @throws {PostgresClientError} `ERR_ROWS`: there is more than one. */
  async queryMaybeRow<T = Row>(text: string, params?: readonly unknown[], options?: QueryOptions): Promise<T | null> {
    const rows = await this.query<T>(text, params, options);
    if (rows.length > 1) {
      throw new PostgresClientError('ERR_ROWS', `one row was expected, ${rows.length} came`);
    }
    return rows[0] ?? null;
  }

  /** The one value of the one row of a query. @throws {PostgresClientError} `ERR_ROWS`: there are not exactly one row and one column. */
  async queryValue<T = unknown>(text: string, params?: readonly unknown[], options?: RunOptions): Promise<T> {
    const rows = await this.query<readonly T[]>(text, params, { ...options, rowMode: 'array' });
    if (rows.length !== 1 || rows.columns.length !== 1) {
      const size = `${rows.length} rows of ${rows.columns.length} columns`;
      throw new PostgresClientError('ERR_ROWS', `one value was expected, ${size} came`);
    }
    return rows[0]![0]!;
  }

  /** Runs a statement and drops what it gives back; resolves to the rows it selected, inserted, changed or deleted. */
  execute(text: string, params: readonly unknown[] = NO_PARAMS, options?: RunOptions): Promise<number> {
    return this.use(
      ({ link: { session }, statements }) =>
        statements.run(text, params, options, (statement, call) => new ExecuteExchange(session, statement, call)),
      options,
    );
  }

  /**
   * Runs a statement once for each row of parameters, without waiting in between: all of them, or none.
   *
   * @returns The rows it was about, all together.
   */
  executeMany(text: string, rows: RowSource, options?: RunOptions): Promise<number> {
    return this.use(({ link, statements }) => executeMany(link, statements, text, rows, options), options);
  }

  /** Runs several statements in one round trip: all of them, or none. An error says by `batchIndex` which it was. */
  batch(queries: readonly BatchEntry[], options?: RunOptions): Promise<Rows<unknown>[]> {
    return this.use(({ link, statements }) => batch(link, statements, queries, options), options);
  }

  /** Runs a statement; its result by columns, numbers in typed arrays. */
  columns(text: string, params: readonly unknown[] = NO_PARAMS, options?: RunOptions): Promise<Columns> {
    return this.use(
      ({ link: { session }, statements }) =>
        statements.run(text, params, options, (statement, call) => new ColumnsExchange(session, statement, call)),
      options,
    );
  }

  /**
   * Runs a statement for one row with one value, whose bytes (as binary sends them: those of a `bytea`, the UTF-8 of a
   * text) go straight into `target`.
   *
   * @returns How many bytes. When it rejects, some may be there; the memory is the caller's again.
   * @throws {PostgresClientError} `ERR_ROWS`: not one row with one column, or null. `ERR_LIMIT`: it does not fit.
   */
  readInto(text: string, params: readonly unknown[], target: ArrayBufferView, options?: RunOptions): Promise<number> {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    return this.use(
      ({ link, statements }) =>
        statements.run(text, params, options, (statement, call) => {
          const { codecs } = statement.description;
          if (codecs.length !== 1 || codecs[0]!.format !== 1) throw notOneColumn(codecs.length);
          const { session, transport } = link;
          return new IntoExchange(session, statement, bytes, (nbytes) => transport.countCopied(nbytes), call);
        }),
      options,
    );
  }

  /**
   * Copies rows into a table by COPY in binary, all of them or none.
   *
   * @param table Its name, exactly: upper case and dots are part of it. The schema is an option.
   * @param source Arrays of values in the order of the columns; asked for more as fast as the server takes them.
   * @returns How many rows were copied.
   */
  copyFrom(table: string, source: RowSource, options?: CopyFromOptions): Promise<number> {
    return this.use(({ link, statements }) => copyFrom(link, statements, table, source, options), options);
  }
}

function notOneColumn(columns: number): PostgresClientError {
  return new PostgresClientError(
    'ERR_ROWS',
    `readInto() is for one column that has a binary form: the statement has ${columns}`,
  );
}

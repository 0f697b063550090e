/** What everything can do that statements can be run on: a connection, a transaction, a pool. */
import { setTimeout } from 'node:timers/promises';
import { PostgresClientError } from '../errors.js';
import { ColumnsExchange, ExecuteExchange, IntoExchange, QueryExchange } from '../session/query.js';
import type { Columns, Rows } from '../session/results.js';
import type { RowMode } from '../session/row-shape.js';
import { PostgresError } from '../wire/server-error.js';
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

/** Runs something on a connection, with the options that it is to be run with by then. */
export type Job<T, O extends WaitOptions> = (target: Target, options: O | undefined) => Promise<T>;

/** How statements see what is changed beside them. */
export type Isolation = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';

/** What a transaction is like. What is left out is as the server's settings say; `signal` and `timeoutMs` are about its beginning. */
export interface TransactionOptions extends WaitOptions {
  isolation?: Isolation | undefined;
  /** True: it may change nothing. */
  readOnly?: boolean | undefined;
  /** True: one that is serializable and read-only waits at its start until it can no longer fail. */
  deferrable?: boolean | undefined;
}

/** The same for one that can be run again. */
export interface RepeatableOptions extends TransactionOptions {
  /** How often it is run again after it came into conflict with others (SQLSTATE 40001 or 40P01), each time after a while, from its `begin` on; 0 unless set. Not in a transaction. */
  retries?: number | undefined;
}

/**
 * A transaction, or a savepoint in one: what it runs is kept together by `commit`, or undone together by `rollback`.
 *
 * It stays on the connection that it began on. When that is lost, everything it is asked rejects, and the server has
 * undone it: nothing of it is ever sent on another connection.
 *
 * While a savepoint in it is open, it takes no calls itself: they reject with `ERR_UNSUPPORTED`. After its end they
 * reject with `ERR_CLOSED`, also if a statement in it was what ended it (`ROLLBACK`).
 *
 * What is cancelled since it is aborted or takes too long, as everything that the server refuses, makes it fail: the server runs nothing more
 * in it (SQLSTATE 25P02) until it is rolled back.
 */
export interface Transaction extends Queryable, AsyncDisposable {
  /** Whether it was neither committed nor rolled back, nor what it is part of. */
  readonly isOpen: boolean;
  /**
   * Keeps what it did. It is over then, also if this rejects; statements that nobody awaited are run before.
   *
   * @throws {PostgresError} The server cannot keep it (a deferred constraint, a conflict): it has undone it.
   * @throws {PostgresClientError} `ERR_ROLLED_BACK`: a statement in it had failed, which is the `cause`, so it is undone.
   *   `ERR_LOST`: whether it was kept is unknown, unless `safeToRetry` says that nothing was sent.
   */
  commit(options?: WaitOptions): Promise<void>;
  /**
   * Undoes what it did. A statement in it that still runs is cancelled: its own call rejects, unless it is over by then. A
   * connection that takes longer than 5 s for all that is ended. Rejects only if it was over before.
   */
  rollback(): Promise<void>;
  /** Rolls back, unless it is over. Never rejects. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What is done in a transaction. */
export type TransactionBody<T> = (transaction: Transaction) => Promise<T> | T;

/** A row as an object, when nothing better is known of it. */
export type Row = Record<string, unknown>;

/** The longest wait before the first retry of a transaction, twice that before the second, and so on. */
const RETRY_MS_FIRST = 20;
const RETRY_MS_LAST = 2_000;

const NO_PARAMS: readonly unknown[] = [];

/**
 * Runs statements. Each is sent at once, behind those that were sent before it on the same connection, and its answer is
 * its own: an error of one does not touch the others, except in a transaction.
 *
 * Parameters are `$1`, `$2`, … in the text, and are sent as the types that the server expects there. `undefined` is
 * none: null is `null`.
 *
 * One that relied on what has changed since it was prepared (the columns of a table, `DISCARD ALL`) is prepared and sent
 * once more: it runs behind what was sent after it by then. That is not done in a transaction, nor for `executeMany`.
 *
 * One that is aborted or takes too long rejects at once, and the server is asked to cancel it: not while others are wanted
 * that were sent behind it, since it might be one of those that is hit. They come when it is over.
 *
 * All of them reject with `PostgresError` for what the server refuses, `EncodeError` for parameters that do not fit,
 * `DecodeError` for values that cannot be had in JavaScript, `ConnectionError` for the connection.
 */
export abstract class Queryable {
  /**
   * Finds the connection, and calls `job` with it.
   *
   * @param options How the caller wants to wait; what is left of its time when the connection is there is given to `job`.
   * @param isLong It goes on for as long as its rows come: others had better not be sent behind it.
   */
  protected abstract use<T, O extends WaitOptions>(
    job: Job<T, O>,
    options: O | undefined,
    isLong?: boolean,
  ): Promise<T>;

  /**
   * Begins a transaction: on a connection of its own (of a pool), when its turn comes (on a connection, which takes no
   * other calls until it is over), as a savepoint (in a transaction). For `await using`: it is rolled back unless committed.
   *
   * @throws {PostgresClientError} `ERR_UNSUPPORTED`: in a transaction that is another kind than `options` ask for, or has
   *   a savepoint open.
   */
  abstract begin(options?: TransactionOptions): Promise<Transaction>;

  /**
   * Runs `body` in a transaction, and commits; resolves to what `body` came to. If it throws, rolls back and rejects
   * with the very thing that was thrown.
   */
  transaction<T>(body: TransactionBody<T>): Promise<T>;
  transaction<T>(options: RepeatableOptions, body: TransactionBody<T>): Promise<T>;
  async transaction<T>(first: RepeatableOptions | TransactionBody<T>, second?: TransactionBody<T>): Promise<T> {
    const [options, body] = typeof first === 'function' ? [{}, first] : [first, second];
    if (typeof body !== 'function') throw new TypeError('transaction() needs a function to run in it');
    for (let attempt = 0; ; attempt++) {
      try {
        return await runIn(await this.begin(options), body);
      } catch (thrown) {
        if (!(attempt < (options.retries ?? 0) && isConflict(thrown))) throw thrown;
      }
      await setTimeout(Math.random() * Math.min(RETRY_MS_FIRST * 2 ** attempt, RETRY_MS_LAST));
    }
  }

  /** Runs a statement; its rows, with `command`, `rowCount` and `columns`. */
  query<T = Row>(text: string, params: readonly unknown[] = NO_PARAMS, options?: QueryOptions): Promise<Rows<T>> {
    const mode = options?.rowMode ?? 'object';
    return this.use(
      ({ link: { session }, statements }, left) =>
        statements.run(text, params, left, (statement, call) => new QueryExchange<T>(session, statement, mode, call)),
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
      ({ link: { session }, statements }, left) =>
        statements.run(text, params, left, (statement, call) => new ExecuteExchange(session, statement, call)),
      options,
    );
  }

  /**
   * Runs a statement once for each row of parameters, without waiting in between: all of them, or none; a
   * transaction that it is part of fails with it. Rows that are still to come must not wait for another call of this
   * connection or transaction: it comes behind them.
   *
   * @returns The rows it was about, all together.
   */
  executeMany(text: string, rows: RowSource, options?: RunOptions): Promise<number> {
    return this.use(({ link, statements }, left) => executeMany(link, statements, text, rows, left), options, true);
  }

  /** Runs several statements in one round trip: all of them, or none. An error says by `batchIndex` which it was. */
  batch(queries: readonly BatchEntry[], options?: RunOptions): Promise<Rows<unknown>[]> {
    return this.use(({ link, statements }, left) => batch(link, statements, queries, left), options);
  }

  /** Runs a statement; its result by columns, numbers in typed arrays. */
  columns(text: string, params: readonly unknown[] = NO_PARAMS, options?: RunOptions): Promise<Columns> {
    return this.use(
      ({ link: { session }, statements }, left) =>
        statements.run(text, params, left, (statement, call) => new ColumnsExchange(session, statement, call)),
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
  async readInto(
    text: string,
    params: readonly unknown[],
    target: ArrayBufferView,
    options?: RunOptions,
  ): Promise<number> {
    if (!ArrayBuffer.isView(target))
      throw new TypeError('readInto() reads into a view of memory, such as a Uint8Array');
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    return this.use(
      ({ link, statements }, left) =>
        statements.run(text, params, left, (statement, call) => {
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
   * @param source Arrays of values in the order of the columns; asked for more as fast as the server takes them. It must
   *   not wait for another call of this connection or transaction: that comes behind the rows.
   * @returns How many rows were copied.
   */
  copyFrom(table: string, source: RowSource, options?: CopyFromOptions): Promise<number> {
    return this.use(({ link, statements }, left) => copyFrom(link, statements, table, source, left), options, true);
  }
}

/** Runs `body` in a transaction, which is over then. */
async function runIn<T>(transaction: Transaction, body: TransactionBody<T>): Promise<T> {
  try {
    const result = await body(transaction);
    if (transaction.isOpen) await transaction.commit();
    return result;
  } catch (thrown) {
    if (transaction.isOpen) await transaction.rollback();
    throw thrown;
  }
}

/** Whether it was others that a transaction failed for: also if what failed was passed over, and it was to be committed. */
function isConflict(thrown: unknown): boolean {
  const isRolledBack = thrown instanceof PostgresClientError && thrown.code === 'ERR_ROLLED_BACK';
  const error = isRolledBack ? thrown.cause : thrown;
  return error instanceof PostgresError && error.isRetryable;
}

/**
 * Running statements on a link: what their texts mean is asked for once, and what has changed since is asked for again.
 *
 *     text known here      Bind Execute Sync                           one flight
 *     known in the pool    Parse Describe Bind Execute Sync            one flight
 *     not known            Parse Describe Sync, then Bind Execute Sync  two
 */

import type { DescriptionCache } from '../session/description-cache.js';
import type { Exchange } from '../session/exchange.js';
import { writeBind, writeExecuteSync } from '../session/execute.js';
import { type Described, PrepareExchange } from '../session/prepare.js';
import { Description, Statement, writeClose, writeDescribe, writeParse } from '../session/statement.js';
import { StatementCache } from '../session/statement-cache.js';
import type { TypeRegistry } from '../types/registry.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import { PostgresError } from '../wire/server-error.js';
import { Call, type WaitOptions } from './call.js';
import type { Link } from './link.js';

/** How a statement is run. */
export interface RunOptions extends WaitOptions {
  /** False: the server does not keep the statement for the next time. True unless set. */
  prepare?: boolean | undefined;
}

/** What the connections of a pool share. */
export interface SharedStatements {
  readonly registry: TypeRegistry;
  readonly descriptions: DescriptionCache;
  /** How many statements the server keeps for one connection; 0: none. */
  readonly statementCacheSize: number;
}

/** Makes the exchange that takes the answer to Bind and Execute of a statement. */
export type Answer<T> = (statement: Statement, call: Call<T>) => Exchange<T>;

/** A statement that is to be run. */
interface Run<T> {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly isKept: boolean;
  readonly call: Call<T>;
  readonly answer: Answer<T>;
}

/** The statements of one link. */
export class Statements {
  readonly #link: Link;
  readonly #shared: SharedStatements;
  readonly #kept: StatementCache;

  constructor(link: Link, shared: SharedStatements) {
    this.#link = link;
    this.#shared = shared;
    this.#kept = new StatementCache(shared.statementCacheSize);
  }

  /** Runs a statement, when it is its turn. */
  run<T>(text: string, params: readonly unknown[], options: RunOptions | undefined, answer: Answer<T>): Promise<T> {
    const link = this.#link;
    const call = new Call<T>(link, 'the query', options);
    const isKept = this.isKept(options);
    const statement = isKept && link.turns.isFree && link.isOpen ? this.#kept.get(text) : undefined;
    const run = { text, params, isKept, call, answer };
    if (statement === undefined || call.isSettled) this.#runInTurn(run);
    else this.#ask(statement, run);
    return call.promise;
  }

  /** Whether the server keeps statements that are run with these options. */
  isKept(options: RunOptions | undefined): boolean {
    return options?.prepare !== false && this.#shared.statementCacheSize > 0;
  }

  /** The statement of this text, described; asks the server if nobody knows. Only from inside a turn. */
  async prepare(text: string, isKept: boolean): Promise<Statement> {
    const kept = isKept ? this.#kept.get(text) : undefined;
    if (kept !== undefined) return kept;
    const name = isKept ? this.#kept.nextName() : '';
    const { descriptions } = this.#shared;
    const known = descriptions.get(text);
    const statement = new Statement(name, known ?? (await this.#describe(name, text)), descriptions);
    // The unnamed statement is the next one's by the time it is used.
    statement.isSent = known === undefined && name !== '';
    statement.isParsed = statement.isSent;
    this.#keep(statement);
    return statement;
  }

  /** Parse of a statement that the server has not got. */
  writeParsed(statement: Statement): void {
    if (statement.isSent) return;
    const { writer } = this.#link.session;
    const { text, parameterOids } = statement.description;
    writeParse(writer, statement.name, text, parameterOids);
    writeDescribe(writer, statement.name);
    statement.isSent = statement.name !== '';
  }

  /** Bind of a statement, behind its Parse where that is needed. @throws {EncodeError} The parameters do not fit; nothing is written then. */
  writeBound(statement: Statement, params: readonly unknown[]): void {
    const { writer } = this.#link.session;
    const { isSent } = statement;
    const start = writer.length;
    try {
      this.writeParsed(statement);
      writeBind(writer, statement, params);
    } catch (error) {
      writer.length = start;
      statement.isSent = isSent;
      throw error;
    }
  }

  /** What was believed of a statement may be wrong, after this error. */
  doubt(statement: Statement, error: Error): void {
    if (!statement.isParsed || statement.isWrong || isStale(error)) this.#kept.delete(statement);
    if (statement.isWrong || isStale(error)) this.#shared.descriptions.delete(statement.description);
  }

  #runInTurn<T>(run: Run<T>): void {
    this.#link.inTurn(run.call, async () => {
      const statement = await this.prepare(run.text, run.isKept);
      if (!run.call.isSettled) this.#ask(statement, run);
    });
  }

  /** Sends Bind, Execute and Sync. What cannot be sent rejects the call. */
  #ask<T>(statement: Statement, run: Run<T>): void {
    const { call } = run;
    try {
      const exchange = run.answer(statement, call);
      this.writeBound(statement, run.params);
      writeExecuteSync(this.#link.session.writer);
      call.retries = (error) => this.#retries(error, statement, run);
      this.#link.send(exchange, call);
    } catch (error) {
      call.reject(error as Error);
    }
  }

  /** Whether it is run again, since only what was believed of the statement was wrong. */
  #retries<T>(error: Error, statement: Statement, run: Run<T>): boolean {
    const { call } = run;
    call.retries = null;
    this.doubt(statement, error);
    if (!isStale(error) || call.isRetried || this.#link.session.status !== STATUS_IDLE || !this.#link.isOpen)
      return false;
    call.isRetried = true;
    call.exchange = null;
    this.#runInTurn(run);
    return true;
  }

  async #describe(name: string, text: string): Promise<Description> {
    const call = new Call<Described>(this.#link, 'preparing the statement', undefined);
    PrepareExchange.write(this.#link.session.writer, name, text);
    this.#link.send(new PrepareExchange(call), call);
    const { parameterOids, columns } = await call.promise;
    const description = new Description(text, parameterOids, columns, this.#shared.registry);
    this.#shared.descriptions.add(description);
    return description;
  }

  /** The one that has to go for it is closed with what is sent next. */
  #keep(statement: Statement): void {
    const evicted = this.#kept.add(statement);
    if (evicted?.isSent) writeClose(this.#link.session.writer, evicted.name);
  }
}

/** The server has another plan in mind, or no such statement: it was parsed before something changed. */
function isStale(error: Error): boolean {
  if (!(error instanceof PostgresError)) return false;
  return error.sqlstate === '26000' || (error.sqlstate === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/**
 * Running statements on a link: what their texts mean is asked for once, and what has changed since is asked for again.
 *
 *     text known here      Bind Execute Sync                           one flight
 *     known in the pool    Parse Describe Bind Execute Sync            one flight
 *     not known            Parse Describe Sync, then Bind Execute Sync  two
 */

import { EncodeError, PostgresClientError } from '../errors.js';
import { Description } from '../session/description.js';
import type { DescriptionCache } from '../session/description-cache.js';
import type { Exchange } from '../session/exchange.js';
import { writeBind, writeExecuteSync } from '../session/execute.js';
import { type Described, PrepareExchange } from '../session/prepare.js';
import { Statement, writeClose, writeDescribe, writeParse } from '../session/statement.js';
import { StatementCache } from '../session/statement-cache.js';
import type { TypeRegistry } from '../types/registry.js';
import { STATUS_IDLE } from '../wire/message-types.js';
import { PostgresError } from '../wire/server-error.js';
import { Call, type WaitOptions } from './call.js';
import type { Link } from './link.js';

/** More of them a message cannot say. */
const PARAMETERS_MAX = 65_535;

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

/** A statement that is to be run. Made by its constructor: a literal would keep results alive (`types/untracked-array.ts`). */
class StatementCall<T> extends Call<T> {
  readonly text: string;
  readonly params: readonly unknown[];
  readonly isKept: boolean;
  readonly options: RunOptions | undefined;
  readonly answer: Answer<T>;
  statement: Statement | null = null;
  /** Whether it was sent a second time, after what it relied on had changed. */
  isRetried = false;
  readonly #statements: Statements;

  constructor(
    statements: Statements,
    link: Link,
    text: string,
    params: readonly unknown[],
    options: RunOptions | undefined,
    isKept: boolean,
    answer: Answer<T>,
  ) {
    super(link, 'the query', options);
    this.#statements = statements;
    this.text = text;
    this.params = params;
    this.isKept = isKept;
    this.options = options;
    this.answer = answer;
  }

  protected override retries(error: Error): boolean {
    return this.#statements.retries(this, error);
  }
}

/** The statements of one link. */
export class Statements {
  readonly #link: Link;
  readonly #shared: SharedStatements;
  readonly #kept: StatementCache;
  /** Names of what the server is to forget. */
  readonly #unwanted: string[] = [];

  constructor(link: Link, shared: SharedStatements) {
    this.#link = link;
    this.#shared = shared;
    this.#kept = new StatementCache(shared.statementCacheSize);
  }

  /** Runs a statement, when it is its turn. */
  run<T>(text: string, params: readonly unknown[], options: RunOptions | undefined, answer: Answer<T>): Promise<T> {
    const link = this.#link;
    const isKept = this.isKept(options);
    const call = new StatementCall<T>(this, link, text, params, options, isKept, answer);
    const statement = isKept && link.mayWrite && link.isOpen ? this.#kept.get(text) : undefined;
    if (statement === undefined || call.isSettled) this.#runInTurn(call);
    else this.#ask(statement, call);
    return call.promise;
  }

  /** The server is about to forget all statements of the link. */
  forget(): void {
    this.#kept.clear();
  }

  /** Whether the server keeps statements that are run with these options. */
  isKept(options: RunOptions | undefined): boolean {
    return options?.prepare !== false && this.#shared.statementCacheSize > 0;
  }

  /** The statement of this text, described; asks the server if nobody knows. Only from inside a turn. */
  async prepare(text: string, isKept: boolean, options: WaitOptions | undefined): Promise<Statement> {
    // Without a type checker it may be an object, as other drivers take it: nothing of that could be sent.
    if (typeof text !== 'string') throw new TypeError('the text of a statement must be a string');
    const kept = isKept ? this.#kept.get(text) : undefined;
    if (kept !== undefined) return kept;
    const name = isKept ? this.#kept.nextName() : '';
    const { descriptions } = this.#shared;
    const known = descriptions.get(text);
    const statement = new Statement(name, known ?? (await this.#describe(name, text, options)), descriptions);
    // The unnamed statement is the next one's by the time it is used.
    statement.isSent = known === undefined && name !== '';
    statement.isParsed = statement.isSent;
    this.#keep(statement);
    return statement;
  }

  /** What a text means now, whatever is known of it. Only from inside a turn. */
  describe(text: string, options: WaitOptions | undefined): Promise<Description> {
    return this.#describe('', text, options);
  }

  /** Parse of a statement that the server has not got. */
  writeParsed(statement: Statement): void {
    if (statement.isSent) return;
    this.closeUnwanted();
    const { writer } = this.#link.session;
    const { text, parameterOids } = statement.description;
    writeParse(writer, statement.name, text, parameterOids);
    writeDescribe(writer, statement.name);
    statement.isSent = statement.name !== '';
  }

  /** Bind of a statement, behind its Parse where that is needed. @throws {EncodeError} The parameters do not fit; nothing is written then. */
  writeBound(statement: Statement, params: readonly unknown[]): void {
    const { writer } = this.#link.session;
    this.closeUnwanted();
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

  /** What was believed of a statement may be wrong, after this error: then it is asked for anew the next time. */
  doubt(statement: Statement, error: Error): void {
    const isRefused = error instanceof PostgresError && (!statement.isParsed || isOutdated(error));
    // Parameters that do not fit may be of other types by now.
    if (isRefused || statement.isWrong || error instanceof EncodeError) this.outdated(statement);
    else if (!statement.isParsed) this.#drop(statement);
  }

  /** What is known of it is not so any more: it is asked for anew the next time, here and elsewhere. */
  outdated(statement: Statement): void {
    this.#shared.descriptions.delete(statement.description);
    this.#drop(statement);
  }

  /** The server is to forget it, if it had to go from the cache since it was prepared. */
  release(statement: Statement): void {
    if (statement.isSent && !this.#kept.has(statement)) this.#drop(statement);
  }

  /** Whether the call is made again, since only what was believed of its statement was wrong. */
  retries<T>(call: StatementCall<T>, error: Error): boolean {
    const { statement } = call;
    if (statement === null) return false;
    this.doubt(statement, error);
    call.statement = null;
    if (call.isRetried || !this.mayRepeat(error)) return false;
    call.isRetried = true;
    call.exchange = null;
    this.#runInTurn(call);
    return true;
  }

  /** Whether what failed with this error can be sent again as if it had not been: nothing of it was done. */
  mayRepeat(error: Error): boolean {
    return isStale(error) && this.#link.session.status === STATUS_IDLE && this.#link.isOpen;
  }

  #runInTurn<T>(call: StatementCall<T>): void {
    this.#link.inTurn(call, async () => {
      if (call.params.length > PARAMETERS_MAX) throw tooMany(call.params.length);
      const statement = await this.prepare(call.text, call.isKept, call.options);
      if (!call.isSettled) this.#ask(statement, call);
    });
  }

  /** Sends Bind, Execute and Sync. What cannot be sent rejects the call. */
  #ask<T>(statement: Statement, call: StatementCall<T>): void {
    let exchange: Exchange<T>;
    try {
      exchange = call.answer(statement, call);
    } catch (error) {
      // It is not what the call is for, as far as is known here: that may not be so any more.
      this.outdated(statement);
      return call.reject(error as Error);
    }
    try {
      this.writeBound(statement, call.params);
      writeExecuteSync(this.#link.session.writer);
      call.statement = statement;
      this.#link.send(exchange, call);
    } catch (error) {
      this.doubt(statement, error as Error);
      call.reject(error as Error);
    }
  }

  async #describe(name: string, text: string, options: WaitOptions | undefined): Promise<Description> {
    if (text.includes('\0')) throw new PostgresClientError('ERR_ENCODE', 'the text of a statement cannot hold a zero');
    this.closeUnwanted();
    // Otherwise nothing would ever end the wait for a server that has gone silent.
    const call = new Call<Described>(this.#link, 'preparing the statement', options);
    PrepareExchange.write(this.#link.session.writer, name, text);
    this.#link.send(new PrepareExchange(call), call);
    const { parameterOids, columns } = await call.promise.catch((error: Error) => {
      // It was cut short: the server may have the statement all the same.
      if (!(error instanceof PostgresError) && name !== '') this.#unwanted.push(name);
      throw error;
    });
    const description = new Description(text, parameterOids, columns, this.#shared.registry);
    this.#shared.descriptions.add(description);
    return description;
  }

  #keep(statement: Statement): void {
    const evicted = this.#kept.add(statement);
    if (evicted !== null) this.#drop(evicted);
  }

  /** What the server has of it is closed with what is sent next. */
  #drop(statement: Statement): void {
    this.#kept.delete(statement);
    if (statement.isSent) this.#unwanted.push(statement.name);
    // Who holds it still, since it is one of a batch, has to send it again.
    statement.isSent = false;
  }

  /** Close of what the server is to forget. */
  closeUnwanted(): void {
    for (const name of this.#unwanted.splice(0)) writeClose(this.#link.session.writer, name);
  }
}

function tooMany(count: number): PostgresClientError {
  return new PostgresClientError(
    'ERR_ENCODE',
    `a statement has at most ${PARAMETERS_MAX} parameters, ${count} were given`,
  );
}

/** A class of SQLSTATEs: what a statement says is wrong, or not allowed. */
const REFUSED_AS_TEXT = '42';

/** Something that the statement is about is not there any more, or is not what it was: made anew, it has another OID or type. */
function isOutdated(error: PostgresError): boolean {
  return isStale(error) || error.sqlstate === 'XX000' || error.sqlstate.startsWith(REFUSED_AS_TEXT);
}

/** The server has another plan in mind, or no such statement: it was parsed before something changed. */
function isStale(error: Error): boolean {
  if (!(error instanceof PostgresError)) return false;
  return error.sqlstate === '26000' || (error.sqlstate === '0A000' && error.routine === 'RevalidateCachedQuery');
}

/** Transactions and savepoints, each bound to the one connection that it began on. */
import { PostgresClientError } from '../errors.js';
import type { Executed } from '../session/simple.js';
import { STATUS_FAILED, STATUS_IDLE } from '../wire/message-types.js';
import { Call, type WaitOptions } from './call.js';
import { command, commandInTurn, rollBack } from './command.js';
import type { Link } from './link.js';
import {
  type Isolation,
  type Job,
  Queryable,
  type RepeatableOptions,
  type Target,
  type Transaction,
  type TransactionOptions,
} from './queryable.js';

const ISOLATIONS: readonly Isolation[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

/** What a transaction is part of. */
export interface Scope {
  readonly target: Target;
  /** Whether that is over, so that the link may be somebody else's. */
  readonly isOrphaned: () => boolean;
  /** Is called once, when the transaction is over and the link has no part of it. */
  readonly onEnd: () => void;
}

/** A transaction on one link. What it is committed and rolled back by is for those below. */
abstract class OpenTransaction extends Queryable implements Transaction {
  protected readonly scope: Scope;
  readonly #options: TransactionOptions;
  /** How many savepoints there were, here and in all that this is part of: their names are never used twice. */
  readonly #savepoints: { count: number };
  #isEnded = false;
  #hasSavepoint = false;

  constructor(scope: Scope, options: TransactionOptions, savepoints: { count: number }) {
    super();
    this.scope = scope;
    this.#options = options;
    this.#savepoints = savepoints;
  }

  get isOpen(): boolean {
    return !this.#isEnded && !this.scope.isOrphaned();
  }

  async begin(options: TransactionOptions = {}): Promise<Transaction> {
    const refusal = this.#refusal() ?? this.#refusalOf(options);
    if (refusal !== null) throw refusal;
    this.#hasSavepoint = true;
    const onEnd = (): void => {
      this.#hasSavepoint = false;
    };
    const { target } = this.scope;
    const name = `landfall_${++this.#savepoints.count}`;
    try {
      await command(target.link, `SAVEPOINT ${name}`, options);
    } catch (error) {
      onEnd();
      throw error;
    }
    const scope = { target, isOrphaned: () => !this.isOpen, onEnd };
    return new Savepoint(name, scope, this.#options, this.#savepoints);
  }

  async commit(options?: WaitOptions): Promise<void> {
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    this.#isEnded = true;
    try {
      await this.keep(options);
    } catch (error) {
      await this.#undo();
      throw error;
    } finally {
      this.scope.onEnd();
    }
  }

  async rollback(): Promise<void> {
    if (!this.isOpen) throw over();
    this.#isEnded = true;
    await this.#undo();
    this.scope.onEnd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isOpen) await this.rollback();
  }

  /** Commits. @throws {Error} It is not kept. */
  protected abstract keep(options: WaitOptions | undefined): Promise<void>;

  /** What undoes it. */
  protected abstract readonly undoText: string;

  protected override use<T, O extends WaitOptions>(job: Job<T, O>, options: O | undefined): Promise<T> {
    const refusal = this.#refusal();
    return refusal === null ? job(this.scope.target, options) : Promise.reject(refusal);
  }

  /** Undoes what is not undone, or ends the connection. Never rejects. */
  async #undo(): Promise<void> {
    const { target, isOrphaned } = this.scope;
    // What is under way there is part of it: nobody else could be hit.
    if (!isOrphaned()) target.link.cancelAll();
    await rollBack(target.link, isOrphaned, this.undoText);
  }

  /** Why it takes no calls now. */
  #refusal(): PostgresClientError | null {
    if (!this.isOpen) return over();
    if (isEndedOn(this.scope.target.link)) {
      return new PostgresClientError('ERR_CLOSED', 'the transaction was ended by a statement that was run in it');
    }
    if (!this.#hasSavepoint) return null;
    return new PostgresClientError('ERR_UNSUPPORTED', 'a savepoint is open in the transaction: use its own methods');
  }

  /** Why no savepoint can be what is asked for: it is as the transaction is. */
  #refusalOf(options: RepeatableOptions): PostgresClientError | null {
    if (options.retries)
      return new PostgresClientError('ERR_UNSUPPORTED', 'a conflict ends the whole transaction: retry that');
    for (const name of ['isolation', 'readOnly', 'deferrable'] as const) {
      const [asked, given] = [options[name], this.#options[name]];
      if (asked === undefined || asked === given) continue;
      const is = given === undefined ? 'as the server has it' : given;
      return new PostgresClientError(
        'ERR_UNSUPPORTED',
        `in a transaction whose ${name} is ${is} it cannot be ${asked}`,
      );
    }
    return null;
  }
}

/** From BEGIN to COMMIT or ROLLBACK. */
class TopTransaction extends OpenTransaction {
  protected override readonly undoText: string = 'ROLLBACK';

  protected override async keep(options: WaitOptions | undefined): Promise<void> {
    const { link } = this.scope.target;
    const done = await command(link, 'COMMIT', options);
    // So answers the server when there was nothing left to commit.
    if (done.command === 'ROLLBACK') throw rolledBack(link);
  }
}

/** From SAVEPOINT to its release, or the return to it. */
class Savepoint extends OpenTransaction {
  protected override readonly undoText: string;
  readonly #name: string;

  constructor(name: string, scope: Scope, options: TransactionOptions, savepoints: { count: number }) {
    super(scope, options, savepoints);
    this.#name = name;
    this.undoText = `ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`;
  }

  protected override async keep(options: WaitOptions | undefined): Promise<void> {
    const { link } = this.scope.target;
    try {
      await command(link, `RELEASE SAVEPOINT ${this.#name}`, options);
    } catch (error) {
      const hadFailed = link.session.status === STATUS_FAILED && link.session.failure !== error;
      throw hadFailed ? rolledBack(link) : error;
    }
  }
}

/**
 * Sends BEGIN, when it is its turn.
 *
 * @param call Made by `beginCall`. If it comes to nothing, the link has no transaction, or is ended; `scope` is told nothing.
 */
export async function beginOn(scope: Scope, options: TransactionOptions, call: Call<Executed>): Promise<Transaction> {
  const { link } = scope.target;
  commandInTurn(link, beginText(options), call);
  try {
    await call.promise;
  } catch (error) {
    await rollBack(link, scope.isOrphaned);
    throw error;
  }
  if (scope.isOrphaned()) throw over();
  return new TopTransaction(scope, options, { count: 0 });
}

/** The call of a `begin`. @throws {TypeError} The options are not what they should be. */
export function beginCall(link: Link, options: TransactionOptions): Call<Executed> {
  beginText(options);
  return new Call<Executed>(link, 'beginning the transaction', options);
}

/** BEGIN with what is wanted. @throws {TypeError} That is nothing that there is. */
export function beginText({ isolation, readOnly, deferrable }: TransactionOptions): string {
  if (isolation !== undefined && !ISOLATIONS.includes(isolation)) {
    throw new TypeError(`isolation must be one of ${ISOLATIONS.join(', ')}, not ${String(isolation)}`);
  }
  const modes: string[] = [];
  if (isolation !== undefined) modes.push(`ISOLATION LEVEL ${isolation.toUpperCase()}`);
  if (readOnly !== undefined) modes.push(readOnly ? 'READ ONLY' : 'READ WRITE');
  if (deferrable !== undefined) modes.push(deferrable ? 'DEFERRABLE' : 'NOT DEFERRABLE');
  return modes.length === 0 ? 'BEGIN' : `BEGIN ${modes.join(', ')}`;
}

/** Whether the server says that there is no transaction: what is run now would be kept, whatever becomes of this one. */
function isEndedOn({ isOpen, session }: Link): boolean {
  return isOpen && session.inFlight === 0 && session.status === STATUS_IDLE;
}

function over(): PostgresClientError {
  return new PostgresClientError('ERR_CLOSED', 'the transaction is over');
}

function rolledBack(link: Link): PostgresClientError {
  const { failure } = link.session;
  const why = failure === null ? 'it had failed' : `a statement in it had failed: ${failure.message}`;
  return new PostgresClientError('ERR_ROLLED_BACK', `the transaction is rolled back: ${why}`, { cause: failure });
}

/** One connection to a server, for whoever made it. */
import type { TransportStats } from 'landfall';
import { PostgresClientError } from '../errors.js';
import type { WaitOptions } from './call.js';
import { type Deferred, deferred } from './deferred.js';
import type { Link } from './link.js';
import { type Job, Queryable, type Target, type Transaction, type TransactionOptions } from './queryable.js';
import type { Statements } from './statements.js';
import { beginCall, beginOn } from './transaction.js';
import { Turns } from './turns.js';

/** What a connection has done so far. */
export interface ConnectionStats extends TransportStats {
  /** Queries, batches and so on that are under way. */
  readonly inFlight: number;
}

/**
 * A connection. Close it: it keeps the process alive.
 *
 * While a transaction is open on it, its own calls reject with `ERR_UNSUPPORTED`: they would be part of it. Another
 * transaction waits its turn.
 */
export class Connection extends Queryable implements AsyncDisposable {
  readonly #target: Target;
  readonly #transactions = new Turns();
  /** Resolved at the end of the transaction that is open. */
  #transaction: Deferred | null = null;

  constructor(link: Link, statements: Statements) {
    super();
    this.#target = { link, statements };
  }

  /** Whether it takes calls. */
  get isOpen(): boolean {
    return this.#target.link.isOpen;
  }

  /** Resolves when it is over, whatever ended it. Never rejects. */
  get closed(): Promise<void> {
    return this.#target.link.closed;
  }

  begin(options: TransactionOptions = {}): Promise<Transaction> {
    return new Promise((resolve, reject) => {
      const call = beginCall(this.#target.link, options);
      const failed = call.promise.then(() => {}, reject);
      // Nobody else may end that one, once the connection is over.
      if (this.#transaction !== null) void this.closed.then(() => this.letGo());
      this.#transactions.take(async () => {
        const end = deferred();
        this.#transaction = end;
        const scope = { target: this.#target, isOrphaned: () => this.isOver, onEnd: end.resolve };
        try {
          const { link } = this.#target;
          // What is sent a second time, since the schema has changed, would become part of it.
          if (!link.isFree) await Promise.race([link.untilFree(), failed, end.promise]);
          if (call.isSettled) return;
          if (this.isOver) return call.reject(this.overError());
          resolve(await beginOn(scope, options, call));
          await end.promise;
        } finally {
          this.#transaction = null;
        }
      }, reject);
    });
  }

  /** Counts of what it did; a snapshot. */
  stats(): ConnectionStats {
    const { session, transport } = this.#target.link;
    return { ...transport.stats(), inFlight: session.inFlight };
  }

  /** Waits for what is under way, says goodbye and ends; ends without that after `timeoutMs`, 5 s unless given. Idempotent; never rejects. */
  close(options?: { timeoutMs?: number | undefined }): Promise<void> {
    return this.#target.link.close(options?.timeoutMs);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether it is not this one's any more what happens on the link. */
  protected get isOver(): boolean {
    return false;
  }

  /** What calls are rejected with then. */
  protected overError(): PostgresClientError {
    return this.#target.link.closedError();
  }

  /** Lets go of the link, whatever is open on it: who waits for the end of a transaction finds that it `isOver`. */
  protected letGo(): void {
    this.#transaction?.resolve();
  }

  protected override use<T, O extends WaitOptions>(job: Job<T, O>, options: O | undefined): Promise<T> {
    if (this.isOver) return Promise.reject(this.overError());
    if (this.#transaction !== null) return Promise.reject(inTransaction());
    return job(this.#target, options);
  }
}

function inTransaction(): PostgresClientError {
  return new PostgresClientError(
    'ERR_UNSUPPORTED',
    "a transaction is open on the connection: use the transaction's own methods",
  );
}

/** A pool: what runs statements on any of several connections. */
import { checkWait, type WaitOptions } from '../connection/call.js';
import { type Job, Queryable, type Transaction, type TransactionOptions } from '../connection/queryable.js';
import { beginCall, beginOn, beginText } from '../connection/transaction.js';
import type { Member } from './member.js';
import { Members, type Opener } from './members.js';
import type { PoolSettings, Reset } from './pool-options.js';
import type { PoolStats } from './pool-stats.js';
import { PooledConnection } from './pooled-connection.js';
import { abortedBefore, leftOf, Waiter } from './waiting-line.js';

/** How long `close` waits for what is under way, unless told otherwise. */
const CLOSE_TIMEOUT_MS = 10_000;

/**
 * A pool of connections. Each call runs on one that is free, made if need be; when there may be no more, callers wait in
 * line, `acquireTimeoutMs` at most. Two calls may run on different connections, at the same time, in any order: what
 * belongs together goes into `transaction`, or on an `acquire`d connection.
 *
 * A server that ends or restarts rejects what is under way, once; later calls get new connections. Nothing is ever sent a
 * second time: `safeToRetry` of the error says whether the caller can.
 *
 * Calls also reject with `ConnectionError`: `ERR_CONNECT` (`cause` says why no connection could be made for it),
 * `ERR_TIMEOUT` (none was free in time), `ERR_POOL_FULL`, `ERR_CLOSED`. `timeoutMs` of a call counts the waiting in.
 */
export class Pool extends Queryable implements AsyncDisposable {
  readonly #members: Members;
  readonly #acquireTimeoutMs: number;
  readonly #reset: Reset;
  #closed: Promise<void> | null = null;

  /** Use `createPool`. */
  constructor(settings: PoolSettings, open: Opener) {
    super();
    this.#members = new Members(settings, open);
    this.#acquireTimeoutMs = settings.acquireTimeoutMs;
    this.#reset = settings.reset;
  }

  /** Takes a connection for the caller alone. Release it: by `release()`, or `await using`. */
  async acquire(options?: WaitOptions): Promise<PooledConnection> {
    const member = await this.#hold(options);
    return new PooledConnection(member, () => this.#members.giveBack(member, this.#reset));
  }

  async begin(options: TransactionOptions = {}): Promise<Transaction> {
    beginText(options); // throws what is wrong with them, before anybody waits
    const beganMs = performance.now();
    const member = await this.#hold(options);
    const giveBack = (): void => this.#members.giveBack(member, this.#reset);
    const scope = { target: member, isOrphaned: () => false, onEnd: giveBack };
    try {
      return await beginOn(scope, options, beginCall(member.link, leftOf(options, beganMs) ?? {}));
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** What it is at, and has done. */
  stats(): PoolStats {
    return this.#members.stats;
  }

  /**
   * Rejects who waits and whoever comes, lets what is under way end, transactions and acquired connections included, and
   * closes all connections; ends them without that after `timeoutMs`, 10 s unless given. Idempotent: the first call counts.
   *
   * @throws {RangeError} `timeoutMs` is none.
   */
  async close(options?: { timeoutMs?: number | undefined }): Promise<void> {
    const timeoutMs = options?.timeoutMs ?? CLOSE_TIMEOUT_MS;
    checkWait(undefined, timeoutMs);
    this.#closed ??= this.#members.close(timeoutMs);
    return this.#closed;
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected override use<T, O extends WaitOptions>(job: Job<T, O>, options: O | undefined, isLong = false): Promise<T> {
    const members = this.#members;
    const member = members.take('busy') ?? (isLong ? null : members.takeShared());
    if (member === null) return this.#useLater(job, options, isLong);
    member.isLong = isLong;
    try {
      return job(member, options);
    } finally {
      members.started(member);
    }
  }

  /** The same for a caller who has to wait. */
  #useLater<T, O extends WaitOptions>(job: Job<T, O>, options: O | undefined, isLong: boolean): Promise<T> {
    const beganMs = performance.now();
    return new Promise((resolve, reject) => {
      const receive = (member: Member): void => {
        member.isLong = isLong;
        job(member, leftOf(options, beganMs)).then(resolve, reject);
      };
      this.#wait(new Waiter(isLong, receive, reject), options);
    });
  }

  /** A member for one caller alone. */
  #hold(options: WaitOptions | undefined): Promise<Member> {
    return new Promise((resolve, reject) => {
      const aborted = abortedBefore(options);
      if (aborted !== null) throw aborted;
      const member = this.#members.take('held');
      if (member !== null) return resolve(member);
      const receive = (received: Member): void => {
        received.state = 'held';
        resolve(received);
      };
      this.#wait(new Waiter(true, receive, reject), options);
    });
  }

  #wait(waiter: Waiter, options: WaitOptions | undefined): void {
    const aborted = abortedBefore(options);
    if (aborted !== null) return waiter.reject(aborted);
    waiter.arm(options, this.#acquireTimeoutMs, () => this.#members.leave(waiter));
    this.#members.wait(waiter);
  }
}

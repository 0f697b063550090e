/** One call of a user, from its start to the one time it is settled. */
import { ConnectionError } from '../errors.js';
import type { Exchange, Outcome } from '../session/exchange.js';
import { addAbortListener, removeAbortListener } from './abort-listeners.js';

/** How every call that waits can be cut short. */
export interface WaitOptions {
  /** Rejects with `ERR_ABORTED` when it fires; its reason is the error's `cause`. */
  signal?: AbortSignal | undefined;
  /** Rejects with `ERR_TIMEOUT` after so many milliseconds. Unbounded when left out. */
  timeoutMs?: number | undefined;
}

/** The longest delay that timers can do. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Is told when a call that has been sent is given up. */
export interface CallOwner {
  /** For calls that say nothing of their own. */
  readonly timeoutMs: number | undefined;
  /** The call was settled by its signal or deadline while `exchange` is under way. */
  givenUp(exchange: Exchange<never>): void;
}

/** A call: a promise, and what may cut it short. */
export class Call<T> implements Outcome<T> {
  readonly promise: Promise<T>;
  isSettled = false;
  /** What was sent for it. */
  exchange: Exchange<never> | null = null;
  readonly #owner: CallOwner;
  #resolve!: (value: T) => void;
  #reject!: (error: Error) => void;
  #disarm: (() => void) | null = null;

  /** Is settled at once if `options` are not what they should be, or the signal has fired. */
  constructor(owner: CallOwner, what: string, options: WaitOptions | undefined) {
    this.#owner = owner;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const timeoutMs = options?.timeoutMs ?? owner.timeoutMs;
    if (options?.signal !== undefined || timeoutMs !== undefined) this.#arm(what, options?.signal, timeoutMs);
  }

  resolve(value: T): void {
    this.#settle();
    this.#resolve(value);
  }

  reject(error: Error): void {
    if (this.isSettled || this.retries(error)) return;
    this.#settle();
    this.#reject(error);
  }

  /** Tries it again instead of rejecting it, if it can; returns whether it does. */
  protected retries(_error: Error): boolean {
    return false;
  }

  #settle(): void {
    this.isSettled = true;
    this.exchange = null;
    this.#disarm?.();
  }

  #arm(what: string, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
    try {
      checkWait(signal, timeoutMs);
    } catch (error) {
      this.#settle();
      return this.#reject(error as Error);
    }
    const cut = (code: 'ERR_ABORTED' | 'ERR_TIMEOUT', how: string, cause?: unknown): void => {
      if (this.isSettled) return;
      const { exchange } = this;
      this.#settle();
      this.#reject(new ConnectionError(code, `${what} ${how}`, exchange === null, { cause }));
      if (exchange !== null) this.#owner.givenUp(exchange);
    };
    const onAbort = (): void => cut('ERR_ABORTED', 'was aborted', signal?.reason);
    if (signal !== undefined) addAbortListener(signal, onAbort);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => cut('ERR_TIMEOUT', `took longer than ${timeoutMs} ms`), timeoutMs);
    const disarm = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) removeAbortListener(signal, onAbort);
    };
    this.#disarm = disarm;
    if (signal?.aborted) onAbort();
  }
}

/** @throws {TypeError} The signal is none. @throws {RangeError} The timeout is not one that timers can do. */
export function checkWait(signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new TypeError('signal must be an AbortSignal');
  }
  if (timeoutMs !== undefined && !(timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX)) {
    throw new RangeError(`timeoutMs must be 0 to ${TIMEOUT_MS_MAX}, not ${timeoutMs}`);
  }
}

/** Who waits for a connection: first come, first served, and whoever gives up leaves the line at once. */
import { addAbortListener, removeAbortListener } from '../connection/abort-listeners.js';
import { checkWait, type WaitOptions } from '../connection/call.js';
import { ConnectionError } from '../errors.js';
import type { Member } from './member.js';

/** Somebody who waits. */
export class Waiter {
  /** Whether it needs a connection with nobody else on it. */
  readonly isAlone: boolean;
  /** Its neighbours in the line. */
  before: Waiter | null = null;
  after: Waiter | null = null;
  readonly #receive: (member: Member) => void;
  readonly #reject: (error: Error) => void;
  #disarm: (() => void) | null = null;

  constructor(isAlone: boolean, receive: (member: Member) => void, reject: (error: Error) => void) {
    this.isAlone = isAlone;
    this.#receive = receive;
    this.#reject = reject;
  }

  /** Lets it give up when its time is over, or its signal fires; `leave` takes it out of the line, and says why it had to wait. */
  arm(options: WaitOptions | undefined, acquireTimeoutMs: number, leave: () => Error | null): void {
    const { signal, timeoutMs } = options ?? {};
    const limitMs = Math.min(timeoutMs ?? acquireTimeoutMs, acquireTimeoutMs);
    const cut = (code: 'ERR_ABORTED' | 'ERR_TIMEOUT', how: string, cause: unknown): void => {
      this.#disarm?.();
      this.#reject(new ConnectionError(code, `waiting for a connection ${how}`, true, { cause }));
    };
    const onAbort = (): void => {
      leave();
      cut('ERR_ABORTED', 'was aborted', signal?.reason);
    };
    if (signal !== undefined) addAbortListener(signal, onAbort);
    const timer = setTimeout(() => cut('ERR_TIMEOUT', `took longer than ${limitMs} ms`, leave() ?? undefined), limitMs);
    const disarm = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) removeAbortListener(signal, onAbort);
    };
    this.#disarm = disarm;
  }

  /** Its turn has come. Does not throw. */
  receive(member: Member): void {
    this.#disarm?.();
    try {
      this.#receive(member);
    } catch (error) {
      this.#reject(error as Error);
    }
  }

  /** It waits in vain. */
  reject(error: Error): void {
    this.#disarm?.();
    this.#reject(error);
  }
}

/** The line. Everything in it takes the same time however long it is. */
export class WaitingLine {
  length = 0;
  #first: Waiter | null = null;
  #last: Waiter | null = null;

  /** Whose turn is next. */
  get first(): Waiter | null {
    return this.#first;
  }

  push(waiter: Waiter): void {
    waiter.before = this.#last;
    if (this.#last === null) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.length++;
  }

  /** Takes the first one out. */
  shift(): Waiter | null {
    const first = this.#first;
    if (first !== null) this.remove(first);
    return first;
  }

  /** Takes one out that is in it. */
  remove(waiter: Waiter): void {
    const { before, after } = waiter;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    waiter.before = null;
    waiter.after = null;
    this.length--;
  }
}

/** What is left of a caller's time, after it has waited. */
export function leftOf<O extends WaitOptions>(options: O | undefined, beganMs: number): O | undefined {
  if (options?.timeoutMs === undefined) return options;
  return { ...options, timeoutMs: Math.max(0, options.timeoutMs - (performance.now() - beganMs)) };
}

/** Why somebody need not even begin to wait; null if there is no reason. @throws {TypeError | RangeError} The options cannot be. */
export function abortedBefore(options: WaitOptions | undefined): ConnectionError | null {
  checkWait(options?.signal, options?.timeoutMs);
  if (!options?.signal?.aborted) return null;
  const { reason } = options.signal;
  return new ConnectionError('ERR_ABORTED', 'waiting for a connection was aborted', true, { cause: reason });
}

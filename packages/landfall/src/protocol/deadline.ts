/** Waiting with an end: an abort signal, a deadline, or both. */
import { AbortedError, DeadlineError } from '../errors.js';
import { addAbortListener, removeAbortListener } from './abort-listeners.js';
import type { WaitOptions } from './contracts.js';

/** A wait that goes on where an earlier one ended: one deadline for both. */
export interface BegunWait extends WaitOptions {
  /** When the deadline began to count, by `performance.now()`; now when left out. */
  beganMs?: number | undefined;
}

/** Settles a wait; only the first call counts. */
export type Settle<T> = (error: Error | null, value?: T) => void;

/** What cut a wait short. */
export type CutShort = AbortedError | DeadlineError;

/** The longest delay that timers can do; above it they fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * Waits for something that is settled by a callback, until the caller's signal fires or deadline passes.
 *
 * @param what Names it in the error.
 * @param start Begins it. Returns how to give it up; called with the error when it was cut short, not when it settled.
 * @throws {LandfallError} `ERR_ABORTED`, `ERR_TIMEOUT`, or what it was settled with.
 */
export function waitFor<T>(
  what: string,
  options: BegunWait | undefined,
  start: (settle: Settle<T>) => (error: CutShort) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const { signal, timeoutMs, beganMs } = options ?? {};
    checkTimeout(timeoutMs);
    checkSignal(signal);
    if (signal?.aborted) throw new AbortedError(what, signal.reason);
    const cut = signal || timeoutMs !== undefined ? new Cut(what, signal, timeoutMs, beganMs) : null;
    const giveUp = start((error, value) => {
      cut?.disarm();
      if (error === null) resolve(value as T);
      else reject(error);
    });
    cut?.arm((error) => {
      reject(error);
      giveUp(error);
    });
  });
}

/** What may cut a wait short. */
class Cut {
  readonly #what: string;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #beganMs: number | undefined;
  #isDisarmed = false;
  #timer: NodeJS.Timeout | undefined;
  #onAbort: (() => void) | undefined;

  constructor(
    what: string,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    beganMs: number | undefined,
  ) {
    this.#what = what;
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
    this.#beganMs = beganMs;
  }

  /** Calls `cut` once, when the signal fires or the deadline passes, unless disarmed first (before this call, even). */
  arm(cut: (error: CutShort) => void): void {
    if (this.#isDisarmed) return;
    const cutOnce = (error: CutShort): void => {
      this.disarm();
      cut(error);
    };
    const [what, signal, timeoutMs] = [this.#what, this.#signal, this.#timeoutMs];
    if (signal !== undefined) {
      const onAbort = (): void => cutOnce(new AbortedError(what, signal.reason));
      addAbortListener(signal, onAbort);
      this.#onAbort = onAbort;
    }
    if (timeoutMs === undefined) return;
    const gone = this.#beganMs === undefined ? 0 : performance.now() - this.#beganMs;
    this.#timer = setTimeout(() => cutOnce(new DeadlineError(what, timeoutMs)), timeoutMs - gone);
  }

  disarm(): void {
    this.#isDisarmed = true;
    clearTimeout(this.#timer);
    if (this.#onAbort !== undefined) removeAbortListener(this.#signal!, this.#onAbort);
  }
}

function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.addEventListener === 'function') return;
  throw new TypeError('signal must be an AbortSignal');
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX)) return;
  throw new RangeError(`timeoutMs must be 0 to ${TIMEOUT_MS_MAX}, not ${timeoutMs}`);
}

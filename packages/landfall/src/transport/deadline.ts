/** Waiting with an end: an abort signal, a deadline, or both. */
import { AbortedError, DeadlineError } from '../errors.js';
import type { WaitOptions } from '../protocol/transport.js';

/** Settles a wait; only the first call counts. */
export type Settle<T> = (error: Error | null, value?: T) => void;

/** The longest delay that timers can do; above it they fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * Waits for something that is settled by a callback, until the caller's signal fires or deadline passes.
 *
 * @param what Names it in the error.
 * @param start Begins it. Returns how to give it up; called when it was cut short, not when it settled.
 * @throws {LandfallError} `ERR_ABORTED`, `ERR_TIMEOUT`, or what it was settled with.
 */
export async function waitFor<T>(
  what: string,
  options: WaitOptions | undefined,
  start: (settle: Settle<T>) => () => void,
): Promise<T> {
  const { signal, timeoutMs } = options ?? {};
  checkTimeout(timeoutMs);
  if (signal?.aborted) throw new AbortedError(what, signal.reason);
  let stopWaiting = (): void => {};
  try {
    return await new Promise<T>((resolve, reject) => {
      const giveUp = start((error, value) => (error === null ? resolve(value as T) : reject(error)));
      const cut = (error: Error): void => {
        reject(error);
        giveUp();
      };
      const onAbort = (): void => cut(new AbortedError(what, signal?.reason));
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => cut(new DeadlineError(what, timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      stopWaiting = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
  } finally {
    stopWaiting();
  }
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || (timeoutMs >= 0 && timeoutMs <= TIMEOUT_MS_MAX)) return;
  throw new RangeError(`timeoutMs must be 0 to ${TIMEOUT_MS_MAX}, not ${timeoutMs}`);
}

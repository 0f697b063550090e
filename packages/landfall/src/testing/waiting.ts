/** Waiting with a deadline, so that what hangs says for what. */

/** Longer than anything here takes on a busy machine. */
export const TIMEOUT_MS_DEFAULT: number = 10_000;

/**
 * What a promise resolves to, if it does so in time.
 *
 * @param what Names it in the error; asked when it is made, if it is a function.
 * @throws {Error} It did not settle in time.
 */
export async function within<T>(
  what: string | (() => string),
  promise: Promise<T>,
  timeoutMs: number = TIMEOUT_MS_DEFAULT,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const fail = (): void => {
      reject(new Error(`${typeof what === 'string' ? what : what()} did not come within ${timeoutMs} ms`));
    };
    timer = setTimeout(fail, timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lets the event loop look for input several times.
 *
 * What has arrived by now has been delivered after that, if it is going to be: for showing that something does *not*
 * come. A runtime that looks for input on another thread makes that weaker, never wrong.
 */
export async function loopTurns(turns = 10): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Conditions that others wait for, asked again whenever `changed` is called. */
export class Happenings {
  #waiters: { isMet: () => boolean; resolve: () => void }[] = [];

  /**
   * Resolves once `isMet` answers yes.
   *
   * @param what Names it in the error.
   * @throws {Error} It did not in time.
   */
  until(what: string | (() => string), isMet: () => boolean, timeoutMs?: number): Promise<void> {
    if (isMet()) return Promise.resolve();
    return within(what, new Promise<void>((resolve) => this.#waiters.push({ isMet, resolve })), timeoutMs);
  }

  /** Something happened: asks all that wait. */
  changed(): void {
    const met = this.#waiters.filter((waiter) => waiter.isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.resolve();
  }
}

/** Lets a promise be awaited later: that it rejects before then is not an unhandled rejection. */
export function awaitedLater<T>(promise: Promise<T>): Promise<T> {
  const nothing = (): void => {};
  promise.then(nothing, nothing);
  return promise;
}

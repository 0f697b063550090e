/** Waiting with a deadline, so that a test that hangs says for what. */

/** Longer than anything here takes on a busy machine, shorter than a test run's own deadline. */
const TIMEOUT_MS_DEFAULT = 10_000;

/**
 * What a promise resolves to.
 *
 * @throws {Error} It did not settle in time.
 */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs: number = TIMEOUT_MS_DEFAULT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${timeoutMs} ms`)), timeoutMs);
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
 * What the kernel has by now has been delivered after that, if it is going to be: for tests that show that something
 * does *not* come. A runtime that looks for input on another thread makes such a test weaker, never wrong.
 */
export async function loopTurns(turns = 10): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Conditions that others wait for, asked again whenever `changed` is called. */
export class Happenings {
  #waiters: { isMet: () => boolean; resolve: () => void }[] = [];

  /** Resolves once `isMet` answers yes. */
  until(what: string, isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return within(what, new Promise<void>((resolve) => this.#waiters.push({ isMet, resolve })));
  }

  /** Something happened: asks all that wait. */
  changed(): void {
    const met = this.#waiters.filter((waiter) => waiter.isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.resolve();
  }
}

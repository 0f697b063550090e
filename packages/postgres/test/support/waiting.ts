/** Waiting in tests, always with a deadline. */
import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 10_000;
const POLL_MS = 5;

/** Resolves once `isMet` answers yes; it is asked again and again, since nothing tells when that changes. */
export async function until(what: string, isMet: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isMet())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come within ${TIMEOUT_MS} ms`);
    await pause(POLL_MS);
  }
}

/** What a promise resolves to, if it does so in time. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs: number = TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets everything happen that is only waiting for the event loop to come round. */
export async function turns(count = 10): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Errors that nobody took, while it is in use: there must be none. */
export function strayErrors(): AsyncDisposable {
  const errors: unknown[] = [];
  const note = (error: unknown): void => void errors.push(error);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  return {
    async [Symbol.asyncDispose]() {
      await turns();
      process.off('unhandledRejection', note).off('uncaughtException', note);
      if (errors.length > 0)
        throw new AggregateError(errors, `nobody took ${errors.length} errors: ${String(errors[0])}`);
    },
  };
}

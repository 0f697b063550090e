/** A run that Ctrl-C stops in order. */

/** The exit status of a run that was stopped. */
export const INTERRUPTED_STATUS = 130;

/** Runs something until it ends, or until Ctrl-C (or a polite kill) fires its signal; a second one ends at once. */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await run(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

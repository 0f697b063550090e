/** A run that Ctrl-C stops in order. */

/** The exit status of a run that was stopped. */
export const INTERRUPTED_STATUS = 130;

/**
 * A terminal sends Ctrl-C to npm and to this process, and npm sends it on: what comes so soon after the first signal is
 * the same Ctrl-C.
 */
const SAME_SIGNAL_MS = 500;

/** Runs something until it ends, or until Ctrl-C (or a polite kill) fires its signal; a second one ends at once. */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let stoppedMs: number | undefined;
  const stop = (): void => {
    if (stoppedMs === undefined) {
      stoppedMs = performance.now();
      // Whoever has started programs kills them now, so that nothing is left even when this process ends next.
      controller.abort();
      console.error('stopping in order; once more ends it at once');
    } else if (performance.now() - stoppedMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED_STATUS);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await run(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

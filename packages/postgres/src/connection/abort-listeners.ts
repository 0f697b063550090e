/**
 * One listener for each abort signal, however many waits it may cut short.
 *
 * One signal is often given to all the queries of a request, or of a service. With a listener for each, every call would
 * walk past all the others to be added and removed, and Node 20 warns from the eleventh on. (landfall has the same for
 * its waits, and does not export it.)
 */

/** The waits of one signal. */
class Waits {
  readonly callbacks = new Set<() => void>();

  /** The signal fires. A function of its own, for signals that others made take nothing else. */
  readonly fire = (): void => {
    for (const callback of [...this.callbacks]) {
      // One before it may have taken it out.
      if (this.callbacks.delete(callback)) callOne(callback);
    }
  };
}

/** What one throws does not keep the others waiting: it is thrown outside, as listeners' errors are. */
function callOne(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

const waitsOf = new WeakMap<AbortSignal, Waits>();

/** Calls `callback` once `signal` fires; not if it has. Each `callback` counts once. */
export function addAbortListener(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) return;
  let waits = waitsOf.get(signal);
  if (waits === undefined) {
    waits = new Waits();
    waitsOf.set(signal, waits);
  }
  if (waits.callbacks.size === 0) signal.addEventListener('abort', waits.fire, { once: true });
  waits.callbacks.add(callback);
}

/** Undoes that. With the last one, nothing is left that could keep the signal from being collected. */
export function removeAbortListener(signal: AbortSignal, callback: () => void): void {
  const waits = waitsOf.get(signal);
  if (waits?.callbacks.delete(callback) && waits.callbacks.size === 0) signal.removeEventListener('abort', waits.fire);
}

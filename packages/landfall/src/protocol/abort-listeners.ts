/**
 * One listener for each abort signal, however many waits it may cut short.
 *
 * A signal that ends a whole service is given to every wait of every connection. With a listener for each, every wait
 * would walk past all the others to be added and removed, and Node 20 warns from the eleventh on.
 */

/** The waits of one signal. */
class Waits {
  readonly callbacks = new Set<() => void>();

  /** The signal fires. What is taken out by those before it is not called any more. */
  handleEvent(): void {
    for (const callback of this.callbacks) {
      this.callbacks.delete(callback);
      callback();
    }
  }
}

const waitsOf = new WeakMap<AbortSignal, Waits>();

/** Calls `callback`, which must not throw, once `signal` fires; not if it has. Each `callback` counts once. */
export function addAbortListener(signal: AbortSignal, callback: () => void): void {
  let waits = waitsOf.get(signal);
  if (waits === undefined) {
    waits = new Waits();
    waitsOf.set(signal, waits);
  }
  if (waits.callbacks.size === 0) signal.addEventListener('abort', waits, { once: true });
  waits.callbacks.add(callback);
}

/** Undoes that. With the last one, nothing is left that could keep the signal from being collected. */
export function removeAbortListener(signal: AbortSignal, callback: () => void): void {
  const waits = waitsOf.get(signal);
  if (waits?.callbacks.delete(callback) && waits.callbacks.size === 0) signal.removeEventListener('abort', waits);
}

/** Callbacks that fail, and where failures end up that nobody is told of. */
import { awaitedLater, Happenings } from '../waiting.js';
import type { Recorded } from './link.js';

/** A function that throws. */
export function thrower(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

/** Has a callback still be recorded, and return a promise that rejects. */
export function returnPromise(protocol: Recorded, name: string, reason: Error): void {
  const callbacks = protocol as unknown as Record<string, (...args: unknown[]) => unknown>;
  const original = callbacks[name]!.bind(protocol);
  const rejecting = async (...args: unknown[]): Promise<void> => {
    original(...args);
    await Promise.resolve();
    throw reason;
  };
  // A transport that does not look at it shall fail its case, and not the process.
  callbacks[name] = (...args: unknown[]): unknown => awaitedLater(rejecting(...args));
}

/** Resolves once the process warns of this very error. */
export async function warning(error: Error): Promise<void> {
  const warnings = new Happenings();
  let isTold = false;
  const note = (told: Error): void => {
    isTold ||= told === error;
    warnings.changed();
  };
  process.on('warning', note);
  try {
    await warnings.until(`the warning ${error.message}`, () => isTold);
  } finally {
    process.off('warning', note);
  }
}

/** Collects the rejections that nobody handles, which would otherwise end the process. */
export function unhandledRejections(): AsyncDisposable & { readonly reasons: readonly unknown[] } {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => void reasons.push(reason);
  process.on('unhandledRejection', note);
  const dispose = async (): Promise<void> => {
    process.off('unhandledRejection', note);
  };
  return { reasons, [Symbol.asyncDispose]: dispose };
}

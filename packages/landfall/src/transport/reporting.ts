/** Telling of errors that no protocol can be told of. */
import { refusePromise, warnOf } from '../protocol/callbacks.js';
import type { Transport } from '../protocol/contracts.js';
import { tellOfError } from './channels.js';

/** Whom a server tells. */
export type OnError = (error: Error, transport: Transport | null) => void;

/** Tells whoever listens, and `onError`; a process warning when there is none, and of what it throws itself. */
export function report(error: Error, transport: Transport | null, onError: OnError | undefined): void {
  tellOfError(error, transport);
  if (onError === undefined) return warnOf(error);
  try {
    refusePromise('onError', onError(error, transport));
  } catch (thrown) {
    warnOf(thrown);
  }
}

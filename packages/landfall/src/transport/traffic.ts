/** What a connection needs once something happens on it; an idle one is without. */
import type { Sending } from './sending.js';
import type { Unread } from './unread.js';

/** Counts, queues and outcome of one connection. */
export class Traffic {
  bytesReceived = 0;
  bytesCopied = 0;
  reads = 0;
  writesDropped = 0;
  /** What was received and not delivered yet. */
  unread: Unread | null = null;
  /** The sending half; made by the first write. */
  sending: Sending | null = null;
  /** What the connection is lost with. */
  error: Error | null = null;
  /** Resolves `closed`, if somebody asked for it. */
  closedWait: ClosedWait | null = null;
}

/** Somebody waits for the loss. */
export class ClosedWait {
  readonly promise: Promise<void>;
  #resolve: () => void = () => {};

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  resolve(): void {
    this.#resolve();
  }
}

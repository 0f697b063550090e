/** What a connection needs once something happens on it; an idle one is without. */
import type { Sending } from './sending.js';
import { DEFAULT_DEADLINES } from './tls-options.js';
import type { Unread } from './unread.js';
import type { Upgrade } from './upgrade.js';

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
  /** `startTls` under way. */
  upgrade: Upgrade | null = null;
  /** Over TLS, how long closing may take, and what sees to it. */
  shutdownTimeoutMs: number = DEFAULT_DEADLINES.shutdownTimeoutMs;
  shutdownTimer: NodeJS.Timeout | undefined = undefined;
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

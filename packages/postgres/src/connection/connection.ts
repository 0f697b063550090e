/** One connection to a server, for whoever made it. */
import type { TransportStats } from 'landfall';
import type { Link } from './link.js';
import { Queryable, type Target } from './queryable.js';
import type { Statements } from './statements.js';

/** What a connection has done so far. */
export interface ConnectionStats extends TransportStats {
  /** Queries, batches and so on that are under way. */
  readonly inFlight: number;
}

/** A connection. Close it: it keeps the process alive. */
export class Connection extends Queryable implements AsyncDisposable {
  readonly #target: Target;

  constructor(link: Link, statements: Statements) {
    super();
    this.#target = { link, statements };
  }

  /** Whether it takes calls. */
  get isOpen(): boolean {
    return this.#target.link.isOpen;
  }

  /** Resolves when it is over, whatever ended it. Never rejects. */
  get closed(): Promise<void> {
    return this.#target.link.closed;
  }

  /** Counts of what it did; a snapshot. */
  stats(): ConnectionStats {
    const { session, transport } = this.#target.link;
    return { ...transport.stats(), inFlight: session.inFlight };
  }

  /** Waits for what is under way, says goodbye and ends; ends without that after `timeoutMs`, 5 s unless given. Idempotent; never rejects. */
  close(options?: { timeoutMs?: number | undefined }): Promise<void> {
    return this.#target.link.close(options?.timeoutMs);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  protected override use<T>(job: (target: Target) => Promise<T>): Promise<T> {
    return job(this.#target);
  }
}

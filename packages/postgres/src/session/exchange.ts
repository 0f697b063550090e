/** What is asked and what is answered, up to one ReadyForQuery: the unit in which a connection is shared. */
import { PostgresClientError } from '../errors.js';
import type { RowReader } from '../wire/message-receiver.js';
import { COPY_BOTH_RESPONSE, COPY_DATA, COPY_DONE, COPY_OUT_RESPONSE } from '../wire/message-types.js';
import type { ReceiveBuffer } from '../wire/receive-buffer.js';
import type { PostgresError } from '../wire/server-error.js';
import { RowsDropped } from './row-readers.js';

/** What an exchange needs of its session. */
export interface SessionSide {
  readonly received: ReceiveBuffer;
  /** Gives the server no data for the COPY that it waits for. */
  failCopy(reason: string): void;
  /** Whether the answer that comes now is this one's. */
  isFirst(exchange: Exchange<never>): boolean;
}

/** Is told once how an exchange ended. */
export interface Outcome<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/**
 * One exchange. Its messages are written before it is given to the session, and end with a Sync (or are a Query).
 *
 * Errors of the server come here, and the exchange still goes on to its ReadyForQuery: only there is its outcome told,
 * unless it was abandoned.
 */
export abstract class Exchange<T = unknown> {
  /** Who reads its DataRows. */
  rows: RowReader | null = null;
  /** Whether its rows may be gathered up to the end of their result. */
  gathers = false;
  /** Whether its answer is one value that goes into memory of its own. */
  readonly isValue: boolean = false;
  /** What went wrong first. */
  error: Error | null = null;
  /** Is called when more is of no use to it: it has failed, was abandoned, or is over. Perhaps more than once. */
  onOver: (() => void) | null = null;
  /** Whether what answers it has come: before that, or an error, it cannot end. */
  isAnswered = false;
  /** Whether nobody wants to know any more how it ends. */
  isAbandoned = false;
  /** The one whose answer comes next; for the queue. */
  next: Exchange<never> | null = null;
  /** Who is told how it ended; null once that was told, or nobody wants to know. */
  outcome: Outcome<T> | null;

  constructor(outcome: Outcome<T> | null) {
    this.outcome = outcome;
  }

  /**
   * Takes a message that is about this exchange alone.
   *
   * @returns False if it may not come here.
   */
  abstract message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): boolean;

  /** What it came to, when there was no error. */
  protected abstract result(session: SessionSide): T;

  /** Something went wrong: the first error counts, and rows that still come are dropped. */
  fail(error: Error): void {
    this.error ??= error;
    this.onOver?.();
  }

  /** The server refused it. */
  refused(error: PostgresError, _session: SessionSide): void {
    this.fail(error);
  }

  /**
   * The server waits for the data of a COPY.
   *
   * @returns False if it may not.
   */
  copyAsked(_session: SessionSide): boolean {
    return false;
  }

  /** Nobody wants to know any more: what still comes is dropped. */
  abandon(session: SessionSide): void {
    this.outcome = null;
    this.isAbandoned = true;
    this.gathers = false;
    this.rows = new RowsDropped(session.received);
    this.onOver?.();
  }

  /** Whether ReadyForQuery may come now. */
  get mayEnd(): boolean {
    return this.isAnswered || this.error !== null;
  }

  /** Whether more is of no use to it. */
  get isOver(): boolean {
    return this.error !== null || this.outcome === null;
  }

  /** For `copyAsked`, of what is no COPY of ours: it fails. */
  protected copyInRefused(): true {
    this.fail(new PostgresClientError('ERR_UNSUPPORTED', 'COPY FROM STDIN is run by copyFrom() only'));
    return true;
  }

  /** For `message`: a COPY TO STDOUT is none of ours; what it sends is dropped. */
  protected copyOutRefused(type: number): boolean {
    if (type === COPY_OUT_RESPONSE || type === COPY_BOTH_RESPONSE) {
      this.fail(new PostgresClientError('ERR_UNSUPPORTED', 'COPY TO STDOUT cannot be run'));
      return true;
    }
    return this.error !== null && (type === COPY_DATA || type === COPY_DONE);
  }

  /** ReadyForQuery: it is over. */
  ready(session: SessionSide): void {
    const { outcome, error } = this;
    this.outcome = null;
    this.onOver?.();
    if (outcome === null) return;
    if (error !== null) return outcome.reject(error);
    let value: T;
    try {
      value = this.result(session);
    } catch (thrown) {
      return outcome.reject(thrown as Error);
    }
    outcome.resolve(value);
  }

  /** The connection is over before it was. */
  lost(error: PostgresClientError | PostgresError): void {
    const { outcome } = this;
    this.outcome = null;
    this.onOver?.();
    outcome?.reject(this.error ?? error);
  }
}

/**
 * Every error of landfall and every code, in one place.
 *
 * Match on `code`, never on the message: codes are stable, messages are for people. Numbers that belong to an error
 * are fields of it, and `cause` keeps what the runtime said.
 */

/**
 * What failed.
 *
 * - `ERR_INCOMPLETE` the peer ended in the middle of something.
 * - `ERR_LIMIT` something is larger than a limit allows.
 * - `ERR_FRAME` a frame header that cannot be.
 * - `ERR_BUSY` two reads at once: fix the caller.
 * - `ERR_CLOSED` this side closed it: fix the caller.
 * - `ERR_LOST` the peer or the network broke it: `cause` says how.
 * - `ERR_TIMEOUT` a deadline passed.
 * - `ERR_ABORTED` an `AbortSignal` fired: `cause` is its reason.
 * - `ERR_RELEASED` memory that was borrowed is used after it was given back.
 * - `ERR_BUFFER` memory handed out to be received into is empty, detached or not memory at all.
 * - `ERR_UNSUPPORTED` this connection cannot do that: fix the caller.
 * - `ERR_PROTOCOL` a protocol callback broke its contract: it threw something that is no error, or returned a promise.
 */
export type ErrorCode =
  | 'ERR_INCOMPLETE'
  | 'ERR_LIMIT'
  | 'ERR_FRAME'
  | 'ERR_BUSY'
  | 'ERR_CLOSED'
  | 'ERR_LOST'
  | 'ERR_TIMEOUT'
  | 'ERR_ABORTED'
  | 'ERR_RELEASED'
  | 'ERR_BUFFER'
  | 'ERR_UNSUPPORTED'
  | 'ERR_PROTOCOL';

/** The base of every error that landfall makes. */
export class LandfallError extends Error {
  override name = 'LandfallError';
  /** Stable; what to match on. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** `ERR_INCOMPLETE`: the peer ended its side in the middle of a frame, or before a read had what it wanted. */
export class IncompleteError extends LandfallError {
  override name = 'IncompleteError';
  /** Bytes that had arrived; of a frame, its header included. */
  readonly bytesRead: number;
  /** Bytes that were wanted, or that the frame announced, its header included; undefined when that is not known. */
  readonly expectedBytes: number | undefined;
  /** What had arrived, yours to keep, where that is not in memory of yours already; it is not read again. */
  readonly partial: Uint8Array | undefined;

  constructor(bytesRead: number, expectedBytes: number | undefined, partial?: Uint8Array) {
    super('ERR_INCOMPLETE', `the peer ended early: ${bytesRead} of ${expectedBytes ?? 'unknown'} bytes received`);
    this.bytesRead = bytesRead;
    this.expectedBytes = expectedBytes;
    this.partial = partial;
  }
}

/** `ERR_LIMIT`: something is larger than a limit. Nothing was allocated for it. */
export class LimitError extends LandfallError {
  override name = 'LimitError';
  /** The limit in force, in bytes. */
  readonly limitBytes: number;
  /** What was declared or reached, in bytes. */
  readonly actualBytes: number;

  constructor(what: string, actualBytes: number, limitBytes: number) {
    super('ERR_LIMIT', `${what} of ${actualBytes} bytes is over the limit of ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
    this.actualBytes = actualBytes;
  }
}

/** `ERR_FRAME`: a received header that cannot be, or a payload that its framing cannot express. */
export class FrameError extends LandfallError {
  override name = 'FrameError';
  /** The bytes at the start of the received frame that make up what cannot be; 0 for a payload to send. Who scans by hand can go on behind them. */
  readonly headerBytes: number;

  constructor(message: string, headerBytes: number) {
    super('ERR_FRAME', message);
    this.headerBytes = headerBytes;
  }
}

/** `ERR_ABORTED`: the caller's signal fired. Its `name` is `AbortError`, as the platform's own is; `cause` is the reason. */
export class AbortedError extends LandfallError {
  override name = 'AbortError';
  /** Bytes that a read had put into the caller's view, and that the next read does not get; 0 for everything else. */
  bytesRead = 0;

  constructor(what: string, reason: unknown) {
    super('ERR_ABORTED', `${what} was aborted`, { cause: reason });
  }
}

/** `ERR_TIMEOUT`: a deadline passed. */
export class DeadlineError extends LandfallError {
  override name = 'DeadlineError';
  /** As `AbortedError.bytesRead`. */
  bytesRead = 0;
  /** The deadline that passed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super('ERR_TIMEOUT', `${what} took longer than ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** What a callback threw, as the error its connection is lost with: itself if it is one, else wrapped. */
export function thrownAsError(thrown: unknown): Error {
  // Also one of another realm, which is no instance of this one's Error.
  if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]') return thrown as Error;
  return new LandfallError('ERR_PROTOCOL', 'a protocol callback threw something that is not an Error', {
    cause: thrown,
  });
}

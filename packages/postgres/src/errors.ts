/**
 * Every error of the driver and every code, in one place.
 *
 *     PostgresError            what the server says: match on `sqlstate`, or on the class
 *     PostgresClientError      what this side says: match on `code`
 *     ├ ConnectionError        the connection, or the wait for one
 *     ├ EncodeError            a value cannot be sent as the type that the server wants
 *     ├ DecodeError            received bytes cannot be a value of their type
 *     └ ProtocolError          the server broke the protocol
 *
 * No message holds a password or a parameter's value.
 */

/**
 * What failed on this side.
 *
 * - `ERR_CONNECT` the server cannot be reached, or refused the connection for another reason than its own error.
 * - `ERR_AUTH` the server asked for something that is not allowed, or proved not to know the password.
 * - `ERR_TLS` encryption was wanted and could not be had.
 * - `ERR_LOST` the connection broke: `cause` says how.
 * - `ERR_CLOSED` the connection, transaction or pool was closed by this side: fix the caller.
 * - `ERR_TIMEOUT` a deadline passed.
 * - `ERR_ABORTED` an `AbortSignal` fired: `cause` is its reason.
 * - `ERR_POOL_FULL` more callers than `maxQueue` wait for a connection.
 * - `ERR_CONFIG` options, a URL or the environment say something that cannot be.
 * - `ERR_ENCODE`, `ERR_DECODE` a value, see the classes.
 * - `ERR_PROTOCOL` the server sent something that the protocol does not allow here.
 * - `ERR_LIMIT` something is larger than a limit allows.
 * - `ERR_ROWS` the result has not the rows or columns that the call is for.
 * - `ERR_ROLLED_BACK` a transaction was to be committed in which a statement had failed: `cause` is that statement's error.
 * - `ERR_UNSUPPORTED` the statement is of a kind that this call cannot run, or the call not one for now.
 */
export type ClientErrorCode =
  | 'ERR_CONNECT'
  | 'ERR_AUTH'
  | 'ERR_TLS'
  | 'ERR_LOST'
  | 'ERR_CLOSED'
  | 'ERR_TIMEOUT'
  | 'ERR_ABORTED'
  | 'ERR_POOL_FULL'
  | 'ERR_CONFIG'
  | 'ERR_ENCODE'
  | 'ERR_DECODE'
  | 'ERR_PROTOCOL'
  | 'ERR_LIMIT'
  | 'ERR_ROWS'
  | 'ERR_ROLLED_BACK'
  | 'ERR_UNSUPPORTED';

/** The base of every error that the driver itself makes. */
export class PostgresClientError extends Error {
  override name = 'PostgresClientError';
  /** Stable; what to match on. */
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The connection could not be made, was lost, closed, or not to be had in time. */
export class ConnectionError extends PostgresClientError {
  override name = 'ConnectionError';
  /** True if nothing of the call had reached the server, so that it can be made again without being done twice. */
  readonly safeToRetry: boolean;

  constructor(code: ClientErrorCode, message: string, safeToRetry: boolean, options?: { cause?: unknown }) {
    super(code, message, options);
    this.safeToRetry = safeToRetry;
    // As the platform names what an AbortSignal causes.
    if (code === 'ERR_ABORTED') this.name = 'AbortError';
  }
}

/** A value cannot be sent as the type that the server wants: wrong kind, out of range, not to be expressed exactly. */
export class EncodeError extends PostgresClientError {
  override name = 'EncodeError';
  /** PostgreSQL's name of the type. */
  readonly typeName: string;
  /** The parameter's number, from 1; the column's, in rows that are copied in. 0 until the caller of a codec fills it in. */
  position = 0;

  constructor(typeName: string, problem: string, options?: { cause?: unknown }) {
    super('ERR_ENCODE', `cannot be sent as ${typeName}: ${problem}`, options);
    this.typeName = typeName;
  }

  /** Says which parameter or column it was. */
  at(what: 'parameter' | 'column', position: number): this {
    this.position = position;
    this.message = `${what} ${position} ${this.message}`;
    return this;
  }
}

/** Received bytes cannot be a value of their type. The connection goes on behind them. */
export class DecodeError extends PostgresClientError {
  override name = 'DecodeError';
  /** PostgreSQL's name of the type. */
  readonly typeName: string;

  constructor(typeName: string, problem: string) {
    super('ERR_DECODE', `not a value of ${typeName}: ${problem}`);
    this.typeName = typeName;
  }
}

/** The server sent what the protocol does not allow. The connection is over. */
export class ProtocolError extends PostgresClientError {
  override name = 'ProtocolError';

  constructor(problem: string) {
    super('ERR_PROTOCOL', `the server broke the protocol: ${problem}`);
  }
}

/** The error that a server answers with. Its subclasses, one for each class of SQLSTATE, are in `sqlstate-classes.ts`. */
import type { ServerMessage } from './server-message.js';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/**
 * What the server says went wrong: match on `sqlstate`, or on the subclass, never on the message.
 *
 * It holds what the server sent and neither the statement nor its parameters; `message`, `detail` and `where` can quote
 * values all the same.
 */
export class PostgresError extends Error implements ServerMessage {
  override name = 'PostgresError';
  declare readonly severity: string;
  declare readonly sqlstate: string;
  declare readonly detail?: string;
  declare readonly hint?: string;
  declare readonly position?: number;
  declare readonly internalPosition?: number;
  declare readonly internalQuery?: string;
  declare readonly where?: string;
  declare readonly schema?: string;
  declare readonly table?: string;
  declare readonly column?: string;
  declare readonly dataType?: string;
  declare readonly constraint?: string;
  declare readonly file?: string;
  declare readonly line?: number;
  declare readonly routine?: string;
  /** Of `batch()`: which of its statements the server refused, from 0. */
  declare batchIndex?: number;

  constructor(said: ServerMessage) {
    super(said.message);
    // Only what was sent becomes a property: sixteen times `undefined` would bury the rest when the error is printed.
    Object.assign(this, said);
  }

  /** The same as `sqlstate`, under the name that other drivers have for it. */
  get code(): string {
    return this.sqlstate;
  }

  /** True if the server has ended the connection with it. */
  get isFatal(): boolean {
    return this.severity === 'FATAL' || this.severity === 'PANIC';
  }

  /** True if the transaction lost to another one and the whole of it can be run again: 40001 and 40P01. */
  get isRetryable(): boolean {
    return this.sqlstate === SERIALIZATION_FAILURE || this.sqlstate === DEADLOCK_DETECTED;
  }
}

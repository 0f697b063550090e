/**
 * One connection to a server, without its socket: bytes in, bytes out, and whose turn it is.
 *
 *     free()/updated()  ─►  ReceiveBuffer  ─►  message()  ─►  the exchange whose answer this is
 *     begin(exchange)   ─►  queue, in the order in which the server answers
 *     writer            ◄─  messages, taken by whoever owns the socket
 */
import { ConnectionError, PostgresClientError, ProtocolError } from '../errors.js';
import { readCString } from '../wire/backend-messages.js';
import type { MessageReceiver, RowReader } from '../wire/message-receiver.js';
import * as types from '../wire/message-types.js';
import { MessageWriter } from '../wire/message-writer.js';
import { ReceiveBuffer } from '../wire/receive-buffer.js';
import type { PostgresError } from '../wire/server-error.js';
import { parseServerMessage, type ServerMessage } from '../wire/server-message.js';
import { serverError } from '../wire/sqlstate-classes.js';
import type { Exchange } from './exchange.js';
import { ExchangeQueue } from './exchange-queue.js';

/** Before the server has let us in, nothing it says is long. */
const STARTUP_BYTES_MAX = 64 * 1024;

/** Is told what concerns no exchange in particular. Called while messages are read: it must not throw. */
export interface SessionListener {
  /** The server has something to say that is no error. */
  notice(message: ServerMessage): void;
  /** An exchange is over: `inFlight` says whether it was the last. */
  answered(): void;
  /** There is something to be sent in `writer`. */
  flush(): void;
}

/** The state of one connection. */
export class Session implements MessageReceiver {
  readonly writer: MessageWriter = new MessageWriter();
  readonly received: ReceiveBuffer;
  /** What the server reports of its settings. */
  readonly parameters: Map<string, string> = new Map();
  /** `STATUS_IDLE`, `STATUS_IN_TRANSACTION` or `STATUS_FAILED`; as of the last ReadyForQuery. */
  status: number = types.STATUS_IDLE;
  /** To cancel by. */
  processId = 0;
  secretKey: Uint8Array = new Uint8Array(0);
  /** What made the last transaction fail that did. */
  failure: PostgresError | null = null;
  /** What the server said last before it ended the connection. */
  fatal: PostgresError | null = null;
  rows: RowReader | null = null;
  readonly #listener: SessionListener;
  readonly #maxMessageBytes: number;
  /** Whether the server has let us in. */
  #isStarted = false;
  readonly #exchanges: ExchangeQueue = new ExchangeQueue();

  constructor(listener: SessionListener, maxMessageBytes: number) {
    this.#listener = listener;
    this.#maxMessageBytes = maxMessageBytes;
    this.received = new ReceiveBuffer(this, STARTUP_BYTES_MAX);
  }

  /** Exchanges under way. */
  get inFlight(): number {
    return this.#exchanges.length;
  }

  get mayGather(): boolean {
    return this.rows !== null && this.#exchanges.length === 1 && this.#exchanges.first!.gathers;
  }

  /** Its messages are written: its answer comes after those of the ones before. */
  begin<T>(exchange: Exchange<T>): void {
    this.#exchanges.push(exchange as unknown as Exchange<never>);
    if (this.#exchanges.length === 1) this.rows = exchange.rows;
  }

  /** Whether something is under way, and nothing of it is wanted: a cancellation can hit nothing else. */
  get isUnwanted(): boolean {
    return this.#exchanges.length > 0 && this.#exchanges.every(({ isAbandoned }) => isAbandoned);
  }

  /** Whether the answer that comes now is this one's. */
  isFirst(exchange: Exchange<never>): boolean {
    return this.#exchanges.first === exchange;
  }

  /** Nobody wants to know how it ends. */
  abandon(exchange: Exchange<never>): void {
    exchange.abandon(this);
    if (this.isFirst(exchange)) this.rows = exchange.rows;
  }

  message(type: number, memory: Uint8Array, view: DataView, start: number, end: number): void {
    switch (type) {
      case types.READY_FOR_QUERY:
        return this.#ready(memory, start, end);
      case types.ERROR_RESPONSE:
        return this.#refused(serverError(parseServerMessage(memory, start, end)));
      case types.NOTICE_RESPONSE:
        return this.#listener.notice(parseServerMessage(memory, start, end));
      case types.PARAMETER_STATUS:
        return this.#parameter(memory, start, end);
      // A Close that was sent along is nobody's in particular. Of what others notify, nobody has asked to be told.
      case types.CLOSE_COMPLETE:
      case types.NOTIFICATION_RESPONSE:
        return;
    }
    const exchange = this.#exchanges.first;
    if (exchange === null) throw unexpected(type);
    const isTaken =
      type === types.COPY_IN_RESPONSE ? exchange.copyAsked(this) : exchange.message(type, memory, view, start, end);
    if (!isTaken) throw unexpected(type);
    // A RowDescription may just have said who reads what follows.
    this.rows = exchange.rows;
  }

  /**
   * The server waits for data, and gets none. The Sync that was sent before is lost on it meanwhile.
   *
   * @throws {ConnectionError} So is what was sent behind that, in part: whose the answers are cannot be told any more.
   */
  failCopy(reason: string): void {
    const { writer } = this;
    if (this.#exchanges.length > 1) {
      throw new ConnectionError('ERR_LOST', 'a COPY FROM STDIN took what was sent behind it for its data', false);
    }
    writer.startMessage(types.COPY_FAIL);
    writer.cstring(reason);
    writer.endMessage();
    writer.startMessage(types.SYNC);
    writer.endMessage();
    this.#listener.flush();
  }

  /** The connection is over: so are all exchanges. Null: this side closed it. */
  lost(cause: Error | null): void {
    const error = this.fatal ?? lostError(cause);
    for (let lost = this.#exchanges.shift(); lost !== null; lost = this.#exchanges.shift()) lost.lost(error);
    this.rows = null;
  }

  #ready(memory: Uint8Array, start: number, end: number): void {
    const exchange = this.#exchanges.first;
    if (exchange === null || end !== start + 1 || !exchange.mayEnd) throw unexpected(types.READY_FOR_QUERY);
    this.#exchanges.shift();
    this.status = memory[start]!;
    this.#isStarted = true;
    this.received.limitBytes = this.#maxMessageBytes;
    this.rows = this.#exchanges.first?.rows ?? null;
    exchange.ready(this);
    this.#listener.answered();
  }

  #refused(error: PostgresError): void {
    if (error.isFatal) this.fatal = error;
    // Those that come later only say that it has failed.
    if (this.status === types.STATUS_IN_TRANSACTION) this.failure = error;
    const exchange = this.#exchanges.first;
    exchange?.refused(error, this);
    // The server ends the connection, and is not waited for.
    if (error.isFatal) throw error;
    if (exchange === null) throw new ProtocolError(`an error while nothing was asked: ${error.message}`);
    this.rows = exchange.rows;
  }

  #parameter(memory: Uint8Array, start: number, end: number): void {
    const name = readCString(memory, start, end);
    const value = readCString(memory, name.end, end);
    this.parameters.set(name.text, value.text);
    if (this.#isStarted && name.text === 'client_encoding' && value.text !== 'UTF8') throw otherEncoding(value.text);
  }
}

function unexpected(type: number): ProtocolError {
  return new ProtocolError(`a message of type ${JSON.stringify(String.fromCharCode(type))} came where none may come`);
}

/** All text would be read wrong, and written wrong, from some point on that is not known. */
function otherEncoding(encoding: string): ConnectionError {
  const problem = `client_encoding was set to ${encoding}, and only UTF8 can be read`;
  return new ConnectionError('ERR_LOST', `the connection was ended: ${problem}`, false);
}

/** What everything under way is rejected with; what was asked may have been done. */
function lostError(cause: Error | null): PostgresClientError {
  return cause === null
    ? new ConnectionError('ERR_CLOSED', 'the connection was closed before the answer came', false)
    : cause instanceof PostgresClientError
      ? cause
      : new ConnectionError('ERR_LOST', `the connection was lost: ${cause.message}`, false, { cause });
}

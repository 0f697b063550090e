/**
 * One physical connection: a session on a transport of landfall, from its first byte to its last.
 *
 * Whoever sends writes messages into `session.writer` and gives the exchange that takes the answer to `send`, when it is
 * its turn.
 */
import type { Transport } from 'landfall';
import { ConnectionError, type PostgresClientError } from '../errors.js';
import type { Exchange } from '../session/exchange.js';
import { Session } from '../session/session.js';
import { TERMINATE } from '../wire/message-types.js';
import type { ServerMessage } from '../wire/server-message.js';
import type { Call, CallOwner } from './call.js';
import { type Deferred, deferred } from './deferred.js';
import { type LinkEvents, LinkProtocol } from './link-protocol.js';
import { Turns } from './turns.js';

/** How long `close` waits for what is under way, unless told otherwise. */
const CLOSE_TIMEOUT_MS = 5_000;

const COPIED = { copy: true };
const NEVER = (): void => {};

/** What a link is made with. */
export interface LinkSettings {
  /** The largest message that is taken. */
  readonly maxMessageBytes: number;
  /** How long the server may take to end what was cancelled; then the connection is given up. */
  readonly cancelTimeoutMs: number;
  /** Asks the server, on a connection of its own, to cancel what this one does. Resolves once that was told or could not be; never rejects. */
  cancel(processId: number, secretKey: Uint8Array): Promise<void>;
  /** Is told of what the server says besides. */
  readonly onNotice: ((notice: ServerMessage) => void) | undefined;
}

/** A connection. */
export class Link implements CallOwner, LinkEvents {
  readonly session: Session;
  readonly turns: Turns = new Turns(() => this.#progressed());
  /** Is called when something is over that was under way, or nobody waits to send: it may be free. Must not throw. */
  onProgress: (() => void) | null = null;
  readonly #settings: LinkSettings;
  readonly #over = deferred();
  #transport: Transport | null = null;
  #protocol: LinkProtocol | null = null;
  #end: { cause: Error | null } | null = null;
  #isClosing = false;
  #writable: Deferred | null = null;
  #answer: Deferred | null = null;
  /** The end of what is being cancelled. */
  #cancelling: Promise<void> | null = null;
  /** Whether nothing is wanted of what is under way, and of what waits to be sent. */
  #isUndoing = false;
  /** For calls that say nothing of their own; unbounded at first. */
  timeoutMs: number | undefined = undefined;

  constructor(settings: LinkSettings) {
    this.#settings = settings;
    const listener = {
      notice: (message: ServerMessage) => this.#notice(message),
      answered: () => this.#answered(),
      flush: () => void this.flush(),
    };
    this.session = new Session(listener, settings.maxMessageBytes);
  }

  /** Whether it takes calls. */
  get isOpen(): boolean {
    return this.#end === null && !this.#isClosing;
  }

  /** Whether nothing is under way, and nobody waits to send. */
  get isFree(): boolean {
    return this.session.inFlight === 0 && this.turns.isFree;
  }

  /** Resolves when the connection is over, whatever ended it. */
  get closed(): Promise<void> {
    return this.#over.promise;
  }

  /** The transport it is on. */
  get transport(): Transport {
    return this.#transport!;
  }

  /** Takes charge of a transport. */
  begin(transport: Transport): void {
    this.#transport = transport;
    this.#receiveAnew();
  }

  /** What rejects a call that comes too late; nothing of it was sent. */
  closedError(): PostgresClientError {
    const cause = this.#end?.cause ?? null;
    if (cause === null) return new ConnectionError('ERR_CLOSED', 'the connection is closed', true);
    return new ConnectionError('ERR_LOST', `the connection is lost: ${cause.message}`, true, { cause });
  }

  /** Whether a call may be written at once: nobody waits, and it is not made from inside a value that is just being written. */
  get mayWrite(): boolean {
    return this.turns.isFree && this.session.writer.length === 0;
  }

  /** Calls `write` when it is its turn; what that throws rejects the call, which may be over by then. */
  inTurn<T>(call: Call<T>, write: () => Promise<void> | void): void {
    const { isOpen } = this;
    // What is being written is whole when the next turn comes.
    if (this.turns.isFree && !this.mayWrite) this.turns.take(() => Promise.resolve(), NEVER);
    this.turns.take(
      async () => {
        // One that was begun by whose turn it was before: it could hit this call instead.
        if (this.#cancelling !== null) await this.#cancelling;
        if (call.isSettled) return;
        if (!isOpen || this.#end !== null) throw this.closedError();
        return write();
      },
      (error) => call.reject(error),
    );
  }

  /** What was written last is the question; `exchange` takes the answer. @throws {ConnectionError} The connection is over. */
  send<T>(exchange: Exchange<T>, call: Call<T>): void {
    if (this.#end !== null) throw this.closedError();
    if (exchange.isValue) this.#expectValue();
    call.exchange = exchange as unknown as Exchange<never>;
    this.session.begin(exchange);
    this.flush();
    if (this.#isUndoing) this.#cancelUnwanted();
  }

  /** Sends what is written. */
  flush(): void {
    const { writer } = this.session;
    this.transport.write(writer.writtenView(), COPIED);
    writer.clear();
  }

  /** Resolves when the transport takes more; null while it does. */
  untilWritable(): Promise<void> | null {
    return this.#writable?.promise ?? null;
  }

  /**
   * A call was given up while it is under way: what still comes is dropped, and the server asked to stop, once that hits
   * nobody else. Not as long as others that are wanted were sent behind it: the server begins with them at once when this
   * one is over, and a request to cancel hits whatever it is at when that arrives.
   */
  givenUp(exchange: Exchange<never>): void {
    const { session } = this;
    // It is over, and its call hears of it only now.
    if (exchange.outcome === null) return;
    session.abandon(exchange);
    // What is received from now on does not go into memory of the caller's.
    this.#receiveAnew();
    this.#cancelUnwanted();
  }

  /** Asks the server to stop, whoever it works for: until the link is free, what it does is about to be undone. */
  cancelAll(): void {
    this.#isUndoing = !this.isFree;
    this.#cancelUnwanted();
  }

  /** Resolves when nothing is under way, and no cancellation either, which could hit what comes next. */
  async untilQuiet(): Promise<void> {
    await this.untilIdle();
    await this.#cancelling;
  }

  /** Resolves when nothing is under way, or the connection is over. */
  async untilIdle(): Promise<void> {
    while (this.session.inFlight > 0 && this.#end === null) await this.#untilAnswered();
  }

  /** Resolves when nothing is under way and nobody waits to send, or the connection is over. */
  async untilFree(): Promise<void> {
    while (!this.isFree && this.#end === null) {
      await this.turns.allTaken();
      await this.untilIdle();
    }
  }

  /** Says goodbye after what is under way; ends without that after `timeoutMs`. Never rejects. Idempotent. */
  async close(timeoutMs: number = CLOSE_TIMEOUT_MS): Promise<void> {
    if (this.isOpen) {
      this.#isClosing = true;
      const deadline = setTimeout(() => this.abort(null), timeoutMs);
      await this.turns.allTaken();
      await this.untilIdle();
      if (this.#end === null) this.#terminate();
      await this.closed;
      clearTimeout(deadline);
    }
    return this.closed;
  }

  /** Ends the connection at once. */
  abort(cause: Error | null): void {
    if (this.#end !== null) return;
    this.#isClosing = true;
    this.lost(cause);
    this.transport.abort();
  }

  /** The connection is over; null: this side ended it, or the server did, and nothing was wrong. */
  lost(cause: Error | null): void {
    if (this.#end !== null) return;
    const why = this.session.fatal ?? cause ?? (this.#isClosing ? null : new Error('the server ended it'));
    this.#end = { cause: why };
    this.#isClosing = true;
    this.session.lost(why);
    this.#answer?.resolve();
    this.resumeWriting();
    this.#over.resolve();
  }

  pauseWriting(): void {
    this.#writable ??= deferred();
  }

  resumeWriting(): void {
    this.#writable?.resolve();
    this.#writable = null;
  }

  /** An exchange is over. */
  #answered(): void {
    this.#answer?.resolve();
    this.#answer = null;
    this.#cancelUnwanted();
    this.#progressed();
  }

  /** The link may be free. */
  #progressed(): void {
    if (this.isFree) this.#isUndoing = false;
    this.onProgress?.();
  }

  /** Resolves when the next exchange is over, or the connection is. */
  #untilAnswered(): Promise<void> {
    this.#answer ??= deferred();
    return this.#answer.promise;
  }

  /** Cancels what is under way, if nobody wants it. Nothing else is sent before that is over: it could be hit instead. */
  #cancelUnwanted(): void {
    const { session } = this;
    const isUnwanted = this.#isUndoing ? session.inFlight > 0 : session.isUnwanted;
    if (this.#cancelling !== null || !isUnwanted) return;
    const cancelling = this.#cancel();
    this.#cancelling = cancelling;
    this.turns.take(
      () => cancelling,
      (error) => this.abort(error),
    );
  }

  async #cancel(): Promise<void> {
    const { session } = this;
    const { processId, secretKey } = session;
    const timedOut = new ConnectionError('ERR_TIMEOUT', 'the server did not end what was cancelled', false);
    const deadline = setTimeout(() => this.abort(timedOut), this.#settings.cancelTimeoutMs);
    // One request is for what the server does at the time: there may be more behind it.
    while (session.inFlight > 0 && this.#end === null) {
      const answered = this.#untilAnswered();
      await this.#settings.cancel(processId, secretKey);
      await answered;
    }
    clearTimeout(deadline);
    this.#cancelling = null;
  }

  /** Memory that is lent already is taken back, and a little lent instead: a value is to be received where it belongs. */
  #expectValue(): void {
    if (this.session.inFlight > 0) return;
    this.session.received.narrow(true);
    this.#receiveAnew();
  }

  #terminate(): void {
    const { writer } = this.session;
    writer.startMessage(TERMINATE);
    writer.endMessage();
    this.flush();
    this.transport.close();
  }

  #receiveAnew(): void {
    const before = this.#protocol;
    this.#protocol = new LinkProtocol(this, this.session.received);
    before?.letGo();
    this.transport.setProtocol(this.#protocol);
  }

  #notice(message: ServerMessage): void {
    const { onNotice } = this.#settings;
    // Not from inside the reading of messages: it may throw, or call anything.
    if (onNotice !== undefined) queueMicrotask(() => onNotice(message));
  }
}

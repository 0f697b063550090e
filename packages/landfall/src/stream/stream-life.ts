/** What every stream has, whatever it reads: one read at a time, waiting for room to write, and its end. */
import { LandfallError } from '../errors.js';
import { isBeingSent } from '../memory/being-sent.js';
import type { Transport, WaitOptions } from '../protocol/contracts.js';
import { type BegunWait, type CutShort, type Settle, waitFor } from '../protocol/deadline.js';

/** How long `close` lets what was written leave, unless told otherwise. */
const CLOSE_TIMEOUT_MS_DEFAULT = 30_000;

/** Whom an inbox tells. */
export interface InboxOwner {
  connectionMade(transport: Transport): void;
  /** Bytes or the end arrived. Returns whether somebody waited for them. */
  arrived(): boolean;
  /** @throws {LandfallError} `ERR_BUSY`: somebody waits, and `what` cannot be done meanwhile. */
  checkIdle(what: string): void;
  pausedChanged(isPaused: boolean): void;
  /** Another protocol is in charge, and is told of the loss in its place. */
  replaced(): void;
  connectionLost(error: Error | null): void;
}

/** What a stream reads from. */
export interface Inbox {
  /** The peer has ended. */
  readonly isEnded: boolean;
  /** Forgets everything. Only once nothing is received any more. */
  clear(): void;
  /** The connection was lost, and what is unread is not what somebody wanted. */
  lostUnfinished(): void;
  connectionLost(error: Error | null): void;
}

/** One read. */
export interface Reading<T> {
  /** Whether what it wants is here. What it throws, the read fails with. */
  isReady(): boolean;
  /** Takes it. */
  take(): T;
  /** The peer has ended, and it is not ready: what the read results in, or fails with. */
  atEnd(): T;
  /** It has to wait, or is to begin as if it had. */
  begin?(): void;
  /** It is over, whatever it came to, `error` if it was cut short. */
  end?(error: CutShort | null): void;
}

/** One connection as a stream. */
export abstract class StreamLife implements AsyncDisposable, InboxOwner {
  protected abstract readonly inbox: Inbox;
  readonly #onMade: () => void;
  readonly #drains = new Set<Settle<void>>();
  #transport: Transport | null = null;
  /** Somebody waits: called when something arrived. Returns whether that settled it. */
  #wakeReader: (() => boolean) | null = null;
  #isPaused = false;
  #isClosed = false;
  #isLost = false;
  /** What the connection was lost with. */
  #loss: Error | null = null;

  /** @param onMade Called when the connection stands. */
  constructor(onMade: () => void) {
    this.#onMade = onMade;
  }

  /** The connection below. */
  get transport(): Transport {
    if (this.#transport === null) throw new LandfallError('ERR_CLOSED', 'this stream has no connection yet');
    return this.#transport;
  }

  /** Resolves once the connection is gone, whatever ended it. Never rejects. */
  get closed(): Promise<void> {
    return this.transport.closed;
  }

  /**
   * Resolves when more may be written: at once, unless more than the high water mark waits.
   *
   * @throws {Error} What the connection was lost with, or `ERR_CLOSED`. `ERR_ABORTED`, `ERR_TIMEOUT`.
   */
  drain(options?: WaitOptions): Promise<void> {
    if (this.#isLost || this.#isClosed) return Promise.reject(this.over());
    if (!this.#isPaused && options === undefined) return Promise.resolve();
    return waitFor<void>('drain()', options, (settle) => {
      if (!this.#isPaused) settle(null);
      else this.#drains.add(settle);
      return () => this.#drains.delete(settle);
    });
  }

  /**
   * Ends this side after what was written, and resolves once that has left; reading goes on.
   *
   * @throws {LandfallError} `ERR_UNSUPPORTED`: over TLS, which cannot end one side alone. And as `Transport.flushed`.
   */
  async end(options?: WaitOptions): Promise<void> {
    this.transport.writeEof();
    await this.transport.flushed(options);
  }

  /**
   * Sends what was written, closes, and resolves once the connection is gone; nothing can be read any more. Never rejects.
   *
   * @param options How long sending may take; then, or when the signal fires, the connection is aborted. 30 s by default.
   */
  async close(options?: WaitOptions): Promise<void> {
    const { transport } = this;
    transport.close();
    this.#noMoreReads();
    const { signal, timeoutMs = CLOSE_TIMEOUT_MS_DEFAULT } = options ?? {};
    try {
      await waitFor<void>('close()', { signal, timeoutMs }, (settle) => {
        void transport.closed.then(() => settle(null));
        return () => {};
      });
    } catch (error) {
      transport.abort();
      if (!(error instanceof LandfallError)) throw error;
      await transport.closed;
    }
  }

  /** Ends at once, and drops what was not sent. */
  abort(): void {
    this.transport.abort();
    this.#noMoreReads();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.#onMade();
  }

  /** @internal */
  arrived(): boolean {
    const wake = this.#wakeReader;
    wake?.();
    return wake !== null;
  }

  /** @internal */
  checkIdle(what: string): void {
    if (this.isReading) throw new LandfallError('ERR_BUSY', `${what} while a read of this stream waits`);
  }

  /** @internal */
  pausedChanged(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) this.#settleDrains(null);
  }

  /** @internal */
  replaced(): void {
    // Whoever waits here shall not wait for ever.
    void this.transport.closed.then(() => {
      if (!this.#isLost) this.inbox.connectionLost(null);
    });
  }

  /** @internal */
  connectionLost(error: Error | null): void {
    this.#isLost = true;
    this.#loss = error;
    if (this.#isClosed) this.inbox.clear();
    this.#settleDrains(this.over());
    this.#wakeReader?.();
  }

  /**
   * Waits until `view` is no longer being sent.
   *
   * @returns How to wait for the read into it, by the same deadline.
   */
  protected async untilSent(view: Uint8Array, options: WaitOptions | undefined): Promise<BegunWait> {
    const beganMs = performance.now();
    await this.transport.flushed(options);
    if (isBeingSent(view)) throw new LandfallError('ERR_BUFFER', 'target still waits to be sent on another connection');
    return { ...options, beganMs };
  }

  /** Somebody waits for a read. */
  protected get isReading(): boolean {
    return this.#wakeReader !== null;
  }

  /** @throws {LandfallError} `ERR_CLOSED`: this side is closed, or the connection somebody else's. */
  protected checkOpen(): void {
    if (this.#isClosed) throw this.over();
  }

  /** `successor` has the connection from here on, as it stands: what is unread went with it. */
  protected handOver(successor: StreamLife): void {
    successor.#isPaused = this.#isPaused;
    if (this.#isLost) successor.connectionLost(this.#loss);
    this.#isClosed = true;
    this.inbox.clear();
    this.#settleDrains(this.over());
  }

  /** Why nothing can be read or written any more. */
  protected over(): Error {
    return this.#loss ?? new LandfallError('ERR_CLOSED', 'the stream is closed');
  }

  /** Nothing can be read any more; what is unread goes once nothing is received into it any more. */
  #noMoreReads(): void {
    this.#isClosed = true;
    if (this.#isLost) this.inbox.clear();
    this.#wakeReader?.();
  }

  /**
   * Reads: at once what is here, else when it has come.
   *
   * @throws {LandfallError} `ERR_BUSY`: another read waits. `ERR_CLOSED`, `ERR_ABORTED`, `ERR_TIMEOUT`, and what the
   *   connection was lost with.
   */
  protected reading<T>(what: string, options: WaitOptions | undefined, reading: Reading<T>): Promise<T> {
    if (this.#wakeReader !== null)
      return Promise.reject(new LandfallError('ERR_BUSY', `${what} while another read of this stream waits`));
    try {
      // Most of what a burst brought is here already.
      if (options === undefined && reading.begin === undefined && this.#isReady(reading))
        return Promise.resolve(reading.take());
    } catch (error) {
      return Promise.reject(error);
    }
    return waitFor<T>(what, options, (settle) => this.#wait(reading, settle));
  }

  #wait<T>(reading: Reading<T>, settle: Settle<T>): (error: CutShort) => void {
    const wake = (): boolean => {
      try {
        if (this.#isReady(reading)) settle(null, reading.take());
        else if (this.#isAtEnd()) settle(null, reading.atEnd());
        else return false;
      } catch (error) {
        settle(error as Error);
      }
      this.#wakeReader = null;
      reading.end?.(null);
      return true;
    };
    const giveUp = (error: CutShort): void => {
      this.#wakeReader = null;
      reading.end?.(error);
    };
    reading.begin?.();
    if (wake()) return giveUp;
    this.#wakeReader = wake;
    this.transport.resumeReading();
    return giveUp;
  }

  /** @throws {Error} This side is closed, or what the reading says. */
  #isReady(reading: Reading<unknown>): boolean {
    this.checkOpen();
    return reading.isReady();
  }

  /** The peer has ended. @throws {Error} The connection was lost before it had. */
  #isAtEnd(): boolean {
    if (this.inbox.isEnded) return true;
    if (!this.#isLost) return false;
    this.inbox.lostUnfinished();
    throw this.over();
  }

  #settleDrains(error: Error | null): void {
    for (const settle of this.#drains) settle(error);
    this.#drains.clear();
  }
}

/** A byte stream as one of Node's: a Duplex on which libraries run that expect a socket. */
import { Duplex } from 'node:stream';
import { LandfallError } from '../errors.js';
import type { Transport } from '../protocol/contracts.js';

/** What of a byte stream is needed here. */
export interface NodeSource {
  readonly transport: Transport;
  readonly closed: Promise<void>;
  read(): Promise<Uint8Array | null>;
  drain(): Promise<void>;
  end(): Promise<void>;
  close(): Promise<void>;
  abort(): void;
}

type Done = (error?: Error | null) => void;

/** Below this size a written chunk is copied at once; from it on it is kept by reference, and done with once flushed. */
const KEPT_BYTES_MIN = 4 * 1024;

/** The part of a socket that only a socket has. */
interface SocketLike {
  setNoDelay?(noDelay?: boolean): unknown;
  setKeepAlive?(enable?: boolean, initialDelay?: number): unknown;
  setTimeout?(timeoutMs: number): unknown;
  on?(event: 'timeout', listener: () => void): unknown;
}

interface Address {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}

/**
 * A connection as a `Duplex`, with what libraries ask of a `net.Socket` besides: addresses, `setNoDelay`, `setKeepAlive`,
 * `setTimeout`, `ref`, `unref`, and a `connect` that says it is connected already.
 *
 * Received bytes are copied once, into chunks that are the reader's. A write is done when its bytes may be changed. As a
 * socket, it ends with its peer, unless `allowHalfOpen` is set to true; a lost connection is reported by the system's
 * error, and one that this side closes by `close` alone.
 */
export class NodeSocket extends Duplex {
  readonly connecting: boolean = false;
  readonly pending: boolean = false;
  readonly #source: NodeSource;
  readonly #socket: SocketLike;
  readonly #local: Address | undefined;
  readonly #remote: Address | undefined;
  #hasTimeout = false;
  #timeoutMs = 0;

  constructor(source: NodeSource) {
    super({ allowHalfOpen: false, emitClose: true });
    const { transport } = source;
    this.#source = source;
    this.#socket = (transport.getExtraInfo('socket') ?? {}) as SocketLike;
    // Later, when the connection is gone, they could not be told.
    this.#local = transport.getExtraInfo('localAddress') as Address | undefined;
    this.#remote = transport.getExtraInfo('remoteAddress') as Address | undefined;
    // Else a loss would go unnoticed until somebody reads.
    this.read(0);
  }

  override _read(): void {
    this.#source.read().then(
      (chunk) => void this.push(chunk),
      (error: Error) => void this.#broke(error),
    );
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#write([chunk], done);
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: Done): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    if (!this.#source.transport.canWriteEof) return done();
    this.#settle(this.#source.end(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    if (error === null && this.writableFinished) {
      this.#source.close().then(() => done(null), done);
      return;
    }
    this.#source.abort();
    void this.#source.closed.then(() => done(error));
  }

  /** Says on a later turn that it is connected, which it is. */
  connect(...args: readonly unknown[]): this {
    const listener = args.at(-1);
    if (typeof listener === 'function') this.once('connect', listener as () => void);
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(noDelay?: boolean): this {
    this.#socket.setNoDelay?.(noDelay);
    return this;
  }

  setKeepAlive(enable?: boolean, initialDelayMs?: number): this {
    this.#socket.setKeepAlive?.(enable, initialDelayMs);
    return this;
  }

  /** Emits `timeout` after so long without a byte in either direction; 0 for never, and the listener is taken off. */
  setTimeout(timeoutMs: number, listener?: () => void): this {
    if (listener !== undefined && timeoutMs === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    if (!this.#hasTimeout) this.#socket.on?.('timeout', () => this.emit('timeout'));
    this.#hasTimeout = true;
    this.#timeoutMs = timeoutMs;
    this.#socket.setTimeout?.(timeoutMs);
    return this;
  }

  get timeout(): number {
    return this.#timeoutMs;
  }

  ref(): this {
    this.#source.transport.ref();
    return this;
  }

  unref(): this {
    this.#source.transport.unref();
    return this;
  }

  /** Ends this side, and destroys once everything has left. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  address(): Address | Record<string, never> {
    return this.#local ?? {};
  }

  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get bytesRead(): number {
    return this.#source.transport.stats().bytesReceived;
  }

  get bytesWritten(): number {
    return this.#source.transport.stats().bytesSent;
  }

  get localAddress(): string | undefined {
    return this.#local?.address;
  }

  get localPort(): number | undefined {
    return this.#local?.port;
  }

  get localFamily(): string | undefined {
    return this.#local?.family;
  }

  get remoteAddress(): string | undefined {
    return this.#remote?.address;
  }

  get remotePort(): number | undefined {
    return this.#remote?.port;
  }

  get remoteFamily(): string | undefined {
    return this.#remote?.family;
  }

  #write(chunks: readonly Uint8Array[], done: Done): void {
    const source = this.#source;
    const { transport } = source;
    let goOn: boolean;
    try {
      goOn = transport.writeVectored(chunks);
    } catch (error) {
      return done(error as Error);
    }
    // Then it was dropped, and what the connection is lost with is known once it is gone.
    if (transport.isClosing) this.#settle(lossOf(source), done);
    else if (chunks.some(({ length }) => length >= KEPT_BYTES_MIN)) this.#settle(transport.flushed(), done);
    else if (goOn) done();
    else this.#settle(source.drain(), done);
  }

  #settle(promise: Promise<void>, done: Done): void {
    promise.then(
      () => done(),
      (error: Error) => done(this.#broke(error)),
    );
  }

  /** The connection is over. Returns the error as sockets report it, by which their users know it. */
  #broke(error: Error): Error {
    const isOurs = error instanceof LandfallError;
    const reported = isOurs && error.code === 'ERR_LOST' && error.cause instanceof Error ? error.cause : error;
    if (isOurs && error.code === 'ERR_CLOSED') this.destroy();
    else this.destroy(reported);
    return reported;
  }
}

/** Rejects with what the connection was lost with. */
async function lossOf(source: NodeSource): Promise<void> {
  await source.closed;
  await source.drain();
}

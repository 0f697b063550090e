/** A byte stream as one of Node's: a Duplex on which libraries run that expect a socket. */
import { Duplex } from 'node:stream';
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
 * Received bytes are copied once, into chunks that are the reader's. A write is done when its bytes may be changed.
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
    super({ allowHalfOpen: true, emitClose: true });
    const { transport } = source;
    this.#source = source;
    this.#socket = (transport.getExtraInfo('socket') ?? {}) as SocketLike;
    // Later, when the connection is gone, they could not be told.
    this.#local = transport.getExtraInfo('localAddress') as Address | undefined;
    this.#remote = transport.getExtraInfo('remoteAddress') as Address | undefined;
  }

  override _read(): void {
    this.#source.read().then(
      (chunk) => void this.push(chunk),
      (error: Error) => void this.destroy(error),
    );
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#write([chunk], done);
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#source.transport.canWriteEof) return done();
    settle(this.#source.end(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
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

  /** Emits `timeout` after so long without a byte in either direction; 0 for never. */
  setTimeout(timeoutMs: number, listener?: () => void): this {
    if (listener !== undefined) this.once('timeout', listener);
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

  #write(chunks: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    const { transport } = this.#source;
    const goOn = transport.writeVectored(chunks);
    if (chunks.some(({ length }) => length >= KEPT_BYTES_MIN)) return settle(transport.flushed(), done);
    if (goOn) done();
    else settle(this.#source.drain(), done);
  }
}

function settle(promise: Promise<void>, done: (error?: Error | null) => void): void {
  promise.then(() => done(), done);
}

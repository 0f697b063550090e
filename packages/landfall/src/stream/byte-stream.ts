/** Bytes by promises: read some, exactly so many, up to a delimiter, or straight into your own memory. */
import { isBeingSent } from '../memory/being-sent.js';
import type { Lease } from '../memory/lease.js';
import { Delimiter } from '../memory/search.js';
import type { Transport, WaitOptions, WriteOptions } from '../protocol/contracts.js';
import type { StartTlsOptions } from '../protocol/tls.js';
import { ByteInbox } from './byte-inbox.js';
import { areFew, ReadAll, ReadInto, ReadMany, ReadUntil, readFew, readSome } from './byte-readings.js';
import { ByteSearch } from './byte-search.js';
import { ReadLine } from './read-line.js';
import { StreamLife } from './stream-life.js';
import { viewOf } from './target.js';
import { NodeSocket } from './to-node.js';
import { toWebStreams, type WebStreams } from './to-web.js';

/** What one `read()` returns at most, unless told otherwise. */
const READ_BYTES_DEFAULT = 64 * 1024;
/** What may come before a delimiter, or make up a line, unless told otherwise. */
const LINE_LIMIT_BYTES_DEFAULT = 1024 * 1024;
/** What `readToEnd()` gathers at most, unless told otherwise. */
const END_LIMIT_BYTES_DEFAULT = 64 * 1024 * 1024;

const LINE_FEED = new Delimiter(Uint8Array.of(0x0a));

/** How reads that gather until something comes are bounded. */
export interface LimitOptions extends WaitOptions {
  /** The most bytes to gather, what ends them not counted. */
  limitBytes?: number | undefined;
}

/** How a view is read into. */
export interface ReadIntoOptions extends WaitOptions {
  /** Settle as soon as anything arrived; false by default: only when the view is full. */
  partial?: boolean | undefined;
}

/**
 * One connection as a stream of bytes.
 *
 * Reads are one at a time: a second one is refused with `ERR_BUSY`. A read that was aborted, or that timed out, took
 * nothing, except that `readInto` leaves in the view what had landed there, and says how much in the error's
 * `bytesRead`. After the loss of the connection what had arrived can still be read; then reads fail with it. Once
 * this side is closed they fail with `ERR_CLOSED`.
 *
 * While nobody reads, reading stops once 64 KiB are unread, which stops the sender in turn: what one receive brings,
 * up to 256 KiB, may come on top of that.
 */
export class ByteStream extends StreamLife implements AsyncIterable<Uint8Array> {
  protected readonly inbox: ByteInbox;
  #search: { delimiter: Delimiter; search: ByteSearch } | null = null;
  #readLine: ReadLine | null = null;

  /** @internal */
  constructor(onMade: (stream: ByteStream) => void) {
    super(() => onMade(this));
    this.inbox = new ByteInbox(this);
  }

  /**
   * Reads what has arrived, and waits only if there is nothing.
   *
   * @param maxBytes From 0 on; 64 KiB by default. None for 0, without waiting.
   * @returns At least one byte, in memory that is yours; null at the end.
   * @throws {LandfallError} `ERR_BUSY`, `ERR_CLOSED`, `ERR_LOST`, `ERR_ABORTED`, `ERR_TIMEOUT`.
   */
  read(maxBytes: number = READ_BYTES_DEFAULT, options?: WaitOptions): Promise<Uint8Array | null> {
    checkBytes('maxBytes', maxBytes);
    if (maxBytes === 0) return Promise.resolve(Buffer.alloc(0));
    return this.reading('read()', options, readSome(this.inbox, maxBytes));
  }

  /**
   * Reads exactly `bytes` bytes, from 4 KiB on straight into the memory that is returned.
   *
   * Memory is allocated as bytes arrive: at most 64 times what has come, or 256 KiB.
   *
   * @returns Memory that is yours.
   * @throws {LandfallError} `ERR_INCOMPLETE`: the peer ended first; `partial` is what had come. And as `read`.
   */
  readExactly(bytes: number, options?: WaitOptions): Promise<Uint8Array> {
    checkBytes('bytes', bytes);
    if (bytes === 0) return Promise.resolve(Buffer.alloc(0));
    const reading = areFew(bytes) ? readFew(this.inbox, bytes) : new ReadMany(this.inbox, bytes);
    return this.reading('readExactly()', options, reading);
  }

  /**
   * Reads into `target`, large amounts straight from the kernel.
   *
   * A view that waits to be sent is waited for first.
   *
   * @param target Not to be touched until this settles; after that, it is not received into any more.
   * @returns Bytes that are in it: all of it, unless `partial` is set; then null at the end. 0 for an empty view.
   * @throws {LandfallError} `ERR_INCOMPLETE`: the peer ended before it was full; `bytesRead` are in it. `ERR_BUFFER`:
   *   memory that cannot be received into. And as `read`; `ERR_ABORTED` and `ERR_TIMEOUT` say in `bytesRead` how much is
   *   in the view, which the next read does not get.
   */
  async readInto(target: ArrayBufferView, options?: ReadIntoOptions): Promise<number | null> {
    const view = viewOf(target);
    if (view.length === 0) return 0;
    const begun = isBeingSent(view) ? await this.untilSent(view, options) : options;
    return this.reading('readInto()', begun, new ReadInto(this.inbox, view, options?.partial === true));
  }

  /**
   * Reads up to the end of the first `delimiter`.
   *
   * @param delimiter At least one byte; a string as UTF-8.
   * @param options `limitBytes`: what may come before it, 1 MiB by default.
   * @returns What came, delimiter included, in memory that is yours; more than 16 MiB as a view of memory that may be up
   *   to eight times as large, of which no more is in use.
   * @throws {LandfallError} `ERR_LIMIT`: more comes before it; all of that stays unread. `ERR_INCOMPLETE`: the peer ended
   *   first; `partial` is what had come. And as `read`.
   */
  readUntil(delimiter: Uint8Array | string, options?: LimitOptions): Promise<Uint8Array> {
    const { limitBytes = LINE_LIMIT_BYTES_DEFAULT } = options ?? {};
    checkBytes('limitBytes', limitBytes);
    const reading = new ReadUntil(this.inbox, this.#searchFor(delimiter), limitBytes);
    return this.reading('readUntil()', waitOnly(options), reading);
  }

  /**
   * Reads one line as text: UTF-8, up to `\n` or `\r\n`, which is not part of it.
   *
   * @param options `limitBytes`: the longest line, 1 MiB by default. A carriage return at its end counts, as it may turn
   *   out to be part of the line.
   * @returns The line, also an empty one; the last one without an end too. Null at the end.
   * @throws {LandfallError} `ERR_LIMIT`: the line is longer. It is dropped, and the next call gets the next line. And as `read`.
   */
  readLine(options?: LimitOptions): Promise<string | null> {
    this.#readLine ??= new ReadLine(this.inbox, new ByteSearch(LINE_FEED));
    const { limitBytes = LINE_LIMIT_BYTES_DEFAULT } = options ?? {};
    checkBytes('limitBytes', limitBytes);
    if (!this.isReading) this.#readLine.limitBytes = limitBytes;
    this.inbox.leaveStrip();
    return this.reading('readLine()', waitOnly(options), this.#readLine);
  }

  /**
   * Reads everything up to the end.
   *
   * @param options `limitBytes`: the most to gather, 64 MiB by default.
   * @returns Memory that is yours, as `readUntil` says; empty when there is nothing left.
   * @throws {LandfallError} `ERR_LIMIT`: there is more; all of it stays unread. And as `read`.
   */
  readToEnd(options?: LimitOptions): Promise<Uint8Array> {
    const { limitBytes = END_LIMIT_BYTES_DEFAULT } = options ?? {};
    checkBytes('limitBytes', limitBytes);
    return this.reading('readToEnd()', waitOnly(options), new ReadAll(this.inbox, limitBytes));
  }

  /**
   * Puts bytes back, in front of everything that is unread. They are copied.
   *
   * @throws {LandfallError} `ERR_BUSY`: a read waits.
   */
  unread(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('unread takes a Uint8Array');
    this.checkIdle('unread()');
    this.inbox.queue.prepend(bytes);
  }

  /** What arrives, in pieces of up to 64 KiB that are yours, until the end. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
      const value = await this.read();
      return value === null ? { done: true, value: undefined } : { done: false, value };
    };
    return { next, return: async () => ({ done: true, value: undefined }) };
  }

  /** Sends bytes, without waiting; as `Transport.write`. False above the high water mark: `await drain()`. */
  write(data: Uint8Array | string | Lease, options?: WriteOptions): boolean {
    return this.transport.write(data, options);
  }

  /** Sends several views as if they were one; as `Transport.writeVectored`. */
  writeVectored(parts: readonly (Uint8Array | Lease)[], options?: WriteOptions): boolean {
    return this.transport.writeVectored(parts, options);
  }

  /**
   * Encrypts the connection from here on, as `Transport.startTls`: what was written before leaves in clear.
   *
   * What has arrived and is unread is taken for the peer's handshake, and never read as it is, unless this is refused
   * at once.
   *
   * @throws {LandfallError} `ERR_BUSY`: a read waits. And as `Transport.startTls`.
   */
  async startTls(options: StartTlsOptions): Promise<void> {
    const { unread, ...others } = options ?? {};
    if (!(unread instanceof Uint8Array)) return this.transport.startTls(options);
    // What was read before comes before what is unread.
    this.checkIdle('startTls()');
    const { inbox } = this;
    inbox.readBefore = unread;
    const starting = this.transport.startTls(others);
    inbox.readBefore = null;
    await starting;
  }

  /** Lets the connection keep the process alive; so it does at first. */
  ref(): void {
    this.transport.ref();
  }

  /** Lets the process end while the connection is open. */
  unref(): void {
    this.transport.unref();
  }

  /**
   * The connection as one of Node's streams, for libraries that expect a socket. It is the Duplex's from then on.
   *
   * It has what such libraries ask of a socket besides: `setNoDelay`, `setKeepAlive`, `setTimeout`, `ref`, `unref`,
   * addresses, and `connect`, which says on a later turn that it is connected. Received bytes are copied once. As a
   * socket, it ends with its peer, unless its `allowHalfOpen` is set to true, and reports a loss by the system's error.
   * A handler of `serveStreams` waits for its `close`, after which nothing is left to be read.
   *
   * Over TLS, which cannot end one side alone, `end()` tells the peer nothing yet: the connection is closed once the peer
   * has ended, too, or by `destroy`.
   *
   * @throws {LandfallError} `ERR_BUSY`: a read waits.
   */
  toNode(): NodeSocket {
    this.checkIdle('toNode()');
    return new NodeSocket(this);
  }

  /** The connection as the web's streams; it is theirs from then on, and closed when both have ended. */
  toWeb(): WebStreams {
    return toWebStreams(this);
  }

  /** Takes a connection over that stood before. @internal */
  takeOver(transport: Transport, isEnded: boolean, unreadView: Uint8Array): void {
    this.connectionMade(transport);
    this.inbox.isEnded = isEnded;
    this.inbox.queue.prepend(unreadView);
    transport.setProtocol(this.inbox);
  }

  /** What to put in charge of the connection. @internal */
  get protocol(): ByteInbox {
    return this.inbox;
  }

  /** The same search goes on for as long as the same delimiter is asked for. */
  #searchFor(delimiter: Uint8Array | string): ByteSearch {
    const bytes = typeof delimiter === 'string' ? Buffer.from(delimiter) : delimiter;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a delimiter is a Uint8Array or a string');
    if (bytes.length === 0) throw new RangeError('a delimiter has at least one byte');
    if (this.#search === null || Buffer.compare(this.#search.delimiter.bytes, bytes) !== 0) {
      const known = new Delimiter(bytes);
      this.#search = { delimiter: known, search: new ByteSearch(known) };
    }
    return this.#search.search;
  }
}

/** Undefined where nothing could cut the wait short: then a read that need not wait does not. */
function waitOnly(options: WaitOptions | undefined): WaitOptions | undefined {
  return options?.signal === undefined && options?.timeoutMs === undefined ? undefined : options;
}

/** @throws {RangeError} Not a whole number from 0 on. */
function checkBytes(name: string, bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes >= 0) return;
  throw new RangeError(`${name} must be a whole number from 0 on, not ${bytes}`);
}

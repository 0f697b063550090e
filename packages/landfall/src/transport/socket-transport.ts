/**
 * A connection over one of Node's sockets: TCP or Unix.
 *
 *     kernel ──► lent memory ──► received() ──► a callback ──► #settle(): what was asked for meanwhile takes effect
 *
 * Everything a protocol asks for inside a callback (pause, close, another protocol, output) is only noted there.
 * `#settle` is the one place that acts on it: after each callback, and before the event loop goes on for what is asked
 * outside of one. So nothing is ever delivered from inside a callback, and no memory is exchanged while the kernel is
 * about to use it.
 */
import type { Socket } from 'node:net';
import { LandfallError, thrownAsError } from '../errors.js';
import { LARGEST_WINDOW, RECEIVE_BYTES_MAX, receiveScratch } from '../memory/scratch.js';
import { checkLent, isBuffered, refusePromise, warnOf } from '../protocol/callbacks.js';
import type { BufferedProtocol, Protocol } from '../protocol/protocol.js';
import type { Transport, TransportStats, WaitOptions, WriteOptions } from '../protocol/transport.js';
import { waterMarks } from '../protocol/water-marks.js';
import { waitFor } from './deadline.js';
import { type DirectReceiver, forget, landingStrip, lend, receiveDirectly, receiverKey } from './direct-receive.js';
import { Sending, type SendingOwner } from './sending.js';
import { extraInfo, lostError } from './socket-facts.js';
import { Unread } from './unread.js';

/** Who wants to know what becomes of a connection: its server. */
export interface TransportOwner {
  /** The connection is over, and its protocol was told. */
  connectionGone(transport: SocketTransport): void;
  /** `connectionLost` threw: there is no callback left to tell. */
  reportError(error: Error, transport: SocketTransport): void;
}

// What a connection is, as bits of one number: ten thousand idle ones shall weigh little.
/** Inside a callback of the protocol. */
const IN_CALLBACK = 1 << 0;
/** The protocol lends its memory. */
const BUFFERED = 1 << 1;
/** The kernel receives into lent memory; else Node's `data` events are copied. */
const DIRECT = 1 << 2;
/** `target` is memory that the protocol in charge lent and has not heard of since. */
const LENT = 1 << 3;
/** `target` is memory of our own: the landing strip, or the scratch. Neither this nor LENT: it was lent by a protocol that is replaced. */
const NEUTRAL = 1 << 12;
/** The socket is receiving, or will be as soon as it may. */
const RECEIVING = 1 << 13;
/** `connectionLost` was called. */
const LOST = 1 << 14;
/** `pauseReading()`. */
const PAUSED = 1 << 4;
/** The peer's end has arrived, the protocol does not know yet. */
const END_WAITS = 1 << 5;
/** `eofReceived` was called. */
const ENDED = 1 << 6;
/** `writeEof()`. */
const WRITE_ENDED = 1 << 7;
/** `close()`, `abort()` or a fatal error. */
const CLOSING = 1 << 8;
/** `abort()` or a fatal error: nothing more is sent. */
const ABORTED = 1 << 9;
/** Everything was sent, and the socket told to close. */
const FINISHING = 1 << 10;
/** `#settle` is due before the event loop goes on. */
const SCHEDULED = 1 << 11;

const NOT_READING = PAUSED | CLOSING | ENDED;

/** How much of what is unread is delivered before other connections have their turn. */
const UNREAD_BYTES_PER_TURN = 1024 * 1024;

/** Counts of one connection, made when the first is needed. */
class Counters {
  bytesReceived = 0;
  bytesCopied = 0;
  reads = 0;
  writesDropped = 0;
}

/** One connection over a socket that stands. */
export class SocketTransport implements Transport, DirectReceiver, SendingOwner {
  /** Where the kernel receives next. */
  target: Uint8Array = landingStrip();
  readonly #socket: Socket;
  readonly #owner: TransportOwner | null;
  #protocol: Protocol | BufferedProtocol;
  #state = 0;
  #error: Error | null = null;
  #sending: Sending | null = null;
  #unread: Unread | null = null;
  #counters: Counters | null = null;
  #closedWait: ClosedWait | null = null;

  /** @param protocol Told of nothing but the loss, until `begin`. */
  constructor(socket: Socket, protocol: Protocol | BufferedProtocol, owner: TransportOwner | null) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#owner = owner;
    (socket as OwnedSocket)[receiverKey] = this;
    socket.on('end', onEnd).on('error', onError).on('close', onClose);
  }

  /**
   * Puts `protocol` in charge, tells it that the connection stands, and begins to receive.
   *
   * @throws {TypeError} It is neither kind of protocol, or both.
   */
  begin(protocol: Protocol | BufferedProtocol): void {
    this.#putInCharge(protocol);
    if (receiveDirectly(this.#socket)) this.#state |= DIRECT;
    this.#state |= IN_CALLBACK;
    try {
      refusePromise('connectionMade', protocol.connectionMade?.(this));
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
    }
    this.#state = (this.#state & ~IN_CALLBACK) | RECEIVING;
    if ((this.#state & DIRECT) === 0) this.#socket.on('data', onData);
    else if (!this.#socket.destroyed) {
      this.#prepareTarget();
      lend(this.#socket, this.target);
    }
    this.#apply();
  }

  // ── Receiving ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Node received into `target`. Hot: called once per receive. */
  received(nbytes: number): boolean {
    const counters = this.#count();
    counters.bytesReceived += nbytes;
    counters.reads++;
    if (this.#unread === null && this.isReading) this.#deliverReceived(nbytes);
    else if ((this.#state & CLOSING) === 0) this.#keepUnread(this.#copyOf(this.target.subarray(0, nbytes)));
    if (this.#prepareTarget()) return true;
    this.#state &= ~RECEIVING;
    return false;
  }

  #deliverReceived(nbytes: number): void {
    const { target } = this;
    const state = this.#state;
    if ((state & BUFFERED) === 0) this.#callDataReceived(this.#copyOf(target.subarray(0, nbytes)));
    else if ((state & LENT) === 0) this.#keepUnread(this.#copyOf(target.subarray(0, nbytes)));
    else if (target.length === 0) this.#fail(detachedWhileLent());
    else this.#callBufferUpdated(nbytes);
  }

  /** Node's `data` event, where nothing can be lent: the chunk is ours to keep. */
  receivedChunk(chunk: Uint8Array): void {
    const counters = this.#count();
    counters.bytesReceived += chunk.length;
    counters.reads++;
    if ((this.#state & CLOSING) === 0) this.#keepUnread(chunk);
    this.#apply();
  }

  /** The peer has ended its side. */
  receivedEnd(): void {
    this.#state |= END_WAITS;
    this.#apply();
  }

  /** Lets what was asked for take effect, and finds where to receive next. Returns whether to receive. */
  #prepareTarget(): boolean {
    if (this.#settle() && (this.#state & LENT) === 0) {
      if ((this.#state & BUFFERED) === 0) this.#targetNeutral();
      else this.#targetLent();
      this.#settle();
    }
    if ((this.#state & (LENT | NEUTRAL)) === 0) this.#targetNeutral();
    return this.isReading && this.#unread === null;
  }

  #targetLent(): void {
    const protocol = this.#protocol;
    const view = this.#callGetBuffer(-1);
    if (view === null || protocol !== this.#protocol) return;
    this.target = view.length > RECEIVE_BYTES_MAX ? view.subarray(0, RECEIVE_BYTES_MAX) : view;
    this.#state = (this.#state & ~NEUTRAL) | LENT;
  }

  #targetNeutral(): void {
    this.target = (this.#state & BUFFERED) === 0 ? receiveScratch().windows[LARGEST_WINDOW]! : landingStrip();
    this.#state |= NEUTRAL;
  }

  /** Delivers what is unread, as much as one turn may take. */
  #deliverUnread(unread: Unread): void {
    let bytesLeft = UNREAD_BYTES_PER_TURN;
    while (!unread.isEmpty && this.isReading) {
      if (bytesLeft <= 0) {
        setImmediate(SocketTransport.#applyTo, this);
        return;
      }
      bytesLeft -= this.#deliverPiece(unread);
    }
    if (unread.isEmpty || (this.#state & (CLOSING | ENDED)) !== 0) this.#unread = null;
  }

  /** Delivers the next piece of what is unread to the protocol in charge. Returns its size. */
  #deliverPiece(unread: Unread): number {
    if ((this.#state & BUFFERED) === 0) {
      const piece = unread.takePiece(Number.MAX_SAFE_INTEGER);
      // The protocol may keep it: a small view shall not hold on to a large block.
      this.#callDataReceived(piece.length === piece.buffer.byteLength ? piece : this.#copyOf(piece));
      return piece.length;
    }
    const protocol = this.#protocol;
    const view = this.#callGetBuffer(unread.pieceBytes);
    if (view === null || protocol !== this.#protocol || !this.isReading) return 0;
    const piece = unread.takePiece(view.length);
    view.set(piece);
    this.#count().bytesCopied += piece.length;
    this.#callBufferUpdated(piece.length);
    return piece.length;
  }

  // ── Callbacks ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #callGetBuffer(sizeHint: number): Uint8Array | null {
    this.#state |= IN_CALLBACK;
    try {
      const view: unknown = (this.#protocol as BufferedProtocol).getBuffer(sizeHint);
      checkLent(view);
      return view;
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
      return null;
    } finally {
      this.#state &= ~IN_CALLBACK;
    }
  }

  #callBufferUpdated(nbytes: number): void {
    this.#state = (this.#state | IN_CALLBACK) & ~LENT;
    try {
      const returned: unknown = (this.#protocol as BufferedProtocol).bufferUpdated(nbytes);
      if (returned !== undefined) refusePromise('bufferUpdated', returned);
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
    }
    this.#state &= ~IN_CALLBACK;
  }

  #callDataReceived(data: Uint8Array): void {
    this.#state |= IN_CALLBACK;
    try {
      const returned: unknown = (this.#protocol as Protocol).dataReceived(data);
      if (returned !== undefined) refusePromise('dataReceived', returned);
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
    }
    this.#state &= ~IN_CALLBACK;
  }

  #callEofReceived(): void {
    this.#state = (this.#state | ENDED | IN_CALLBACK) & ~END_WAITS;
    try {
      const keepOpen: unknown = this.#protocol.eofReceived?.();
      refusePromise('eofReceived', keepOpen);
      if (!keepOpen) this.close();
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
    }
    this.#state &= ~IN_CALLBACK;
  }

  /** From inside `write`, or when output has left: the one callback that may come from inside another one. */
  pauseWritingChanged(paused: boolean): void {
    const outer = this.#state & IN_CALLBACK;
    this.#state |= IN_CALLBACK;
    try {
      if (paused) refusePromise('pauseWriting', this.#protocol.pauseWriting?.());
      else refusePromise('resumeWriting', this.#protocol.resumeWriting?.());
    } catch (thrown) {
      this.#fail(thrownAsError(thrown));
    }
    this.#state = (this.#state & ~IN_CALLBACK) | outer;
    this.#schedule();
  }

  // ── What was asked for takes effect ────────────────────────────────────────────────────────────────────────────────

  /** Never inside a callback. Returns whether to receive. */
  #settle(): boolean {
    if (this.#unread !== null) this.#deliverUnread(this.#unread);
    if ((this.#state & END_WAITS) !== 0 && this.#unread === null && this.isReading) this.#callEofReceived();
    if (this.#sending !== null && (this.#state & ABORTED) === 0) this.#sending.flush();
    if ((this.#state & (CLOSING | ABORTED | FINISHING)) === CLOSING) this.#finish();
    return this.isReading && this.#unread === null;
  }

  #finish(): void {
    if (this.#sending !== null && this.#sending.size > 0) return;
    this.#state |= FINISHING;
    this.#socket.destroySoon();
  }

  /** Settles outside a receive, and brings the socket in line. */
  #apply(): void {
    this.#state &= ~SCHEDULED;
    if (this.#socket.destroyed) return;
    const goOn = this.#settle();
    if ((this.#state & (DIRECT | LENT | NEUTRAL)) === DIRECT) {
      this.#targetNeutral();
      lend(this.#socket, this.target);
    }
    if (goOn === ((this.#state & RECEIVING) !== 0)) return;
    this.#state ^= RECEIVING;
    if (goOn) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Has what is asked for outside of a callback take effect before the event loop goes on. */
  #schedule(): void {
    if ((this.#state & (SCHEDULED | IN_CALLBACK)) !== 0) return;
    this.#state |= SCHEDULED;
    process.nextTick(SocketTransport.#applyTo, this);
  }

  static #applyTo(transport: SocketTransport): void {
    transport.#apply();
  }

  // ── Sending ────────────────────────────────────────────────────────────────────────────────────────────────────────

  write(data: Uint8Array | string, options?: WriteOptions): boolean {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('write takes a Uint8Array or a string');
    const sending = this.#openForWriting();
    if (sending === null) return false;
    sending.append(bytes, options?.copy === true);
    return this.#appended(sending);
  }

  writeVectored(parts: readonly Uint8Array[], options?: WriteOptions): boolean {
    for (const part of parts) {
      if (!(part instanceof Uint8Array)) throw new TypeError('writeVectored takes Uint8Arrays');
    }
    const sending = this.#openForWriting();
    if (sending === null) return false;
    const copy = options?.copy === true;
    for (const part of parts) sending.append(part, copy);
    return this.#appended(sending);
  }

  /** Where to write to; null when what is written is dropped. */
  #openForWriting(): Sending | null {
    if ((this.#state & (CLOSING | LOST)) !== 0) {
      this.#count().writesDropped++;
      return null;
    }
    if ((this.#state & WRITE_ENDED) !== 0) throw new LandfallError('ERR_CLOSED', 'write after writeEof()');
    return this.#sendingHalf();
  }

  #appended(sending: Sending): boolean {
    sending.checkMarks();
    this.#schedule();
    return !sending.isPaused;
  }

  writeEof(): void {
    if ((this.#state & (CLOSING | LOST | WRITE_ENDED)) !== 0) return;
    this.#state |= WRITE_ENDED;
    this.#sendingHalf().endsAfterwards = true;
    this.#schedule();
  }

  get canWriteEof(): boolean {
    return true;
  }

  setWriteBufferLimits(limits: { high?: number | undefined; low?: number | undefined }): void {
    this.#sendingHalf().marks = waterMarks(limits);
  }

  get writeBufferSize(): number {
    return this.#sending?.size ?? 0;
  }

  flushed(options?: WaitOptions): Promise<void> {
    return waitFor<void>('flushed()', options, (settle) => {
      if (this.#sending === null) settle(null);
      else this.#sending.whenFlushed(settle);
      return () => {};
    });
  }

  /** Everything written has left. */
  sent(): void {
    if ((this.#state & (CLOSING | ABORTED | FINISHING)) === CLOSING) this.#finish();
  }

  /** What was written cannot be sent. */
  failed(error: Error): void {
    this.#fail(error);
  }

  #sendingHalf(): Sending {
    this.#sending ??= new Sending(this.#socket, this);
    return this.#sending;
  }

  // ── Flow and life ──────────────────────────────────────────────────────────────────────────────────────────────────

  get isReading(): boolean {
    return (this.#state & NOT_READING) === 0;
  }

  get isClosing(): boolean {
    return (this.#state & CLOSING) !== 0;
  }

  pauseReading(): void {
    this.#state |= PAUSED;
    this.#schedule();
  }

  resumeReading(): void {
    this.#state &= ~PAUSED;
    this.#schedule();
  }

  setProtocol(protocol: Protocol | BufferedProtocol, unread?: Uint8Array): void {
    if (unread !== undefined && !(unread instanceof Uint8Array)) throw new TypeError('unread must be a Uint8Array');
    this.#putInCharge(protocol);
    if (unread !== undefined && unread.length > 0 && (this.#state & (CLOSING | LOST)) === 0) {
      this.#unread ??= new Unread();
      this.#unread.prepend(this.#copyOf(unread));
    }
    this.#schedule();
  }

  getProtocol(): Protocol | BufferedProtocol {
    return this.#protocol;
  }

  close(): void {
    this.#state |= CLOSING;
    this.#schedule();
  }

  abort(): void {
    if ((this.#state & ABORTED) !== 0) return;
    this.#state |= CLOSING | ABORTED;
    this.#socket.destroy();
  }

  /** Ends the connection because of `error`. What was written already is offered to the kernel once more. */
  #fail(error: Error): void {
    if ((this.#state & ABORTED) !== 0) return;
    this.#state |= CLOSING | ABORTED;
    this.#error = error;
    this.#sending?.flush();
    this.#socket.destroy();
  }

  /** The socket broke. After `close()` that matters only if something was still to be sent. */
  broke(cause: Error): void {
    const wasLeaving = (this.#state & ABORTED) !== 0 || (this.isClosing && this.writeBufferSize === 0);
    if (!wasLeaving) this.#error = lostError(cause);
    this.#state |= CLOSING | ABORTED;
  }

  /** The socket is closed: nothing of ours is in the kernel's hands any more. */
  lost(): void {
    this.#state |= CLOSING | ABORTED | LOST;
    forget(this.#socket);
    this.target = landingStrip();
    this.#unread = null;
    this.#sending?.lost(this.#error);
    try {
      refusePromise('connectionLost', this.#protocol.connectionLost?.(this.#error));
    } catch (thrown) {
      const error = thrownAsError(thrown);
      if (this.#owner !== null) this.#owner.reportError(error, this);
      else warnOf(error);
    }
    this.#owner?.connectionGone(this);
    this.#closedWait?.resolve();
  }

  get closed(): Promise<void> {
    if ((this.#state & LOST) !== 0) return Promise.resolve();
    this.#closedWait ??= makeClosedWait();
    return this.#closedWait.promise;
  }

  // ── Facts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  get receiveMode(): 'direct' | 'copy' {
    return (this.#state & DIRECT) !== 0 ? 'direct' : 'copy';
  }

  getExtraInfo(name: string): unknown {
    return extraInfo(this.#socket, name);
  }

  stats(): TransportStats {
    const counters = this.#counters ?? NO_COUNTERS;
    return {
      bytesReceived: counters.bytesReceived,
      bytesCopied: counters.bytesCopied,
      reads: counters.reads,
      bytesSent: this.#sending?.bytesSent ?? 0,
      writes: this.#sending?.writes ?? 0,
      writesDropped: counters.writesDropped,
    };
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  countCopied(nbytes: number): void {
    this.#count().bytesCopied += nbytes;
  }

  #putInCharge(protocol: Protocol | BufferedProtocol): void {
    const buffered = isBuffered(protocol) ? BUFFERED : 0;
    this.#protocol = protocol;
    // What the old protocol lent must not be received into any more.
    this.#state = (this.#state & ~(BUFFERED | LENT)) | buffered;
  }

  #keepUnread(chunk: Uint8Array): void {
    this.#unread ??= new Unread();
    this.#unread.append(chunk);
  }

  #copyOf(view: Uint8Array): Uint8Array {
    const copy = Buffer.allocUnsafeSlow(view.length);
    copy.set(view);
    this.#count().bytesCopied += view.length;
    return copy;
  }

  #count(): Counters {
    this.#counters ??= new Counters();
    return this.#counters;
  }
}

const NO_COUNTERS: Counters = new Counters();

/** Somebody asked for `closed`. */
interface ClosedWait {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function makeClosedWait(): ClosedWait {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function detachedWhileLent(): LandfallError {
  return new LandfallError('ERR_BUFFER', 'memory that getBuffer returned was detached while it was lent');
}

// Listeners that all sockets share: the socket knows its transport.

type OwnedSocket = Socket & { [receiverKey]: SocketTransport };

function onEnd(this: Socket): void {
  (this as OwnedSocket)[receiverKey].receivedEnd();
}

function onError(this: Socket, error: Error): void {
  (this as OwnedSocket)[receiverKey].broke(error);
}

function onClose(this: Socket): void {
  (this as OwnedSocket)[receiverKey].lost();
}

function onData(this: Socket, chunk: Uint8Array): void {
  (this as OwnedSocket)[receiverKey].receivedChunk(chunk);
}

/**
 * The receiving half of a transport: from the kernel, or from what is unread, to the protocol in charge.
 *
 *     kernel ──► target ──► received() ──► a callback ──► nextTarget(): what was asked for meanwhile takes effect
 *
 * What a protocol asks for inside a callback (pause, close, another protocol) is only noted there, and takes effect when
 * the callback has returned. So nothing is ever delivered from inside a callback, and no memory is exchanged while the
 * kernel is about to use it.
 */
import type { Socket } from 'node:net';
import { FIRST_WINDOW, RECEIVE_BYTES_MAX, receiveScratch, WINDOW_BYTES_MAX } from '../memory/scratch.js';
import {
  callBufferUpdated,
  callDataReceived,
  callEofReceived,
  callGetBuffer,
  isBuffered,
} from '../protocol/callbacks.js';
import type { BufferedProtocol, Protocol } from '../protocol/contracts.js';
import { interruptions } from '../protocol/interruptions.js';
import { BURST_BYTES_MIN, wakefulness } from './awake.js';
import { type DirectReceiver, lend, receiveDirectly, receiveNextInto } from './direct-receive.js';
import { start, stop, stopUnderTls } from './flow.js';
import { detachedWhileLent, truncated } from './receive-faults.js';
import { listenToData } from './socket-listeners.js';
import { isEncrypted } from './tls-info.js';
import { Traffic } from './traffic.js';
import { Unread } from './unread.js';

// Bits of one number: ten thousand idle connections shall weigh little.
/** The protocol in charge lends its memory. */
const BUFFERED = 1 << 0;
/** The kernel receives into lent memory; else Node's `data` events are copied. */
const DIRECT = 1 << 1;
/** `target` is memory that the protocol in charge lent, and has not heard of since. */
const LENT = 1 << 2;
/** `target` is the scratch. Neither this nor LENT: it was lent by a protocol that is not in charge any more. */
const NEUTRAL = 1 << 3;
/** Node receives, or will as soon as the connection stands. */
const RECEIVING = 1 << 4;
/** `pauseReading()`. */
const PAUSED = 1 << 5;
/** The transport is closing: what arrives is nobody's. */
const STOPPED = 1 << 6;
/** The peer's end has arrived, and the protocol does not know yet. */
const END_WAITS = 1 << 7;
/** The protocol knows of the peer's end. */
const ENDED = 1 << 8;
/** Inside a callback of the protocol. */
const IN_CALLBACK = 1 << 9;
/** What is unread goes on being delivered on the next turn of the event loop, and not before. */
const NEXT_TURN = 1 << 11;
/** TLS is being started: what arrives waits, or is part of that. */
const HELD = 1 << 12;
/** Over TLS. */
const ENCRYPTED = 1 << 13;
/** Closing over TLS: what still arrives is received, so that the end is, and dropped. */
const DISCARDING = 1 << 14;
/** The peer's end that has arrived is one without a close_notify. */
const TRUNCATED = 1 << 15;
/** Reading was paused again before anything but our own memory was received into. */
const PAUSES_OFTEN = 1 << 10;
/** A large receive is an answer, and not the start of a burst. */
const DOZES = 1 << 23;

const NOT_READING = PAUSED | STOPPED | ENDED | HELD;

/** How much of what is unread is delivered before other connections have their turn. */
const UNREAD_BYTES_PER_TURN = 1024 * 1024;
/** What a piece costs of that at the least, be it none: protocols that replace each other in `getBuffer` take no bytes. */
const PIECE_COST_BYTES = 512;

/**
 * Delivers what one connection receives. A base class rather than a part, with `private` methods rather than `#` ones,
 * which would mark each instance: so an idle connection weighs less (docs/decisions/0006).
 */
export abstract class Receiving implements DirectReceiver {
  protected socket: Socket;
  protected protocol: Protocol | BufferedProtocol;
  /** Bits: those below are the receiving half's, those from the 16th on the subclass's. */
  protected state: number = RECEIVING;
  /** Null until something happens. */
  protected traffic: Traffic | null = null;

  constructor(socket: Socket, protocol: Protocol | BufferedProtocol) {
    this.socket = socket;
    this.protocol = protocol;
    if (isEncrypted(socket)) this.state |= ENCRYPTED;
  }

  /** A callback failed, or lent memory was not fit to be received into: stops receiving. */
  protected abstract fail(error: Error): void;
  /** The peer ended its side, and the protocol does not want to keep the other one. */
  abstract close(): void;
  /** Callbacks have run: what they wrote, or asked to close, is due. */
  protected abstract settleSending(): void;
  /** There is more to deliver than one turn may take: `settleReceiving` again on the next. */
  protected abstract settleNextTurn(): void;

  get isReading(): boolean {
    return (this.state & NOT_READING) === 0;
  }

  get receiveMode(): 'direct' | 'copy' {
    return (this.state & DIRECT) !== 0 ? 'direct' : 'copy';
  }

  /** Inside a callback of the protocol: what is asked for now is acted on when it has returned. */
  protected get isInCallback(): boolean {
    return (this.state & IN_CALLBACK) !== 0;
  }

  protected set isInCallback(isInCallback: boolean) {
    this.state = isInCallback ? this.state | IN_CALLBACK : this.state & ~IN_CALLBACK;
  }

  protected begunTraffic(): Traffic {
    this.traffic ??= new Traffic();
    return this.traffic;
  }

  private get unread(): Unread | null {
    return this.traffic === null ? null : this.traffic.unread;
  }

  protected setPaused(isPaused: boolean): void {
    interruptions.count++;
    this.state = isPaused ? this.state | PAUSED : this.state & ~PAUSED;
  }

  protected get isEncrypted(): boolean {
    return (this.state & ENCRYPTED) !== 0;
  }

  /** TLS is being started. */
  protected get isHeld(): boolean {
    return (this.state & HELD) !== 0;
  }

  protected set isHeld(isHeld: boolean) {
    interruptions.count++;
    this.state = isHeld ? this.state | HELD : this.state & ~HELD;
  }

  /** The next turn has begun. */
  protected turnBegins(): void {
    this.state &= ~NEXT_TURN;
  }

  /** Whether something arrived that the protocol does not know of. */
  protected get hasUndelivered(): boolean {
    return this.unread !== null || (this.state & END_WAITS) !== 0;
  }

  /** Nothing more is delivered, ever. */
  protected stopReceiving(): void {
    interruptions.count++;
    this.state |= STOPPED;
    if (this.traffic !== null) this.traffic.unread = null;
  }

  /** Nothing more is delivered; the socket is received from until its end, into memory of our own. */
  protected discardReceived(): void {
    this.state = (this.state & ~LENT) | DISCARDING;
  }

  /** Takes what is unread away from the protocol. */
  protected takeUnread(): Uint8Array[] {
    const chunks = this.unread?.takeAll() ?? [];
    if (this.traffic !== null) this.traffic.unread = null;
    return chunks;
  }

  /** Whether the peer has ended its side. */
  protected get hasPeerEnded(): boolean {
    return (this.state & (END_WAITS | ENDED)) !== 0;
  }

  /** Large receives are no reason to stay awake from now on. */
  doze(): void {
    this.state |= DOZES;
  }

  /** Receives from another socket from now on; `beginReceiving` must follow. */
  protected replaceSocket(socket: Socket): void {
    this.socket = socket;
    this.state = (this.state & ~(DIRECT | LENT | NEUTRAL)) | RECEIVING | ENCRYPTED;
  }

  /**
   * Returns the protocol that was in charge before.
   *
   * @throws {TypeError} It is neither kind of protocol, or both.
   */
  protected putInCharge(protocol: Protocol | BufferedProtocol): Protocol | BufferedProtocol {
    const buffered = isBuffered(protocol) ? BUFFERED : 0;
    const previous = this.protocol;
    this.protocol = protocol;
    interruptions.count++;
    // What the protocol before it lent must not be received into any more.
    this.state = (this.state & ~(BUFFERED | LENT)) | buffered;
    return previous;
  }

  /** Delivers a copy of `bytesView` before anything else that is unread. */
  protected putBack(bytesView: Uint8Array): void {
    if (bytesView.length === 0 || (this.state & STOPPED) !== 0) return;
    this.unreadQueue().putBack(this.copyOf(bytesView));
    // The end comes behind them, told of or not: else they would wait for ever, and the loss for them.
    if ((this.state & ENDED) !== 0) this.state = (this.state & ~ENDED) | END_WAITS;
    if (!this.isInCallback) this.unreadQueue().callbackReturned();
  }

  /** The socket was somebody else's: takes over what it had received, and starts it. */
  protected takeOver(arrived: readonly Uint8Array[]): void {
    for (const bytesView of arrived) this.keep(bytesView);
    if (this.socket.readableEnded) this.keepEnd();
    this.state &= ~RECEIVING;
  }

  /** Begins to receive, after `connectionMade`; by `data` events where nothing can be lent. */
  protected beginReceiving(): void {
    if (this.socket.destroyed) return;
    if (!receiveDirectly(this.socket)) {
      // A stream that was taken over, and is not paused, would begin to flow with its first listener, whatever was asked for.
      if ((this.state & RECEIVING) === 0) stop(this.socket);
      listenToData(this.socket);
      return;
    }
    this.state |= DIRECT;
    lend(this.socket, this.nextTarget());
  }

  /** Node received into `target`. Hot: once per receive. Returns whether to go on. */
  received(nbytes: number, target: Uint8Array): boolean {
    const traffic = this.begunTraffic();
    traffic.bytesReceived += nbytes;
    traffic.reads++;
    if (nbytes >= BURST_BYTES_MIN && (this.state & DOZES) === 0) wakefulness?.burst();
    if (traffic.unread === null && this.isReading) this.deliverReceived(nbytes, target);
    else this.keep(target.subarray(0, nbytes));
    receiveNextInto(this.nextTarget());
    if ((this.isReading && this.unread === null) || (this.state & DISCARDING) !== 0) return true;
    this.state &= ~RECEIVING;
    return stopUnderTls(this.socket);
  }

  /** Node's `data` event: the chunk is ours. */
  protected keepChunk(chunk: Uint8Array): void {
    const traffic = this.begunTraffic();
    traffic.bytesReceived += chunk.length;
    traffic.reads++;
    if ((this.state & STOPPED) !== 0) return;
    this.unreadQueue().append(chunk);
  }

  /** The peer has ended its side. */
  protected keepEnd(isTruncated = false): void {
    this.state |= isTruncated ? END_WAITS | TRUNCATED : END_WAITS;
  }

  /**
   * Lets what was asked for take effect, outside a receive, and brings the socket in line.
   *
   * What is registered from here is the scratch: the first bytes that arrive in it are moved to where they belong, and
   * the protocol is asked for memory then.
   */
  protected settleReceiving(): void {
    const goOn = this.deliverWaiting() || (this.state & DISCARDING) !== 0;
    if ((this.state & (DIRECT | LENT | NEUTRAL)) === DIRECT) {
      lend(this.socket, this.neutralTarget());
    }
    if (goOn === ((this.state & RECEIVING) !== 0)) return;
    this.state ^= RECEIVING;
    (goOn ? start : stop)(this.socket);
  }

  /** Lets what was asked for take effect, and finds where to receive next. */
  private nextTarget(): Uint8Array {
    const isBufferWanted = this.deliverWaiting() && (this.state & BUFFERED) !== 0;
    const target = (isBufferWanted ? this.lentTarget() : null) ?? this.neutralTarget();
    this.settleSending();
    return target;
  }

  /** Memory of the protocol in charge; null if it lent none that is fit. */
  private lentTarget(): Uint8Array | null {
    const { protocol } = this;
    const view = this.callForBuffer(-1);
    if (view === null || protocol !== this.protocol) return null;
    this.state = (this.state & ~NEUTRAL) | LENT;
    return view.length > WINDOW_BYTES_MAX ? view.subarray(0, RECEIVE_BYTES_MAX) : view;
  }

  /**
   * Memory of our own: for a protocol that lends none, and while it is not known who will be in charge when bytes come.
   *
   * For a protocol that lends memory it is the landing strip: a few bytes are moved to where they belong, and the rest of
   * the same wake-up is received there. One that pauses at each receive would get nothing but those few bytes. Over TLS the
   * rest comes in pieces of that very size, however many there are: there, and for that one, it is the scratch.
   */
  private neutralTarget(): Uint8Array {
    this.state = (this.state & ~LENT) | NEUTRAL;
    const { strip, windows } = receiveScratch(this);
    return (this.state & (BUFFERED | PAUSES_OFTEN | ENCRYPTED)) === BUFFERED ? strip : windows[FIRST_WINDOW]!;
  }

  private deliverReceived(nbytes: number, target: Uint8Array): void {
    if ((this.state & BUFFERED) === 0) this.dataReceived(this.copyOf(target.subarray(0, nbytes)));
    else if ((this.state & LENT) === 0) this.deliverNeutral(target.subarray(0, nbytes));
    else if (target.byteLength === 0) this.fail(detachedWhileLent());
    else {
      this.state &= ~PAUSES_OFTEN;
      this.bufferUpdated(nbytes);
    }
  }

  /** Bytes for a protocol that lends memory, which are not there: moved at once if all of them fit, else piece by piece. */
  private deliverNeutral(bytesView: Uint8Array): void {
    const { protocol } = this;
    const view = this.callForBuffer(bytesView.length);
    if (view === null) return;
    if (protocol !== this.protocol || !this.isReading || view.length < bytesView.length) return this.keep(bytesView);
    // A FramedProtocol lends the very memory in which they are.
    if (view.buffer !== bytesView.buffer || view.byteOffset !== bytesView.byteOffset) {
      view.set(bytesView);
      this.begunTraffic().bytesCopied += bytesView.length;
    }
    this.bufferUpdated(bytesView.length);
    if (!this.isReading) this.state |= PAUSES_OFTEN;
  }

  /** Delivers what is unread, then the peer's end. Returns whether the kernel's next bytes may follow. */
  protected deliverWaiting(): boolean {
    const { unread } = this;
    if (unread !== null) this.deliverUnread(unread);
    if ((this.state & END_WAITS) !== 0 && this.unread === null && this.isReading) this.eofReceived();
    return this.isReading && this.unread === null;
  }

  private deliverUnread(unread: Unread): void {
    if ((this.state & NEXT_TURN) !== 0) return;
    let bytesLeft = UNREAD_BYTES_PER_TURN;
    while (!unread.isEmpty && this.isReading) {
      if (bytesLeft <= 0) {
        this.state |= NEXT_TURN;
        return this.settleNextTurn();
      }
      bytesLeft -= Math.max(PIECE_COST_BYTES, this.deliverPiece(unread));
    }
    if (unread.isEmpty) this.begunTraffic().unread = null;
  }

  /** Delivers the next piece of what is unread. Returns its size. */
  private deliverPiece(unread: Unread): number {
    if ((this.state & BUFFERED) === 0) {
      const piece = unread.takePiece(Number.MAX_SAFE_INTEGER);
      // The protocol may keep it: a small view shall not hold on to a large block.
      this.dataReceived(piece.length === piece.buffer.byteLength ? piece : this.copyOf(piece));
      return piece.length;
    }
    const { protocol } = this;
    const view = this.callForBuffer(unread.pieceBytes);
    if (view === null || protocol !== this.protocol || !this.isReading) return 0;
    const piece = unread.takePiece(view.length);
    view.set(piece);
    this.begunTraffic().bytesCopied += piece.length;
    this.bufferUpdated(piece.length);
    return piece.length;
  }

  private callForBuffer(sizeHint: number): Uint8Array | null {
    this.isInCallback = true;
    const answer = callGetBuffer(this.protocol as BufferedProtocol, sizeHint);
    this.isInCallback = false;
    if (!(answer instanceof Error)) return answer;
    this.fail(answer);
    return null;
  }

  private bufferUpdated(nbytes: number): void {
    this.state &= ~LENT;
    this.isInCallback = true;
    const error = callBufferUpdated(this.protocol as BufferedProtocol, nbytes);
    this.isInCallback = false;
    this.unread?.callbackReturned();
    if (error !== null) this.fail(error);
  }

  private dataReceived(data: Uint8Array): void {
    this.isInCallback = true;
    const error = callDataReceived(this.protocol as Protocol, data);
    this.isInCallback = false;
    this.unread?.callbackReturned();
    if (error !== null) this.fail(error);
  }

  private eofReceived(): void {
    this.state = (this.state & ~END_WAITS) | ENDED;
    if ((this.state & TRUNCATED) !== 0) return this.fail(truncated());
    this.isInCallback = true;
    const answer = callEofReceived(this.protocol);
    this.isInCallback = false;
    this.unread?.callbackReturned();
    if (this.unread !== null) this.settleNextTurn();
    if (answer instanceof Error) this.fail(answer);
    else if (!answer || this.isEncrypted) this.close();
  }

  private keep(bytesView: Uint8Array): void {
    if ((this.state & STOPPED) !== 0) return;
    this.unreadQueue().append(this.copyOf(bytesView));
  }

  private unreadQueue(): Unread {
    const traffic = this.begunTraffic();
    traffic.unread ??= new Unread();
    return traffic.unread;
  }

  private copyOf(view: Uint8Array): Uint8Array {
    const copy = Buffer.allocUnsafeSlow(view.length);
    copy.set(view);
    this.begunTraffic().bytesCopied += view.length;
    return copy;
  }
}

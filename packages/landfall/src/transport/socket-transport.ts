/**
 * A connection over one of Node's sockets, TCP or Unix: joins the receiving and the sending half, and sees to its life.
 *
 * Calls made inside a callback of the protocol take effect when it has returned; calls made outside of one, before the
 * event loop goes on.
 */
import type { Socket } from 'node:net';
import { types } from 'node:util';
import { LandfallError } from '../errors.js';
import { type Lease, MemoryLease } from '../memory/lease.js';
import {
  callConnectionLost,
  callConnectionMade,
  callPauseWriting,
  callReplaced,
  callResumeWriting,
  callTookOver,
} from '../protocol/callbacks.js';
import type {
  BufferedProtocol,
  Protocol,
  Transport,
  TransportStats,
  WaitOptions,
  WriteOptions,
} from '../protocol/contracts.js';
import { waitFor } from '../protocol/deadline.js';
import { waterMarks } from '../protocol/water-marks.js';
import { tellOfLoss } from './channels.js';
import { forget } from './direct-receive.js';
import { Encrypting } from './encrypting.js';
import { report } from './reporting.js';
import { Sending, type SendingOwner } from './sending.js';
import { closeSoon, extraInfo, lostError } from './socket-facts.js';
import { listenTo, type SocketOwner } from './socket-listeners.js';
import { destroyWhole } from './tls-internals.js';
import type { TlsDeadlines } from './tls-options.js';
import { ClosedWait, Traffic } from './traffic.js';
import { bytesOf } from './written.js';

/** Who wants to know what becomes of a connection: its server. */
export interface TransportOwner {
  /** The connection is over, and its protocol was told. */
  connectionGone(transport: SocketTransport): void;
  /** `connectionLost` failed: there is no callback left to tell. */
  reportError(error: Error, transport: SocketTransport): void;
}

// The life of a connection, as bits of `state`.
/** `writeEof()`. */
const WRITE_ENDED = 1 << 16;
/** `close()`, `abort()` or a fatal error. */
const CLOSING = 1 << 17;
/** `abort()` or a fatal error: nothing more is sent. */
const ABORTED = 1 << 18;
/** Everything was sent, and the socket told to close. */
const FINISHING = 1 << 19;
/** `connectionLost` was called. */
const LOST = 1 << 20;
/** What was asked for takes effect before the event loop goes on. */
const SCHEDULED = 1 << 21;
/** The socket is closed, and the protocol shall be told when it knows of everything that arrived before. */
const LOSS_WAITS = 1 << 22;

const NOTHING: Readonly<Traffic> = new Traffic();

/** One connection over a socket that stands. */
export class SocketTransport extends Encrypting implements Transport, SendingOwner, SocketOwner {
  /** Neighbours in the list of its server's connections. */
  previous: SocketTransport | null = null;
  next: SocketTransport | null = null;
  readonly #owner: TransportOwner | null;

  /** @param protocol Told of nothing but the loss, until `begin`. */
  constructor(
    socket: Socket,
    protocol: Protocol | BufferedProtocol,
    owner: TransportOwner | null,
    tls: TlsDeadlines | null = null,
  ) {
    super(socket, protocol);
    this.#owner = owner;
    if (tls !== null) this.begunTraffic().shutdownTimeoutMs = tls.shutdownTimeoutMs;
    listenTo(socket, this);
  }

  /**
   * Puts `protocol` in charge, tells it that the connection stands, and begins to receive.
   *
   * @param arrived What the socket had received before it was ours; null if it is a new one, which Node reads from by itself.
   * @throws {TypeError} It is neither kind of protocol, or both.
   */
  begin(protocol: Protocol | BufferedProtocol, arrived: readonly Uint8Array[] | null = null): void {
    this.putInCharge(protocol);
    this.isInCallback = true;
    const error = callConnectionMade(protocol, this);
    this.isInCallback = false;
    if (error !== null) this.fail(error);
    if (arrived !== null) this.takeOver(arrived);
    this.beginReceiving();
    // It may be another connection's callback that attaches this one: the scratch is borrowed until that has returned.
    if (arrived === null) this.settle();
    else this.schedule();
  }

  // ── Receiving ──────────────────────────────────────────────────────────────────────────────────────────────────────

  pauseReading(): void {
    this.setPaused(true);
    this.schedule();
  }

  resumeReading(): void {
    this.setPaused(false);
    this.schedule();
  }

  setProtocol(protocol: Protocol | BufferedProtocol, unread?: Uint8Array): void {
    if (unread !== undefined && !types.isUint8Array(unread)) throw new TypeError('unread must be a Uint8Array');
    const previous = this.putInCharge(protocol);
    if (unread !== undefined) this.putBack(unread);
    if (previous !== protocol) this.tellOfSwitch(previous, protocol);
    this.schedule();
  }

  private tellOfSwitch(previous: Protocol | BufferedProtocol, next: Protocol | BufferedProtocol): void {
    const outer = this.isInCallback;
    this.isInCallback = true;
    const error = callReplaced(previous) ?? callTookOver(next, this);
    this.isInCallback = outer;
    if (error !== null) this.fail(error);
  }

  getProtocol(): Protocol | BufferedProtocol {
    return this.protocol;
  }

  countCopied(nbytes: number): void {
    this.begunTraffic().bytesCopied += nbytes;
  }

  /**
   * Node's `data` event, where nothing can be lent.
   *
   * Streams that are no sockets emit it from inside whatever gave them the bytes, another connection's callback perhaps: the
   * scratch is borrowed until that has returned.
   */
  receivedChunk(chunk: Uint8Array): void {
    this.keepChunk(chunk);
    this.schedule();
  }

  /** The peer has ended its side. */
  receivedEnd(isTruncated: boolean): void {
    this.keepEnd(isTruncated);
    this.settle();
  }

  // ── Sending ────────────────────────────────────────────────────────────────────────────────────────────────────────

  write(data: Uint8Array | string | Lease, options?: WriteOptions): boolean {
    const bytes = bytesOf(
      typeof data === 'string' ? Buffer.from(data) : data,
      'write takes a Uint8Array, a string or a lease',
    );
    const sending = this.openForWriting();
    sending?.append(bytes, options?.copy === true);
    if (data instanceof MemoryLease) data.passOn();
    return sending !== null && this.appended(sending);
  }

  writeVectored(parts: readonly (Uint8Array | Lease)[], options?: WriteOptions): boolean {
    let hasLease = false;
    for (const part of parts) {
      bytesOf(part, 'writeVectored takes Uint8Arrays and leases');
      if (part instanceof MemoryLease) hasLease = true;
    }
    const sending = this.openForWriting();
    if (sending !== null) {
      const copy = options?.copy === true;
      for (const part of parts) sending.append(part instanceof MemoryLease ? part.bytes : (part as Uint8Array), copy);
    }
    // The output has claims of its own by now.
    if (hasLease) for (const part of parts) if (part instanceof MemoryLease) part.passOn();
    return sending !== null && this.appended(sending);
  }

  protected get sending(): Sending | null {
    return this.traffic === null ? null : this.traffic.sending;
  }

  /** Where to write to; null when what is written is dropped. */
  private openForWriting(): Sending | null {
    if ((this.state & (CLOSING | LOST)) !== 0) {
      this.begunTraffic().writesDropped++;
      return null;
    }
    if ((this.state & WRITE_ENDED) !== 0) throw new LandfallError('ERR_CLOSED', 'write after writeEof()');
    return this.sendingHalf();
  }

  private appended(sending: Sending): boolean {
    sending.pauseIfHigh();
    this.schedule();
    return !sending.isPaused;
  }

  writeEof(): void {
    if (!this.canWriteEof) throw new LandfallError('ERR_UNSUPPORTED', 'TLS cannot end one side alone');
    if ((this.state & (CLOSING | LOST | WRITE_ENDED)) !== 0) return;
    this.state |= WRITE_ENDED;
    this.sendingHalf().endsAfterwards = true;
    this.schedule();
  }

  get canWriteEof(): boolean {
    return !this.isEncrypted && !this.isHeld;
  }

  setWriteBufferLimits(limits: { high?: number | undefined; low?: number | undefined }): void {
    const marks = waterMarks(limits);
    if ((this.state & (ABORTED | LOST)) !== 0) return;
    this.sendingHalf().marks = marks;
    // Inside a callback `resumeWriting` waits until that has returned.
    if (!this.isInCallback) this.sendingHalf().checkMarks();
  }

  get writeBufferSize(): number {
    return this.sending?.size ?? 0;
  }

  flushed(options?: WaitOptions): Promise<void> {
    return waitFor<void>('flushed()', options, (settle) => {
      const { sending } = this;
      if (sending !== null) return sending.whenFlushed(settle);
      settle(null);
      return () => {};
    });
  }

  /** From inside `write`, or when output has left: the one callback that may come from inside another one. */
  pauseWritingChanged(paused: boolean): void {
    const outer = this.isInCallback;
    this.isInCallback = true;
    const error = paused ? callPauseWriting(this.protocol) : callResumeWriting(this.protocol);
    this.isInCallback = outer;
    if (error !== null) this.fail(error);
    this.schedule();
  }

  protected sendingHalf(): Sending {
    const traffic = this.begunTraffic();
    traffic.sending ??= new Sending(this.socket, this);
    return traffic.sending;
  }

  // ── What was asked for takes effect ────────────────────────────────────────────────────────────────────────────────

  protected schedule(): void {
    if ((this.state & SCHEDULED) !== 0 || this.isInCallback) return;
    this.state |= SCHEDULED;
    process.nextTick(SocketTransport.settleLater, this);
  }

  private static settleLater(transport: SocketTransport): void {
    transport.settle();
  }

  protected settle(): void {
    this.state &= ~SCHEDULED;
    if ((this.state & LOSS_WAITS) !== 0) return this.settleLoss();
    if (this.socket.destroyed) return;
    this.settleReceiving();
    this.settleSending();
  }

  settleNextTurn(): void {
    setImmediate(SocketTransport.settleOnNewTurn, this);
  }

  private static settleOnNewTurn(transport: SocketTransport): void {
    transport.turnBegins();
    transport.settle();
  }

  /** Sends what was written, or finishes when nothing is left of it. */
  settleSending(): void {
    const { sending } = this;
    if (sending !== null && (this.state & ABORTED) === 0) {
      sending.checkMarks();
      sending.flush();
    }
    this.upgradeIfReady();
    if ((this.state & (CLOSING | ABORTED | FINISHING)) !== CLOSING || this.writeBufferSize > 0) return;
    this.state |= FINISHING;
    // TLS says that it closes, and is over when the peer has said so, too.
    if (this.isEncrypted) this.socket.end();
    else closeSoon(this.socket);
  }

  // ── Life ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  get isClosing(): boolean {
    return (this.state & CLOSING) !== 0;
  }

  close(): void {
    this.state |= CLOSING;
    this.stopReceiving();
    if (this.isEncrypted && (this.state & (ABORTED | LOST)) === 0) this.beginShutdown();
    this.schedule();
  }

  abort(): void {
    if ((this.state & ABORTED) !== 0) return;
    this.state |= CLOSING | ABORTED;
    this.stopReceiving();
    destroyWhole(this.socket);
    if ((this.state & LOSS_WAITS) !== 0) this.schedule();
  }

  /** Ends the connection because of `error`. What was written before is offered to the kernel once more. */
  fail(error: Error): void {
    if ((this.state & ABORTED) !== 0) return;
    this.begunTraffic().error = error;
    this.state |= CLOSING | ABORTED;
    this.stopReceiving();
    this.sending?.flush();
    destroyWhole(this.socket);
  }

  /** The socket broke. After `close()` that matters only if something was still to be sent. */
  broke(cause: Error): void {
    const hadLeft = (this.state & ABORTED) !== 0 || (this.isClosing && this.writeBufferSize === 0);
    if (!hadLeft) this.begunTraffic().error = lostError(cause);
    this.state |= CLOSING | ABORTED;
    this.stopReceiving();
    // TLS tells of records that cannot be, and goes on.
    destroyWhole(this.socket);
  }

  /**
   * The socket is closed: nothing of ours is in the kernel's hands any more.
   *
   * Both sides may have ended while reading was paused, where what arrives cannot be left with the kernel: then that is
   * delivered first.
   */
  socketClosed(): void {
    forget(this.socket);
    if (this.isClosing || !this.hasUndelivered) return this.lost();
    this.state |= LOSS_WAITS;
    this.settleLoss();
  }

  private settleLoss(): void {
    if ((this.state & LOST) !== 0) return;
    if (!this.isClosing) this.deliverWaiting();
    if (this.isClosing || !this.hasUndelivered) this.lost();
  }

  private lost(): void {
    this.state |= CLOSING | ABORTED | LOST;
    this.stopReceiving();
    const error = this.traffic?.error ?? null;
    this.sending?.lost(error);
    const failure = callConnectionLost(this.protocol, error);
    if (failure !== null && this.#owner !== null) this.#owner.reportError(failure, this);
    else if (failure !== null) report(failure, this, undefined);
    tellOfLoss(this, error);
    this.#owner?.connectionGone(this);
    this.traffic?.closedWait?.resolve();
    this.endEncrypting(error);
  }

  get closed(): Promise<void> {
    if ((this.state & LOST) !== 0) return Promise.resolve();
    const traffic = this.begunTraffic();
    traffic.closedWait ??= new ClosedWait();
    return traffic.closedWait.promise;
  }

  getExtraInfo(name: string): unknown {
    return extraInfo(this.socket, name);
  }

  stats(): TransportStats {
    const { bytesReceived, bytesCopied, reads, writesDropped } = this.traffic ?? NOTHING;
    const { bytesSent = 0, writes = 0 } = this.sending ?? {};
    return { bytesReceived, bytesCopied, reads, bytesSent, writes, writesDropped };
  }

  ref(): void {
    this.socket.ref?.();
  }

  unref(): void {
    this.socket.unref?.();
  }
}

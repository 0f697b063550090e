/**
 * The part of a transport that is about TLS: how a connection that stands is encrypted, and how an encrypted one closes.
 *
 * A class between the two others for the same reason that these are one object (docs/decisions/0006).
 */
import type { Socket } from 'node:net';
import { DeadlineError, LandfallError } from '../errors.js';
import { callStartingTls } from '../protocol/callbacks.js';
import { waitFor } from '../protocol/deadline.js';
import type { StartTlsOptions } from '../protocol/tls.js';
import { Receiving } from './receiving.js';
import type { Sending } from './sending.js';
import { leave, listenTo, type SocketOwner } from './socket-listeners.js';
import type { TlsDeadlines } from './tls-options.js';
import { handOver, Upgrade, upgraderFor } from './upgrade.js';

const NOTHING = new Uint8Array(0);

/** A connection that may be TLS, or become it. */
export abstract class Encrypting extends Receiving implements SocketOwner {
  abstract readonly isClosing: boolean;
  abstract readonly writeBufferSize: number;
  abstract abort(): void;
  protected abstract readonly sending: Sending | null;
  protected abstract sendingHalf(): Sending;
  protected abstract schedule(): void;
  protected abstract settle(): void;
  abstract receivedChunk(chunk: Uint8Array): void;
  abstract receivedEnd(isTruncated: boolean): void;
  abstract broke(cause: Error): void;
  abstract socketClosed(): void;

  async startTls(options: StartTlsOptions): Promise<void> {
    this.refuseUpgrade();
    const upgrader = upgraderFor(options);
    await waitFor<void>('startTls()', options, (settle) => {
      const unusedView = callStartingTls(this.protocol);
      if (unusedView instanceof Error) throw unusedView;
      this.isHeld = true;
      this.putBack(Buffer.concat([unusedView ?? NOTHING, options.unread ?? NOTHING]));
      this.sendingHalf().holdBack();
      const fail = (error: Error): void => this.fail(error);
      this.begunTraffic().upgrade = new Upgrade(upgrader, settle, fail);
      this.schedule();
      return fail;
    });
  }

  private refuseUpgrade(): void {
    if (this.isEncrypted) throw new LandfallError('ERR_UNSUPPORTED', 'startTls on a connection that is TLS already');
    if (this.isHeld) throw new LandfallError('ERR_BUSY', 'startTls while TLS is being started');
    const isOver = this.isClosing || this.socket.destroyed;
    if (isOver || this.hasPeerEnded || this.sending?.endsAfterwards === true)
      throw new LandfallError('ERR_CLOSED', 'startTls on a connection that is closing, or has ended on one side');
  }

  /** The handshake begins once what was written before has left, and outside of every callback of Node's. */
  protected upgradeIfReady(): void {
    const upgrade = this.traffic?.upgrade;
    if (upgrade == null || upgrade.hasBegun || !this.sendingHalf().isReadyToGoOn) return;
    upgrade.hasBegun = true;
    setImmediate(Encrypting.upgradeNow, this);
  }

  private static upgradeNow(transport: Encrypting): void {
    transport.upgrade();
  }

  private upgrade(): void {
    const raw = this.socket;
    if (raw.destroyed) return;
    if (this.hasPeerEnded) return this.fail(new LandfallError('ERR_LOST', 'the peer ended before the TLS handshake'));
    leave(raw);
    handOver(raw, this.takeUnread());
    const { upgrader } = this.traffic!.upgrade!;
    upgrader.secure(raw, (error, socket) => {
      if (error === null) return this.goOnWith(socket!, upgrader.deadlines);
      // Closed by this side, with nothing to send that had to be encrypted.
      if (this.isClosing && this.writeBufferSize === 0) this.abort();
      else this.fail(error);
      if (raw.closed) this.socketClosed();
      else raw.once('close', () => this.socketClosed());
    });
  }

  private goOnWith(socket: Socket, deadlines: TlsDeadlines): void {
    const traffic = this.begunTraffic();
    traffic.shutdownTimeoutMs = deadlines.shutdownTimeoutMs;
    this.replaceSocket(socket);
    this.sendingHalf().goOnWith(socket);
    listenTo(socket, this);
    if (this.isClosing) this.beginShutdown();
    this.beginReceiving();
    traffic.upgrade!.settle(null);
    traffic.upgrade = null;
    // Whoever waits for the promise goes on first.
    setImmediate(Encrypting.release, this);
  }

  private static release(transport: Encrypting): void {
    transport.isHeld = false;
    transport.settle();
  }

  /**
   * Closes within a deadline. What the peer has sent is received meanwhile: its session tickets, if nothing else, which
   * unread would have the kernel reset the connection and drop what is still to be sent.
   */
  protected beginShutdown(): void {
    const traffic = this.begunTraffic();
    if (traffic.shutdownTimer !== undefined) return;
    this.discardReceived();
    traffic.shutdownTimer = setTimeout(Encrypting.shutdownTooLong, traffic.shutdownTimeoutMs, this);
  }

  private static shutdownTooLong(transport: Encrypting): void {
    if (transport.writeBufferSize === 0) return transport.abort();
    transport.fail(new DeadlineError('closing', transport.begunTraffic().shutdownTimeoutMs));
  }

  /** The connection is lost. */
  protected endEncrypting(error: Error | null): void {
    const { traffic } = this;
    if (traffic === null) return;
    clearTimeout(traffic.shutdownTimer);
    traffic.upgrade?.settle(error ?? new LandfallError('ERR_CLOSED', 'the connection was closed before it was TLS'));
  }
}

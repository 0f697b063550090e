/** A protocol on a connection in memory whose other end does as it is told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { BufferedProtocol, Protocol, Transport } from '../../protocol/contracts.js';
import { attach } from '../../transport/attach.js';
import { type ChaosOptions, chaos } from '../chaos.js';
import type { Feed } from '../feeds.js';
import { memoryDuplexPair } from '../memory-duplex.js';
import { loopTurns, within } from '../waiting.js';

/** A conversation, and what shall come of it. */
export interface ProtocolScript<P> {
  /** What the peer sends before it ends its side: something that the protocol understands. A few hundred bytes at most, as they are cut at every byte. */
  readonly bytes: Uint8Array | string;
  /**
   * What came of it, to be compared with `expected`; asked for again until it is that, and once more when the connection is over.
   *
   * @param written What the protocol has sent.
   */
  outcome(protocol: P, written: Buffer): unknown;
  /** The outcome after all the bytes and the end, however they arrived. */
  readonly expected: unknown;
  /** How long that may take. 5 s unless set. */
  readonly timeoutMs?: number | undefined;
}

/** How a connection is made. */
export interface DriveOptions<P> {
  /** Wraps callbacks, before any of them is called. */
  wrap?: ((protocol: P) => void) | undefined;
  chaos?: ChaosOptions | undefined;
  /** Received before the protocol was there. */
  unread?: Uint8Array | undefined;
}

/** One connection. */
export class Driven<P extends Protocol | BufferedProtocol> {
  readonly protocol: P;
  readonly transport: Transport;
  /** The other end. */
  readonly peer: Duplex;
  /** What `connectionLost` got, and threw. */
  lostWith: Error | null | undefined;
  thrownByLoss: unknown;
  hasEnded = false;
  readonly #script: ProtocolScript<P>;
  readonly #written: Buffer[] = [];

  constructor(factory: () => P, script: ProtocolScript<P>, options: DriveOptions<P> = {}) {
    const [near, far] = memoryDuplexPair();
    this.#script = script;
    this.peer = far;
    far.on('data', (chunk: Buffer) => this.#written.push(chunk));
    // A protocol that leaves while the peer still sends is nothing to worry about here: its own loss says how it was.
    far.on('error', () => far.destroy());
    this.protocol = factory();
    options.wrap?.(this.protocol);
    this.#watch(this.protocol);
    const stream = options.chaos === undefined ? near : chaos(near, options.chaos);
    this.transport = attach(stream, () => this.protocol, { unread: options.unread }).transport;
  }

  get written(): Buffer {
    return Buffer.concat(this.#written);
  }

  get isLost(): boolean {
    return this.lostWith !== undefined;
  }

  get outcome(): unknown {
    return this.#script.outcome(this.protocol, this.written);
  }

  /** The peer sends this, a piece for each receive. */
  send(feed: Feed): void {
    for (const piece of feed) if (!this.peer.destroyed) this.peer.write(piece);
  }

  /** Lets everything sent so far arrive; it may not, if the protocol pauses or leaves. */
  async untilArrived(bytes: number): Promise<void> {
    await this.#turnsUntil(() => this.isLost || this.transport.stats().bytesReceived >= bytes);
    await loopTurns(2);
  }

  /** The peer ends its side, and the outcome must come about. */
  async assertOutcome(how: string): Promise<void> {
    if (!this.peer.destroyed) this.peer.end();
    const { expected } = this.#script;
    await this.#turnsUntil(() => this.isLost || (this.hasEnded && isDeepStrictEqual(this.outcome, expected)));
    const wasHeard = this.isLost || this.hasEnded;
    await this.over();
    assert.equal(this.lostWith, null, `${how}: lost with ${String(this.lostWith)}`);
    this.assertNoThrow(how);
    assert.deepEqual(this.outcome, expected, how);
    assert.ok(wasHeard, `${how}: it paused and did not resume, and so never learned of the end`);
  }

  /** The connection is ended, if it has not been. */
  async over(): Promise<void> {
    this.transport.abort();
    await within('closed', this.transport.closed);
    // What has left the protocol is still on its way, and the end behind it.
    await this.#turnsUntil(() => this.peer.readableEnded || this.peer.destroyed);
    if (!this.peer.destroyed) {
      const closed = once(this.peer, 'close');
      this.peer.destroy();
      await within('the close of the peer', closed);
    }
  }

  assertNoThrow(how: string): void {
    assert.equal(this.thrownByLoss, undefined, `${how}: connectionLost threw ${String(this.thrownByLoss)}`);
  }

  #watch(protocol: Protocol | BufferedProtocol): void {
    const connectionLost = protocol.connectionLost?.bind(protocol);
    protocol.connectionLost = (error): void => {
      this.lostWith = error;
      try {
        return connectionLost?.(error);
      } catch (thrown) {
        this.thrownByLoss = thrown ?? 'nothing at all';
      }
    };
    const eofReceived = protocol.eofReceived?.bind(protocol);
    protocol.eofReceived = (): boolean | undefined | void => {
      this.hasEnded = true;
      return eofReceived?.();
    };
  }

  async #turnsUntil(isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + (this.#script.timeoutMs ?? 5_000);
    while (!isSo() && performance.now() < deadline) await loopTurns(1);
  }
}

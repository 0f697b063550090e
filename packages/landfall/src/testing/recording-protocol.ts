/** Protocols that write down every callback, for tests to wait for and to compare. */
import type { BufferedProtocol, Protocol, Transport } from '../protocol/contracts.js';
import { Happenings, TIMEOUT_MS_DEFAULT } from './waiting.js';

/** The name of a callback. */
export type CallbackName =
  | 'connectionMade'
  | 'dataReceived'
  | 'getBuffer'
  | 'bufferUpdated'
  | 'eofReceived'
  | 'connectionLost'
  | 'pauseWriting'
  | 'resumeWriting';

/** What to do in callbacks, after they were written down. */
export interface Reactions {
  connectionMade?: ((transport: Transport) => void) | undefined;
  received?: ((bytesView: Uint8Array) => void) | undefined;
  eofReceived?: (() => boolean) | undefined;
  connectionLost?: ((error: Error | null) => void) | undefined;
  pauseWriting?: (() => void) | undefined;
  resumeWriting?: (() => void) | undefined;
}

/** What both kinds of recording protocol have. */
abstract class Recording {
  /** Every callback, in order. */
  readonly calls: CallbackName[] = [];
  /** What `connectionLost` was called with; undefined before. */
  lostWith: Error | null | undefined;
  readonly #reactions: Reactions;
  readonly #received: Uint8Array[] = [];
  #transport: Transport | undefined;
  #bytesReceived = 0;
  readonly #happenings = new Happenings();

  constructor(reactions: Reactions = {}) {
    this.#reactions = reactions;
  }

  /** @throws {Error} Before `connectionMade`. */
  get transport(): Transport {
    if (this.#transport === undefined) throw new Error('connectionMade was not called yet');
    return this.#transport;
  }

  /** Bytes received so far. */
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Everything received so far, in one piece. */
  receivedCopy(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** How often a callback was called. */
  count(callback: CallbackName): number {
    return this.calls.filter((call) => call === callback).length;
  }

  /**
   * Resolves once a callback has been called so often, or something is so.
   *
   * @param condition A callback (called at least once), or a question asked after each callback.
   * @throws {Error} It did not come about in time; the message lists the callbacks that came.
   */
  async until(condition: CallbackName | (() => boolean), timeoutMs: number = TIMEOUT_MS_DEFAULT): Promise<void> {
    const isMet = typeof condition === 'function' ? condition : (): boolean => this.count(condition) > 0;
    const what = typeof condition === 'function' ? 'the condition' : condition;
    await this.#happenings.until(() => `${what}, only ${this.#lately()},`, isMet, timeoutMs);
  }

  /** Resolves once so many bytes were received in all. */
  untilBytes(bytes: number, timeoutMs?: number): Promise<void> {
    return this.until(() => this.#bytesReceived >= bytes, timeoutMs);
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.record('connectionMade', () => this.#reactions.connectionMade?.(transport));
  }

  eofReceived(): boolean {
    let keepOpen = false;
    this.record('eofReceived', () => {
      keepOpen = this.#reactions.eofReceived?.() ?? false;
    });
    return keepOpen;
  }

  connectionLost(error: Error | null): void {
    this.lostWith = error;
    this.record('connectionLost', () => this.#reactions.connectionLost?.(error));
  }

  pauseWriting(): void {
    this.record('pauseWriting', this.#reactions.pauseWriting);
  }

  resumeWriting(): void {
    this.record('resumeWriting', this.#reactions.resumeWriting);
  }

  protected received(callback: CallbackName, bytesView: Uint8Array): void {
    this.#received.push(Uint8Array.from(bytesView));
    this.#bytesReceived += bytesView.length;
    this.record(callback, () => this.#reactions.received?.(bytesView));
  }

  /** Writes a callback down, reacts, and wakes those who waited for it. */
  protected record(callback: CallbackName, react?: () => void): void {
    this.calls.push(callback);
    try {
      react?.();
    } finally {
      this.#happenings.changed();
    }
  }

  #lately(): string {
    return `${this.calls.slice(-20).join(' ')} with ${this.#bytesReceived} bytes`;
  }
}

/** A `Protocol` that writes everything down. */
export class RecordingProtocol extends Recording implements Protocol {
  dataReceived(data: Uint8Array): void {
    this.received('dataReceived', data);
  }
}

/** A `BufferedProtocol` that writes everything down. */
export class RecordingBufferedProtocol extends Recording implements BufferedProtocol {
  readonly #buffer: (sizeHint: number) => Uint8Array;
  /** The size hints that came, in order. */
  readonly sizeHints: number[] = [];
  #lent: Uint8Array = new Uint8Array(0);

  /** @param buffer The memory to lend, always the same, or where to get it from; 64 KiB unless given. */
  constructor(reactions?: Reactions, buffer: Uint8Array | ((sizeHint: number) => Uint8Array) = new Uint8Array(65_536)) {
    super(reactions);
    this.#buffer = typeof buffer === 'function' ? buffer : (): Uint8Array => buffer;
  }

  getBuffer(sizeHint: number): Uint8Array {
    this.sizeHints.push(sizeHint);
    this.record('getBuffer');
    this.#lent = this.#buffer(sizeHint);
    return this.#lent;
  }

  bufferUpdated(nbytes: number): void {
    this.received('bufferUpdated', this.#lent.subarray(0, nbytes));
  }
}

/** A byte stream without a socket: what arrives, in which pieces and when, is the test's to say. */
import type { BufferedProtocol, Transport } from 'landfall';
import { isScratch } from '../../dist/memory/scratch.js';
import { ByteStream } from '../../dist/stream/byte-stream.js';

/** The first bytes after a change of protocol land on a strip of so many. */
const STRIP_BYTES = 16;

/** As a transport receives directly: memory is asked for ahead of time, and the scratch is everybody's. */
export class HandFed {
  readonly stream: ByteStream = new ByteStream(() => {});
  bytesCopied = 0;
  isPaused = false;
  readonly #protocol: BufferedProtocol = this.stream.protocol;
  readonly #waiting: Uint8Array[] = [];
  #lent: Uint8Array | null = null;
  #isFeeding = false;
  #hasEnded = false;

  constructor() {
    const pause = (isPaused: boolean): void => {
      this.isPaused = isPaused;
      if (!isPaused) queueMicrotask(() => this.#deliver());
    };
    const transport = {
      isClosing: false,
      receiveMode: 'direct',
      getExtraInfo: () => undefined,
      closed: new Promise(() => {}),
      pauseReading: () => pause(true),
      resumeReading: () => pause(false),
      setProtocol: () => {
        this.#lent = null;
      },
      countCopied: (nbytes: number) => {
        this.bytesCopied += nbytes;
      },
    };
    this.#protocol.connectionMade!(transport as unknown as Transport);
    this.#lent = this.#protocol.getBuffer(-1);
  }

  /** One piece, of at least one byte, arrives; later, if reading is paused. */
  feed(piece: Uint8Array | string): void {
    this.#waiting.push(Buffer.from(piece));
    this.#deliver();
  }

  /** The peer ends, after all that it sent. */
  end(): void {
    this.#hasEnded = true;
    this.#deliver();
  }

  lose(error: Error | null): void {
    this.#protocol.connectionLost!(error);
  }

  #deliver(): void {
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    while (!this.isPaused && this.#waiting.length > 0) {
      const piece = this.#waiting.shift()!;
      const rest = piece.subarray(this.#receive(piece));
      if (rest.length > 0) this.#waiting.unshift(rest);
    }
    this.#isFeeding = false;
    if (!this.#hasEnded || this.isPaused || this.#waiting.length > 0) return;
    this.#hasEnded = false;
    this.#protocol.eofReceived!();
  }

  #receive(piece: Uint8Array): number {
    const strip = Math.min(piece.length, STRIP_BYTES);
    const view = this.#lent ?? this.#protocol.getBuffer(strip).subarray(0, strip);
    const nbytes = Math.min(view.length, piece.length);
    view.set(piece.subarray(0, nbytes));
    this.#lent = null;
    this.#protocol.bufferUpdated(nbytes);
    // Another connection receives.
    if (isScratch(view)) view.fill(0xee, 0, nbytes);
    this.#lent = this.#protocol.getBuffer(-1);
    return nbytes;
  }
}

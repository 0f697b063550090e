/** The other end of a connection under test: a socket of Node's that writes down what it sees. */
import type { Socket } from 'node:net';
import { Happenings } from '../../dist/testing/waiting.js';

/** A plain socket, open at both ends until told otherwise; or one of TLS, which answers an end with its own. */
export class Peer {
  readonly socket: Socket;
  /** The connection's end, as this side saw it. */
  hasEnded = false;
  isClosed = false;
  error: Error | undefined;
  readonly #raw: Socket;
  readonly #happenings = new Happenings();
  readonly #chunks: Uint8Array[] = [];
  #bytesReceived = 0;

  /**
   * @param reads False for a peer that does not read, until `read` is called.
   * @param raw The socket under one that is TLS.
   */
  constructor(socket: Socket, reads: boolean, raw: Socket = socket) {
    this.socket = socket;
    this.#raw = raw;
    socket.on('end', () => this.#note(() => (this.hasEnded = true)));
    socket.on('close', () => this.#note(() => (this.isClosed = true)));
    socket.on('error', (error) => this.#note(() => (this.error = error)));
    if (reads) this.read();
  }

  read(): void {
    this.socket.on('data', (chunk: Uint8Array) =>
      this.#note(() => {
        this.#chunks.push(chunk);
        this.#bytesReceived += chunk.length;
      }),
    );
  }

  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  receivedCopy(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Resolves once the kernel has all of it. */
  send(data: Uint8Array | string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(data, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.socket.end();
  }

  /** Ends the connection below TLS, without a word of that. */
  endRaw(): void {
    this.#raw.end();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  untilBytes(bytes: number): Promise<void> {
    return this.#happenings.until(`${bytes} bytes at the peer`, () => this.#bytesReceived >= bytes);
  }

  untilEnd(): Promise<void> {
    return this.#happenings.until('the end at the peer', () => this.hasEnded);
  }

  /** By an end from the other side, or by an error. */
  untilGone(): Promise<void> {
    return this.#happenings.until('the loss at the peer', () => this.hasEnded || this.isClosed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.#happenings.until('the close of the peer', () => this.isClosed);
  }

  #note(what: () => void): void {
    what();
    this.#happenings.changed();
  }
}

/** One of Node's plain sockets as the other end of a connection under test: nothing of landfall is in it. */
import type { Socket } from 'node:net';
import type { PeerProtocol, PeerTransport } from 'landfall/testing';

/** Calls `peer` as a transport would. */
export class PlainEnd implements PeerTransport {
  readonly closed: Promise<void>;
  /** Over TLS, too: there the other side answers an end with its own. */
  readonly canWriteEof: boolean = true;
  readonly #socket: Socket;
  /** What was written last is in the kernel. */
  #written: Promise<void> = Promise.resolve();

  /** @param socket Connected, and open at both sides until told otherwise. */
  constructor(socket: Socket, peer: PeerProtocol) {
    this.#socket = socket;
    let error: Error | null = null;
    socket.on('end', () => peer.eofReceived());
    socket.on('error', (cause) => {
      error = cause;
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        peer.connectionLost(error);
        resolve();
      });
    });
    peer.connectionMade(this);
    // A socket that was paused before stays so with its first listener.
    socket.on('data', (chunk: Uint8Array) => peer.dataReceived(chunk));
  }

  write(data: Uint8Array | string): boolean {
    const written = new Promise<void>((resolve, reject) => {
      this.#socket.write(data, (error) => (error ? reject(error) : resolve()));
    });
    // Reported by `flushed`, if anybody asks.
    written.then(undefined, () => undefined);
    this.#written = written;
    return this.#socket.writableLength === 0;
  }

  writeEof(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.end();
  }

  flushed(): Promise<void> {
    return this.#written;
  }

  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  abort(): void {
    this.#socket.destroy();
  }
}

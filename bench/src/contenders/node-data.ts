/** Row `node-data`: `data` events of `node:net`, chunks joined by `Buffer.concat` when the frame is whole. */
import type { Socket } from 'node:net';
import { ChunkFrames } from './chunk-frames.js';
import type { Contender, EchoConnection, EchoTraffic, EndpointOptions } from './contender.js';
import { nodeContender } from './node-connection.js';
import { lengthPrefix } from './prefix.js';

/** What TLS encrypts at once. */
const RECORD_BYTES = 16 * 1024;

class DataConnection implements EchoConnection {
  readonly #socket: Socket;
  readonly #options: EndpointOptions;
  readonly #frames: ChunkFrames;
  #writes = 0;

  constructor(
    socket: Socket,
    options: EndpointOptions,
    onFrame: (connection: EchoConnection, payload: Uint8Array) => void,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#frames = new ChunkFrames(options, (payload) => onFrame(this, payload));
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('drain', () => socket.resume());
  }

  get isBetweenFrames(): boolean {
    return this.#frames.isBetweenFrames;
  }

  #take(chunk: Buffer): void {
    try {
      this.#frames.push(chunk);
    } catch (error) {
      this.#socket.destroy(error as Error);
    }
  }

  send(payload: Uint8Array): void {
    const { prefix, tls } = this.#options;
    // TLS copies what is corked into one piece before it encrypts it: for large ones that costs more than a write.
    const isCorked = tls === undefined || payload.length <= RECORD_BYTES;
    // What is corked leaves in one vectored write.
    this.#writes += isCorked ? 1 : 2;
    if (isCorked) this.#socket.cork();
    this.#socket.write(lengthPrefix(payload.length, prefix));
    const hasRoom = this.#socket.write(payload);
    if (isCorked) this.#socket.uncork();
    if (!hasRoom) this.#socket.pause();
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  traffic(): EchoTraffic {
    const { bytesReceived, bytesCopied, receives } = this.#frames;
    return { bytesReceived, bytesCopied, receives, writes: this.#writes };
  }

  close(): void {
    this.#socket.end();
  }
}

/** The row. */
export const contender: Contender = nodeContender(
  (socket, options, onFrame) => new DataConnection(socket, options, onFrame),
);

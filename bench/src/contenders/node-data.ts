/** Row `node-data`: `data` events of `node:net`, chunks joined by `Buffer.concat` when the frame is whole. */
import type { Socket } from 'node:net';
import { ChunkFrames } from './chunk-frames.js';
import type { Contender, EchoConnection, EndpointOptions, Traffic } from './contender.js';
import { nodeContender } from './node-connection.js';
import { lengthPrefix } from './prefix.js';

class DataConnection implements EchoConnection {
  readonly #socket: Socket;
  readonly #options: EndpointOptions;
  readonly #frames: ChunkFrames;

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
    this.#socket.cork();
    this.#socket.write(lengthPrefix(payload.length, this.#options.prefix));
    const hasRoom = this.#socket.write(payload);
    this.#socket.uncork();
    if (!hasRoom) this.#socket.pause();
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  traffic(): Traffic {
    return { bytesReceived: this.#frames.bytesReceived, bytesCopied: this.#frames.bytesCopied };
  }

  close(): void {
    this.#socket.end();
  }
}

/** The row. */
export const contender: Contender = nodeContender(
  (socket, options, onFrame) => new DataConnection(socket, options, onFrame),
);

/** Row `node-web`: web streams over `node:net`, chunks joined when the frame is whole. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { WritableStreamDefaultWriter } from 'node:stream/web';
import { ChunkFrames } from './chunk-frames.js';
import type { Contender, EchoConnection, EchoTraffic, EndpointOptions } from './contender.js';
import { nodeContender } from './node-connection.js';
import { lengthPrefix } from './prefix.js';

class WebConnection implements EchoConnection {
  readonly #socket: Socket;
  readonly #options: EndpointOptions;
  readonly #frames: ChunkFrames;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(
    socket: Socket,
    options: EndpointOptions,
    onFrame: (connection: EchoConnection, payload: Uint8Array) => void,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#frames = new ChunkFrames(options, (payload) => onFrame(this, payload));
    const { readable, writable } = Duplex.toWeb(socket);
    this.#writer = writable.getWriter();
    this.#receive(readable).catch((error) => socket.destroy(error));
  }

  get isBetweenFrames(): boolean {
    return this.#frames.isBetweenFrames;
  }

  async #receive(readable: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of readable) {
      this.#frames.push(chunk);
      await this.#writer.ready;
    }
    await this.#writer.close();
  }

  send(payload: Uint8Array): void {
    const failed = (error: Error): unknown => this.#socket.destroy(error);
    this.#writer.write(lengthPrefix(payload.length, this.#options.prefix)).catch(failed);
    this.#writer.write(payload).catch(failed);
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  /** Whether the stream copies its chunks, and how it writes them, depends on the version of Node, which does not say. */
  traffic(): EchoTraffic {
    const { bytesReceived, receives } = this.#frames;
    return { bytesReceived, bytesCopied: null, receives, writes: null };
  }

  close(): void {
    this.#socket.end();
  }
}

/** The row. */
export const contender: Contender = nodeContender(
  (socket, options, onFrame) => new WebConnection(socket, options, onFrame),
);

/** Row `node-read`: `readable.read(n)` of a socket of `node:net`, awaiting `readable` where there is less. */
import type { Socket } from 'node:net';
import { readLength } from '../contenders/prefix.js';
import { FRAME_LENGTH } from './items.js';
import { serveSockets } from './node-socket.js';
import type { ServeReader } from './reader.js';

/** Reads exact amounts. */
class ExactReads {
  readonly #socket: Socket;
  #wake: () => void = () => {};
  #isEnded = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('readable', () => this.#wake());
    socket.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  /** Exactly so many bytes; null at the end, also inside of them. */
  async take(bytes: number): Promise<Buffer | null> {
    for (;;) {
      const chunk: Buffer | null = this.#socket.read(bytes);
      if (chunk !== null) return chunk.length === bytes ? chunk : null;
      if (this.#isEnded) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** `read(8)`, then `read` of the body. */
export const serveRead: ServeReader = (options) =>
  serveSockets(options, async (socket, tally, itemBytes) => {
    const reads = new ExactReads(socket);
    for (;;) {
      const header = await reads.take(FRAME_LENGTH.lengthBytes);
      if (header === null) return;
      const body = await reads.take(readLength(header, 0, FRAME_LENGTH, itemBytes));
      if (body === null) throw new Error('the sender ended inside a frame');
      tally.view(body, 0, body.length);
    }
  });

/** A client that knows nothing of the rows: a plain socket, whole frames in and out, a deadline on every wait. */
import { once } from 'node:events';
import net from 'node:net';
import { lengthPrefix, type Prefix, readLength } from '../contenders/prefix.js';

const DEADLINE_MS = 20_000;
const U64LE: Prefix = { lengthBytes: 8, endian: 'little' };

/** One connection. */
export class RawClient {
  readonly socket: net.Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: net.Socket) {
    this.socket = socket;
    this.#chunks = socket[Symbol.asyncIterator]();
    const signal = AbortSignal.timeout(DEADLINE_MS);
    signal.addEventListener('abort', () => socket.destroy(new Error(`not done within ${DEADLINE_MS} ms`)));
  }

  /** Connects to 127.0.0.1. */
  static async connect(port: number): Promise<RawClient> {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect', { signal: AbortSignal.timeout(DEADLINE_MS) });
    return new RawClient(socket);
  }

  /** Sends a frame without waiting for anything. */
  sendFrame(payload: Uint8Array, prefix: Prefix = U64LE): void {
    this.socket.write(lengthPrefix(payload.length, prefix));
    this.socket.write(payload);
  }

  /** The payload of the next whole frame. */
  async frame(prefix: Prefix = U64LE): Promise<Buffer> {
    const header = await this.#take(prefix.lengthBytes);
    return this.#take(readLength(header, 0, prefix, Number.MAX_SAFE_INTEGER));
  }

  /** Resolves when the server has ended or reset the connection; what it still sends is thrown away. */
  async ended(): Promise<void> {
    try {
      while (!(await this.#chunks.next()).done);
    } catch (error) {
      if (!['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }

  /** Ends this side and waits for the other. */
  async close(): Promise<void> {
    this.socket.end();
    await this.ended();
  }

  async #take(size: number): Promise<Buffer> {
    const gathered = [this.#received];
    let gatheredBytes = this.#received.length;
    while (gatheredBytes < size) {
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error(`the server ended after ${gatheredBytes} of ${size} bytes`);
      gathered.push(value);
      gatheredBytes += value.length;
    }
    const data = Buffer.concat(gathered);
    this.#received = data.subarray(size);
    return data.subarray(0, size);
  }
}

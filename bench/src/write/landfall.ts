/** Row `landfall`: `FramedProtocol.writeFrame` until `pauseWriting`, and on from `resumeWriting`. */
import { connect, FramedProtocol, type FrameReceiver, lengthPrefixed, type Transport } from 'landfall';
import type { FrameWriter } from './writing.js';

class BatchWriter implements FrameReceiver, FrameWriter {
  readonly protocol: FramedProtocol;
  readonly #lost: Promise<Error | null>;
  #setLost: (error: Error | null) => void = () => {};
  #transport: Transport | undefined;
  #payload: Uint8Array = new Uint8Array(0);
  #left = 0;
  #isPaused = false;

  constructor() {
    this.protocol = new FramedProtocol({ framing: lengthPrefixed({ lengthBytes: 4, endian: 'big' }), receiver: this });
    this.#lost = new Promise((resolve) => {
      this.#setLost = resolve;
    });
  }

  async write(payload: Uint8Array, frames: number): Promise<void> {
    this.#payload = payload;
    this.#left = frames;
    this.#writeMore();
    const error = await this.#lost;
    if (error !== null) throw error;
  }

  #writeMore(): void {
    const { protocol } = this;
    const payload = this.#payload;
    while (this.#left > 0 && !this.#isPaused) {
      protocol.writeFrame(payload);
      this.#left--;
    }
    if (this.#left === 0) this.#transport?.writeEof();
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  frameReceived(): void {
    throw new Error('the peer sent a frame');
  }

  pauseWriting(): void {
    this.#isPaused = true;
  }

  resumeWriting(): void {
    this.#isPaused = false;
    this.#writeMore();
  }

  connectionLost(error: Error | null): void {
    this.#setLost(error);
  }
}

/** Connects. */
export async function openWriter(port: number): Promise<FrameWriter> {
  const writer = new BatchWriter();
  await connect({ host: '127.0.0.1', port }, () => writer.protocol);
  return writer;
}

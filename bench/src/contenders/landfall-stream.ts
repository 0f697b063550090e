/** Row `landfall-stream`: `FrameStream`. One frame for each step of `for await`, written back from where it lies. */
import type { AddressInfo } from 'node:net';
import { type FrameStream, lengthPrefixed, openFrames, serveFrames } from 'landfall';
import type { Contender, EchoConnection, EchoListener, EchoTraffic, EndpointOptions } from './contender.js';
import { trafficOf } from './landfall-connection.js';

class StreamConnection implements EchoConnection {
  readonly #stream: FrameStream;
  readonly #listener: EchoListener;
  /** Whether what was written is over the high water mark. */
  #isFull = false;

  constructor(stream: FrameStream, listener: EchoListener) {
    this.#stream = stream;
    this.#listener = listener;
    listener.made(this);
  }

  /** Hands on every frame until the stream ends. */
  async receive(): Promise<void> {
    try {
      for await (const { bytes } of this.#stream) {
        this.#listener.frame(this, bytes, 0, bytes.length);
        if (!this.#isFull) continue;
        await this.#stream.drain();
        this.#isFull = false;
      }
      await this.#stream.end();
      this.#listener.lost(this, null);
    } catch (error) {
      this.#listener.lost(this, error as Error);
      this.#stream.abort();
    }
  }

  send(payload: Uint8Array): void {
    if (!this.#stream.write(payload)) this.#isFull = true;
  }

  answer(payload: Uint8Array): void {
    this.send(payload);
  }

  traffic(): EchoTraffic {
    return trafficOf(this.#stream.transport);
  }

  close(): void {
    this.#stream.transport.close();
  }
}

/** The row. */
export const contender: Contender = {
  async listen(port, options, listener) {
    const server = await serveFrames({ host: '127.0.0.1', port, framing: framingOf(options) }, (stream) =>
      new StreamConnection(stream, listener).receive(),
    );
    return (server.address as AddressInfo).port;
  },
  async connect(port, options, listener) {
    const stream = await openFrames({ host: '127.0.0.1', port, framing: framingOf(options) });
    const connection = new StreamConnection(stream, listener);
    // Whatever goes wrong is told to the listener.
    connection.receive();
    return connection;
  },
};

function framingOf({ prefix, maxFrameBytes }: EndpointOptions): ReturnType<typeof lengthPrefixed> {
  return lengthPrefixed({ ...prefix, maxFrameBytes });
}

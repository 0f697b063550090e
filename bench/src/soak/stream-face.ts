/** The face `stream`: `FrameStream`, read by `for await`. */
import type { AddressInfo } from 'node:net';
import { type FrameStream, lengthPrefixed, openFrames, serveFrames } from 'landfall';
import type { EchoListener, Face, Link, LinkListener } from './face.js';

const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big' });

/** Echoes every frame as it comes, by handing it on: it is released once it has been sent. */
async function echo(stream: FrameStream, listener: EchoListener): Promise<void> {
  try {
    for await (const frame of stream) {
      const frameBytes = frame.bytes.length;
      if (!stream.write(frame)) await stream.drain();
      listener.echoed(frameBytes);
    }
    listener.lost(null);
  } catch (error) {
    listener.lost(error as Error);
  }
}

/** The client's end: a loop that receives, and may be told to wait between two frames. */
class StreamLink implements Link {
  readonly #stream: FrameStream;
  readonly #listener: LinkListener;
  #isEnding = false;
  #isOver = false;
  #resumed: Promise<void> | undefined;
  #wake: () => void = () => {};

  constructor(stream: FrameStream, listener: LinkListener) {
    this.#stream = stream;
    this.#listener = listener;
    this.#receive().then(
      () => this.#lost(null),
      (error: Error) => this.#lost(error),
    );
  }

  send(parts: readonly Uint8Array[]): boolean {
    const hasRoom = this.#stream.write(parts);
    if (!hasRoom) {
      this.#stream.drain().then(
        () => this.#listener.writable(),
        (error: Error) => this.#lost(error),
      );
    }
    return hasRoom;
  }

  pause(): void {
    this.#resumed ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  resume(): void {
    this.#resumed = undefined;
    this.#wake();
  }

  close(): void {
    this.#isEnding = true;
    this.resume();
    this.#stream.close().catch((error: Error) => this.#lost(error));
  }

  abort(): void {
    this.#isEnding = true;
    this.resume();
    this.#stream.abort();
  }

  async #receive(): Promise<void> {
    for await (const { bytes } of this.#stream) {
      if (this.#isEnding) break;
      this.#listener.received(bytes, 0, bytes.length);
      if (this.#resumed !== undefined) await this.#resumed;
    }
    await this.#stream.transport.closed;
  }

  /** What a read or a drain says of a connection that this side has ended is no loss. */
  #lost(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.lost(this.#isEnding ? null : error);
  }
}

/** The face. */
export const face: Face = {
  async serve(listener) {
    const server = await serveFrames({ host: '127.0.0.1', port: 0, framing }, (stream) => echo(stream, listener));
    return (server.address as AddressInfo).port;
  },
  async open(port, listener) {
    return new StreamLink(await openFrames({ host: '127.0.0.1', port, framing }), listener);
  },
};

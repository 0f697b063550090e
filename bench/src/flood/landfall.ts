/** Row `landfall`, and the command `sink`: `FramedProtocol`. Frames by offset: no view, nothing allocated per frame. */
import type { AddressInfo } from 'node:net';
import { FramedProtocol, type FrameReceiver, lengthPrefixed, listen, type Transport } from 'landfall';
import { Stopwatch } from '../harness/stopwatch.js';
import { type Counting, countCutShort, type FrameCount } from './counting.js';

/** Counts the frames of one connection; a subclass does more with each. */
export class FrameCounter implements FrameReceiver {
  frames = 0;
  bytes = 0;
  readonly counted: Promise<FrameCount>;
  #resolve: (count: FrameCount) => void = () => {};
  #reject: (error: Error) => void = () => {};
  protected transport: Transport | undefined;
  #stopwatch = new Stopwatch();

  constructor() {
    this.counted = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#stopwatch = new Stopwatch();
  }

  frameReceived(_memory: Uint8Array, start: number, end: number, _framed: FramedProtocol): void {
    this.frames++;
    this.bytes += end - start;
  }

  connectionLost(error: Error | null): void {
    const lap = this.#stopwatch.lap();
    if (error !== null) return this.#reject(countCutShort(this.frames, error));
    const { bytesReceived = 0, bytesCopied = 0, reads: receives = 0 } = this.transport?.stats() ?? {};
    this.#resolve({ frames: this.frames, bytes: this.bytes, ...lap, bytesReceived, bytesCopied, receives });
  }
}

/** Counts by `frameReceived`. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countBy(new FrameCounter(), port, maxFrameBytes);
}

/** Takes one connection and counts it by `counter`. */
export async function countBy(counter: FrameCounter, port: number, maxFrameBytes: number): Promise<Counting> {
  const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big', maxFrameBytes });
  const options = { host: '127.0.0.1', port, maxConnections: 1 };
  const server = await listen(options, () => new FramedProtocol({ framing, receiver: counter }));
  return {
    port: (server.address as AddressInfo).port,
    counted: counter.counted.finally(() => server.closeAll()),
  };
}

/** What the rows on `FrameStream` have in common: one connection, counted by a loop that awaits. */
import type { AddressInfo } from 'node:net';
import { type FrameStream, lengthPrefixed, serveFrames } from 'landfall';
import { Stopwatch } from '../harness/stopwatch.js';
import { type Counting, countCutShort, type FrameCount } from './counting.js';

/** What a loop has counted so far. */
export interface Tally {
  frames: number;
  bytes: number;
}

/** Takes one connection; `countAll` adds all its frames to the tally, until the stream ends. */
export async function countStream(
  port: number,
  maxFrameBytes: number,
  countAll: (frames: FrameStream, tally: Tally) => Promise<void>,
): Promise<Counting> {
  let resolve: (count: FrameCount) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const counted = new Promise<FrameCount>((...settle) => {
    [resolve, reject] = settle;
  });
  const framing = lengthPrefixed({ lengthBytes: 4, endian: 'big', maxFrameBytes });
  const server = await serveFrames({ host: '127.0.0.1', port, maxConnections: 1, framing }, async (frames) => {
    const stopwatch = new Stopwatch();
    const tally: Tally = { frames: 0, bytes: 0 };
    try {
      await countAll(frames, tally);
      const { bytesReceived, bytesCopied, reads: receives } = frames.transport.stats();
      resolve({ ...tally, ...stopwatch.lap(), bytesReceived, bytesCopied, receives });
    } catch (error) {
      reject(countCutShort(tally.frames, error as Error));
    }
  });
  return {
    port: (server.address as AddressInfo).port,
    counted: counted.finally(() => server.closeAll()),
  };
}

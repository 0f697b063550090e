/** Rows `landfall-batches` and `landfall-iteration`: the framing `lines()` under `FrameStream`. */
import type { AddressInfo } from 'node:net';
import { type FrameStream, lines, serveFrames } from 'landfall';
import type { ReaderOptions, ServeReader } from './reader.js';
import type { Tally } from './tally.js';

async function serveLines(
  { itemBytes, begin }: ReaderOptions,
  readAll: (frames: FrameStream, tally: Tally) => Promise<void>,
): Promise<number> {
  const framing = lines({ maxLineBytes: itemBytes });
  const server = await serveFrames({ host: '127.0.0.1', port: 0, framing }, async (frames) => {
    const sitting = begin();
    try {
      await readAll(frames, sitting.tally);
      sitting.ended(frames.transport.stats());
    } catch (error) {
      sitting.failed(error as Error);
    }
  });
  return (server.address as AddressInfo).port;
}

/** `batches()`, lines by offset. */
export const serveBatches: ServeReader = (options) =>
  serveLines(options, async (frames, tally) => {
    for await (const batch of frames.batches()) {
      while (batch.next()) tally.view(batch.memory, batch.start, batch.end);
    }
  });

/** `for await` over the stream: a lease for every line. */
export const serveIteration: ServeReader = (options) =>
  serveLines(options, async (frames, tally) => {
    for await (const { bytes } of frames) tally.view(bytes, 0, bytes.length);
  });

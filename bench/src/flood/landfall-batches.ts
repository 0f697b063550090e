/** Row `landfall-batches`: `FrameStream.batches()`. A promise for every receive, no view, nothing allocated per frame. */
import type { Counting } from './counting.js';
import { countStream } from './landfall-stream.js';

/** Counts batch by batch. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countStream(port, maxFrameBytes, async (stream, tally) => {
    for await (const batch of stream.batches()) {
      while (batch.next()) {
        tally.frames++;
        tally.bytes += batch.end - batch.start;
      }
    }
  });
}

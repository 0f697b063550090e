/** Row `landfall-iteration`: `for await` over a `FrameStream`. A promise and a lease for every frame. */
import type { Counting } from './counting.js';
import { countStream } from './landfall-stream.js';

/** Counts frame by frame. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countStream(port, maxFrameBytes, async (stream, tally) => {
    for await (const frame of stream) {
      tally.frames++;
      tally.bytes += frame.bytes.length;
    }
  });
}

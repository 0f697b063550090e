/** Row `landfall-stream-leased`: `FrameStream.read()`, a lease for every frame, released 64 frames later. */
import type { Frame } from 'landfall';
import type { Counting } from '../flood/counting.js';
import { countStream } from '../flood/landfall-stream.js';
import { KeptFrames } from './kept-frames.js';

/** Counts, and keeps leases. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countStream(port, maxFrameBytes, async (stream, tally) => {
    const kept = new KeptFrames<Frame>();
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) {
      tally.frames++;
      tally.bytes += frame.bytes.length;
      kept.keep(frame)?.release();
    }
    for (const frame of kept.takeAll()) frame.release();
  });
}

/** Row `landfall-views`: `FramedProtocol`, and a view of the payload for every frame, as one would hand it on. */
import type { Counting } from './counting.js';
import { countBy, FrameCounter } from './landfall.js';

class ViewCounter extends FrameCounter {
  override frameReceived(memory: Uint8Array, start: number, end: number): void {
    const payload = memory.subarray(start, end);
    this.frames++;
    this.bytes += payload.length;
  }
}

/** Counts by the length of the views. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countBy(new ViewCounter(), port, maxFrameBytes);
}

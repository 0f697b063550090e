/** Row `landfall-leased`: `takeFrame()` for every frame of `FramedProtocol`, released 64 frames later. */
import type { FramedProtocol, Lease } from 'landfall';
import type { Counting } from '../flood/counting.js';
import { countBy, FrameCounter } from '../flood/landfall.js';
import { KeptFrames } from './kept-frames.js';

class LeasingCounter extends FrameCounter {
  readonly #kept = new KeptFrames<Lease>();

  override frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
    this.#kept.keep(framed.takeFrame())?.release();
    super.frameReceived(memory, start, end, framed);
  }

  override connectionLost(error: Error | null): void {
    for (const lease of this.#kept.takeAll()) lease.release();
    super.connectionLost(error);
  }
}

/** Counts, and keeps leases. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countBy(new LeasingCounter(), port, maxFrameBytes);
}

/** Row `landfall-fresh`: a copy in fresh memory of every frame of `FramedProtocol`, left to the garbage 64 frames later. */
import type { FramedProtocol } from 'landfall';
import type { Counting } from '../flood/counting.js';
import { countBy, FrameCounter } from '../flood/landfall.js';
import { KeptFrames } from './kept-frames.js';

class CopyingCounter extends FrameCounter {
  readonly #kept = new KeptFrames<Uint8Array>();

  override frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
    this.#kept.keep(memory.slice(start, end));
    this.transport?.countCopied(end - start);
    super.frameReceived(memory, start, end, framed);
  }
}

/** Counts, and keeps copies. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countBy(new CopyingCounter(), port, maxFrameBytes);
}

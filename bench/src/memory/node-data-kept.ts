/** Row `node-data-kept`: `data` events, and the view of every frame kept as it is, left to the garbage 64 frames later. */
import type { Counting } from '../flood/counting.js';
import { countChunks } from '../flood/node-data.js';
import { KeptFrames } from './kept-frames.js';

/** Counts, and keeps views. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  const kept = new KeptFrames<Uint8Array>();
  return countChunks(port, maxFrameBytes, (payload) => kept.keep(payload));
}

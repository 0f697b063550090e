/** Row `it-length-prefixed`: `decode` of that package over a socket, a list of chunks for every frame. */
import { decodeFrames } from '../contenders/it-length-prefixed.js';
import { U32BE } from '../contenders/prefix.js';
import type { Counting } from './counting.js';
import { countSocketBy } from './node-socket.js';

const CUT_SHORT = 'the peer ended inside a frame';

/** Counts list by list. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countSocketBy(port, async (socket, tally) => {
    for await (const frame of await decodeFrames(socket, { prefix: U32BE, maxFrameBytes })) {
      tally.frames++;
      tally.bytes += frame.byteLength;
    }
    // The package takes an end right behind a header for a good one.
    if (socket.bytesRead !== tally.bytes + tally.frames * U32BE.lengthBytes) throw new Error(CUT_SHORT);
  });
}

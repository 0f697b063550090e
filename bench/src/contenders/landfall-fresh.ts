/** Row `landfall-fresh`: `BufferedProtocol`, a new buffer for every frame. Safe to keep; pays for new pages each time. */
import { allocateAligned } from './aligned-memory.js';
import type { Contender } from './contender.js';
import { ExactFrames } from './exact-frames.js';
import { landfallContender } from './landfall-connection.js';

class FreshConnection extends ExactFrames {
  protected memoryFor(frameBytes: number): Uint8Array {
    return allocateAligned(frameBytes, this.options.prefix.lengthBytes);
  }
}

/** The row. */
export const contender: Contender = landfallContender(
  (options) => (listener) => new FreshConnection(options, listener),
);

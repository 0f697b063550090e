/** Row `landfall-reused`: `BufferedProtocol`, one buffer per connection for all frames. */
import { allocateAligned } from './aligned-memory.js';
import type { Contender } from './contender.js';
import { ExactFrames } from './exact-frames.js';
import { landfallContender } from './landfall-connection.js';

class ReusedConnection extends ExactFrames {
  #memory: Uint8Array = new Uint8Array(0);
  #isAnswering = false;

  protected memoryFor(frameBytes: number): Uint8Array {
    if (this.#memory.length < frameBytes) {
      this.#memory = allocateAligned(frameBytes, this.options.prefix.lengthBytes);
    }
    return this.#memory.subarray(0, frameBytes);
  }

  /** Nothing may arrive in the buffer while it is being sent, so receiving stops until it has left. */
  override answer(payload: Uint8Array): void {
    this.#isAnswering = true;
    this.transport.pauseReading();
    this.send(payload);
    this.transport.flushed().then(
      () => {
        this.#isAnswering = false;
        this.transport.resumeReading();
      },
      // The connection ended first; connectionLost says why.
      () => this.transport.abort(),
    );
  }

  /** The output falling to the low water mark is not enough here: the rest of it is still the buffer's. */
  override resumeWriting(): void {
    if (!this.#isAnswering) super.resumeWriting();
  }
}

/** The row. */
export const contender: Contender = landfallContender(
  (options) => (listener) => new ReusedConnection(options, listener),
);

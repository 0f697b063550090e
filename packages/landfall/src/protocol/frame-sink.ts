/** Who is given frames, and what stands in front of them while somebody listens to the diagnostics channel. */
import type { Transport } from './contracts.js';
import { tellReceived } from './frame-channels.js';

/** Is given frames, by `framed`. */
export interface FrameSink<Framed> {
  frameReceived(memory: Uint8Array, start: number, end: number, framed: Framed): void;
}

/** Tells of each frame before the sink behind it is given it. */
export class ToldSink<Framed> implements FrameSink<Framed> {
  readonly #sink: FrameSink<Framed>;
  readonly #transport: Transport;

  constructor(sink: FrameSink<Framed>, transport: Transport) {
    this.#sink = sink;
    this.#transport = transport;
  }

  frameReceived(memory: Uint8Array, start: number, end: number, framed: Framed): void {
    tellReceived(this.#transport, memory, start, end);
    // Whoever hands on the frames looks at what is returned.
    return this.#sink.frameReceived(memory, start, end, framed);
  }
}

/** Handing frames to their receiver: the half of a `FramedProtocol` that knows which frame the receiver is being given. */
import { WORD_MAX } from '../memory/integers.js';
import { refusePromise } from './callbacks.js';
import { interruptions } from './interruptions.js';
import type { LargeFrame } from './large-frame.js';

/** Who is given frames, by `framed`. */
export interface FrameSink<Framed> {
  frameReceived(memory: Uint8Array, start: number, end: number, framed: Framed): void;
}

/** The frame that the receiver is being given, and the ways to give it one. */
export abstract class FrameDelivery {
  protected abstract readonly receiver: FrameSink<this>;
  /** Null outside `frameReceived`. */
  protected memory: Uint8Array | null = null;
  /** Whose memory it is, if it is a frame with memory of its own. */
  protected large: LargeFrame | null = null;
  protected frameStart = 0;
  protected frameEnd = 0;

  /** Hands on one frame that has memory to itself. */
  protected deliver(memory: Uint8Array, start: number, end: number, large: LargeFrame | null): void {
    this.memory = memory;
    this.large = large;
    this.frameStart = start;
    this.frameEnd = end;
    try {
      const returned: unknown = this.receiver.frameReceived(memory, start, end, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
    } finally {
      this.memory = null;
      this.large = null;
    }
  }

  /**
   * Hands on every whole frame in `memory[start, end)` that is a length word and a payload, until something interrupts.
   *
   *     memory  | word |  payload  | word |  pay
   *             ^ at   ^ frameStart       ^ at, in the end: not whole, or over the limit
   *
   * Hot: the loop runs once per frame. All of its numbers are small integers; that and one load for the word make it
   * three times as fast as a loop round `FrameCodec.scan` (docs/decisions/0011).
   *
   * @param words The same memory.
   * @returns Where it stopped.
   */
  protected deliverWords(
    words: DataView,
    memory: Uint8Array,
    start: number,
    end: number,
    isLittleEndian: boolean,
    maxFrameBytes: number,
  ): number {
    const receiver = this.receiver;
    const limitBytes = Math.min(maxFrameBytes, WORD_MAX) | 0;
    const isLittle = isLittleEndian === true;
    const seen = interruptions.count;
    let at = start;
    for (;;) {
      const frameStart = at + 4;
      if (frameStart > end) return at;
      const payloadBytes = words.getInt32(at, isLittle);
      // Negative: beyond 2^31, which is for the scan to judge, as what is over the limit.
      if (payloadBytes < 0 || payloadBytes > limitBytes || payloadBytes > end - frameStart) return at;
      at = frameStart + payloadBytes;
      this.frameStart = frameStart;
      this.frameEnd = at;
      const returned: unknown = receiver.frameReceived(memory, frameStart, at, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
      if (interruptions.count !== seen) return at;
    }
  }
}

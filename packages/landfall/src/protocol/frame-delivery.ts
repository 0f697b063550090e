/** Handing frames to their receiver: the half of a `FramedProtocol` that knows which frame the receiver is being given. */
import { WORD_MAX } from '../memory/integers.js';
import { refusePromise } from './callbacks.js';
import { noFrame } from './frame-misuse.js';
import { frameText } from './frame-text.js';
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

  /**
   * The frame that `frameReceived` was called with, as UTF-8 text.
   *
   * Faster than making text of each frame by hand, where they are small and ASCII: then it is made for many at once. The
   * text of a frame may hold on to up to 64 times as much, at most 16 KiB.
   *
   * @throws {LandfallError} `ERR_RELEASED`: not called from inside `frameReceived`.
   */
  frameText(): string {
    if (this.memory === null) throw noFrame('frameText()');
    return frameText.of(this, this.memory, this.frameStart, this.frameEnd);
  }

  /** Frames of `memory` are handed on from here on, or none any more. */
  protected delivering(memory: Uint8Array | null): void {
    this.memory = memory;
    frameText.forget();
  }

  /** Hands on one frame that has memory to itself. */
  protected deliver(memory: Uint8Array, start: number, end: number, large: LargeFrame | null): void {
    this.delivering(memory);
    this.large = large;
    this.frameStart = start;
    this.frameEnd = end;
    try {
      const returned: unknown = this.receiver.frameReceived(memory, start, end, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
    } finally {
      this.delivering(null);
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

/** Handing frames to their receiver: the half of a `FramedProtocol` that knows which frame the receiver is being given. */
import { WORD_MAX } from '../memory/integers.js';
import { AHEAD_PER_BYTE } from '../memory/text.js';
import { refusePromise } from './callbacks.js';
import type { Transport } from './contracts.js';
import { isToldOfReceived } from './frame-channels.js';
import { noFrame } from './frame-misuse.js';
import { type FrameSink, ToldSink } from './frame-sink.js';
import { frameText } from './frame-text.js';
import { interruptions } from './interruptions.js';
import type { LargeFrame } from './large-frame.js';

const CARRIAGE_RETURN = 0x0d;

/** A frame that a receiver is being given. */
export class Delivery {
  /** Null while none is. */
  framed: object | null = null;
  memory: Uint8Array | null = null;
  /** Whose memory it is, if it is a frame with memory of its own. */
  large: LargeFrame | null = null;
  start = 0;
  end = 0;
  /** What is going on around this one. */
  readonly outer: Delivery | null;

  constructor(outer: Delivery | null) {
    this.outer = outer;
  }
}

/**
 * The thread's: frames are delivered one at a time, so that it need not be in every idle connection (docs/decisions/0006).
 * Only what feeds a protocol from inside another one's `frameReceived` needs a second one.
 */
let innermost: Delivery = new Delivery(null);

/** The ways to give a receiver frames. */
export abstract class FrameDelivery {
  protected abstract readonly receiver: FrameSink<this>;
  protected abstract connected(): Transport;

  /**
   * The frame that `frameReceived` was called with, as UTF-8 text.
   *
   * Faster than making text of each frame by hand, where they are small and ASCII: then it is made for many at once. The
   * text of a frame may hold on to up to 128 times as much, at most 16 KiB.
   *
   * @throws {LandfallError} `ERR_RELEASED`: not called from inside `frameReceived`.
   */
  frameText(): string {
    const delivery = this.delivery();
    if (delivery === null) throw noFrame('frameText()');
    return frameText.of(this, delivery.memory!, delivery.start, delivery.end);
  }

  /** The frame that is being given to this one's receiver; null outside `frameReceived`. */
  protected delivery(): Delivery | null {
    for (let delivery: Delivery | null = innermost; delivery !== null; delivery = delivery.outer)
      if (delivery.framed === this) return delivery;
    return null;
  }

  /** Frames of `memory` are handed on from here on, until `endDelivery`. */
  protected beginDelivery(memory: Uint8Array, large: LargeFrame | null): Delivery {
    if (innermost.framed !== null) innermost = new Delivery(innermost);
    const delivery = innermost;
    delivery.framed = this;
    delivery.memory = memory;
    delivery.large = large;
    frameText.forget();
    return delivery;
  }

  protected endDelivery(delivery: Delivery): void {
    delivery.framed = null;
    delivery.memory = null;
    delivery.large = null;
    innermost = delivery.outer ?? delivery;
    frameText.forget();
  }

  /** Whom to hand the frames of one run to: decided once for all of them, so that a channel without a listener costs none of them anything. */
  protected get sink(): FrameSink<this> {
    return isToldOfReceived() ? new ToldSink(this.receiver, this.connected()) : this.receiver;
  }

  /** Hands on one frame that has memory to itself. */
  protected deliver(memory: Uint8Array, start: number, end: number, large: LargeFrame | null): void {
    const delivery = this.beginDelivery(memory, large);
    delivery.start = start;
    delivery.end = end;
    try {
      const returned: unknown = this.sink.frameReceived(memory, start, end, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
    } finally {
      this.endDelivery(delivery);
    }
  }

  /**
   * Hands on every whole frame in `[start, end)` of the memory of `delivery` that is a length word and a payload, until
   * something interrupts.
   *
   *     memory  | word |  payload  | word |  pay
   *             ^ at   ^ frameStart       ^ at, in the end: not whole, or over the limit
   *
   * Hot: the loop runs once per frame. All of its numbers are small integers; that and one load for the word make it
   * three times as fast as a loop round `FrameCodec.scan` (docs/decisions/0011).
   *
   * @param words The memory of `delivery`.
   * @returns Where it stopped.
   */
  protected deliverWords(
    delivery: Delivery,
    words: DataView,
    start: number,
    end: number,
    isLittleEndian: boolean,
    maxFrameBytes: number,
  ): number {
    const receiver = this.sink;
    const memory = delivery.memory!;
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
      delivery.start = frameStart;
      delivery.end = at;
      const returned: unknown = receiver.frameReceived(memory, frameStart, at, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
      if (interruptions.count !== seen) return at;
    }
  }

  /**
   * Hands on short lines of ASCII in `[start, end)` of the memory of `delivery`, behind one of `lineBytes`, until something
   * interrupts, or a line is not whole, over the limit, or not ASCII: the next one is for the scan to judge.
   *
   * Hot: the loop runs once per line. It searches the text that `frameText` is taken from: half as dear as a search of its
   * bytes (docs/decisions/0013).
   *
   * @returns Where it stopped.
   */
  protected deliverLines(
    delivery: Delivery,
    start: number,
    end: number,
    lineBytes: number,
    maxFrameBytes: number,
  ): number {
    const receiver = this.sink;
    const memory = delivery.memory!;
    const seen = interruptions.count;
    const text = frameText.ahead(this, memory, start, Math.min(end, start + lineBytes * AHEAD_PER_BYTE));
    if (text === null) return start;
    let from = 0;
    for (;;) {
      const feed = text.indexOf('\n', from);
      if (feed < 0 || feed - from > maxFrameBytes) return start + from;
      const stop = feed > from && text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
      delivery.start = start + from;
      delivery.end = start + stop;
      from = feed + 1;
      const returned: unknown = receiver.frameReceived(memory, delivery.start, delivery.end, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
      if (interruptions.count !== seen) return start + from;
    }
  }
}

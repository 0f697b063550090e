/** Every whole frame of one receive, as a cursor. */
import type { FrameCodec } from '../framing/framing.js';
import type { Block } from '../memory/arena.js';
import type { FrameInbox } from './frame-inbox.js';

/**
 * Frames that arrived together, borrowed until the next step of the iteration: `while (batch.next()) use(batch.memory, batch.start, batch.end)`.
 *
 * What is not stepped through stays unread, and comes first in the next batch.
 */
export interface FrameBatch {
  /** Where the current frame lies; the same for all frames of a batch. */
  readonly memory: Uint8Array;
  /** Where its payload begins. */
  readonly start: number;
  /** Where its payload ends. */
  readonly end: number;
  /**
   * Steps to the next frame.
   *
   * @returns False when there is none left in this batch.
   * @throws {LandfallError} `ERR_LIMIT`, `ERR_FRAME`: what follows is no frame.
   */
  next(): boolean;
}

/** The one kind of batch there is. */
export class InboxBatch implements FrameBatch {
  readonly memory: Uint8Array;
  start = 0;
  end = 0;
  readonly #inbox: FrameInbox;
  readonly #codec: FrameCodec;
  readonly #block: Block | null;
  readonly #stop: number;
  #isOver = false;
  #isLarge: boolean;

  /** Of an inbox that has found a frame. */
  constructor(inbox: FrameInbox) {
    const { large } = inbox;
    this.#inbox = inbox;
    this.#codec = inbox.codec;
    this.#isLarge = large !== null;
    this.memory = large === null ? inbox.memory : large.memory;
    this.#block = large === null ? inbox.block : large.block;
    this.#stop = inbox.end;
    this.#block?.claim();
  }

  /** Hot: once per frame. */
  next(): boolean {
    if (this.#isOver) return false;
    if (this.#isLarge) return this.#takeLarge();
    const inbox = this.#inbox;
    const codec = this.#codec;
    const at = inbox.at;
    const stop = this.#stop;
    let frameBytes = inbox.frameBytes;
    if (frameBytes === 0) {
      if (at >= stop) return this.#finish();
      frameBytes = codec.scan(this.memory, at, stop, inbox.maxFrameBytes);
    }
    // What is no whole frame is the inbox's to find out, and to remember.
    if (!(frameBytes > 0 && frameBytes <= stop - at)) return this.#finish();
    this.start = at + codec.headerBytes;
    this.end = at + frameBytes - codec.trailerBytes;
    inbox.at = at + frameBytes;
    inbox.frameBytes = 0;
    return true;
  }

  /** The next step was made: the frames are not borrowed any more. */
  release(): void {
    if (!this.#isOver) this.#finish();
    this.#block?.release();
  }

  #takeLarge(): boolean {
    const inbox = this.#inbox;
    this.start = inbox.start;
    this.end = inbox.stop;
    inbox.large!.release();
    inbox.consume();
    this.#isLarge = false;
    this.#isOver = true;
    return true;
  }

  #finish(): false {
    this.#isOver = true;
    this.#inbox.releaseIfRead();
    return false;
  }
}

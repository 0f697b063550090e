/** Every whole frame of one receive, as a cursor. */
import type { FrameCodec } from '../framing/framing.js';
import type { Block } from '../memory/arena.js';
import { WORD_MAX } from '../memory/integers.js';
import { badScan } from '../protocol/frame-misuse.js';
import type { LargeFrame } from '../protocol/large-frame.js';
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

const NO_WORDS = new DataView(new ArrayBuffer(0));

/** The one kind of batch there is. */
export class InboxBatch implements FrameBatch {
  readonly memory: Uint8Array;
  start = 0;
  end = 0;
  readonly #inbox: FrameInbox;
  readonly #codec: FrameCodec;
  readonly #block: Block | null;
  readonly #stop: number;
  readonly #large: LargeFrame | null;
  #isOver = false;
  // What `next` looks at for frames that are a length word and a payload.
  #words: DataView = NO_WORDS;
  #isLittleEndian = false;
  #limitBytes = 0;
  #payloadsEnd = 0;
  #changes = -1;

  /** Of an inbox that has found a frame. */
  constructor(inbox: FrameInbox) {
    const { large } = inbox;
    this.#inbox = inbox;
    this.#codec = inbox.codec;
    this.#large = large;
    this.memory = large === null ? inbox.memory : large.memory;
    this.#block = large === null ? inbox.block : large.block;
    this.#stop = inbox.end;
    this.#block?.claim();
  }

  /**
   * Steps to the next frame, if it is a length word and a payload, and nothing has changed; else it is looked at apart.
   *
   * Hot: once per frame, and small enough to become part of the reader's loop.
   */
  next(): boolean {
    const inbox = this.#inbox;
    if (inbox.changes === this.#changes) {
      const at = inbox.at;
      const bytesLeft = this.#payloadsEnd - at;
      if (bytesLeft >= 0) {
        const payloadBytes = this.#words.getInt32(at, this.#isLittleEndian === true);
        if (payloadBytes >= 0 && payloadBytes <= this.#limitBytes && payloadBytes <= bytesLeft) {
          const start = at + 4;
          const end = start + payloadBytes;
          this.start = start;
          this.end = end;
          inbox.at = end;
          return true;
        }
      }
    }
    // Compared, so that the reader's loop need not ask whether this is true.
    return this.#nextSlowly() === true;
  }

  #nextSlowly(): boolean {
    if (this.#isOver) return false;
    const inbox = this.#inbox;
    // Read in another way meanwhile.
    if (inbox.large !== this.#large || (inbox.block !== this.#block && inbox.large === null)) return this.#finish();
    if (inbox.large !== null) return this.#takeLarge(inbox.large);
    const codec = this.#codec;
    const at = inbox.at;
    const stop = this.#stop;
    let frameBytes = inbox.frameBytes;
    if (frameBytes === 0) {
      if (at >= stop) return this.#finish();
      frameBytes = codec.scan(this.memory, at, stop, inbox.maxFrameBytes);
    }
    if (!(frameBytes > 0 && frameBytes <= stop - at)) return this.#notWhole(frameBytes);
    this.start = at + codec.headerBytes;
    this.end = at + frameBytes - codec.trailerBytes;
    inbox.at = at + frameBytes;
    inbox.frameBytes = 0;
    this.#lookAtWords();
    return true;
  }

  /** From here on, and until anything changes, frames are found by their length words, if they have any. */
  #lookAtWords(): void {
    const { lengthWord } = this.#codec;
    if (lengthWord === undefined || this.#block === null) return;
    this.#words = this.#block.words;
    this.#isLittleEndian = lengthWord === 'little';
    this.#limitBytes = Math.min(this.#inbox.maxFrameBytes, WORD_MAX) | 0;
    this.#payloadsEnd = (this.#stop - 4) | 0;
    this.#changes = this.#inbox.changes;
  }

  /** The next step was made: the frames are not borrowed any more. */
  release(): void {
    if (!this.#isOver) this.#finish();
    this.#block?.release();
  }

  /** Nothing is scanned twice that a codec could tell. */
  #notWhole(frameBytes: number): false {
    const inbox = this.#inbox;
    if (!Number.isSafeInteger(frameBytes)) throw badScan(frameBytes);
    inbox.changes++;
    if (frameBytes < 0) inbox.skip(-frameBytes);
    else inbox.frameBytes = frameBytes;
    return this.#finish();
  }

  #takeLarge(large: LargeFrame): true {
    const inbox = this.#inbox;
    this.start = inbox.start;
    this.end = inbox.stop;
    large.release();
    inbox.consume();
    this.#isOver = true;
    return true;
  }

  #finish(): false {
    this.#isOver = true;
    this.#changes = -1;
    this.#inbox.releaseIfRead();
    return false;
  }
}

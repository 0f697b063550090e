/** Frames by promises: read them one at a time, in batches, or by iteration, and write them back. */
import { LimitError } from '../errors.js';
import { checkMaxFrameBytes, type Framing } from '../framing/framing.js';
import { isBeingSent } from '../memory/being-sent.js';
import type { BufferPool } from '../memory/buffer-pool.js';
import { type Lease, MemoryLease } from '../memory/lease.js';
import type { WaitOptions, WriteOptions } from '../protocol/contracts.js';
import { isToldOfReceived, tellReceived } from '../protocol/frame-channels.js';
import { frameLease } from '../protocol/frame-lease.js';
import { type FramePayload, writeFrame } from '../protocol/frame-writing.js';
import { ByteStream } from './byte-stream.js';
import { type FrameBatch, InboxBatch } from './frame-batch.js';
import { FrameInbox } from './frame-inbox.js';
import { type Reading, StreamLife } from './stream-life.js';
import { viewOf } from './target.js';
import { ToldBatch } from './told-batch.js';

/** A received frame: its payload, on lease. */
export interface Frame extends Lease {}

/** What a frame stream is made of. */
export interface FrameStreamOptions {
  /** Where frames end. */
  framing: Framing;
  /** Where frames that are read lie; if its `maxBytes` do not allow one, the read fails with `ERR_LIMIT`. Memory of the thread's own by default. */
  pool?: BufferPool<boolean> | undefined;
}

/**
 * One connection as a stream of frames.
 *
 * Reads are one at a time: a second one is refused with `ERR_BUSY`. A read that was aborted, or that timed out, took nothing:
 * the next one gets the same frame, however much of it had arrived. After an error that the peer's bytes caused, every
 * read fails with it; writing goes on.
 */
export class FrameStream extends StreamLife implements AsyncIterable<Frame> {
  protected readonly inbox: FrameInbox;
  readonly #pool: BufferPool<boolean> | null;
  /** Why nothing can be read any more: what the peer sent. */
  #readFailure: Error | null = null;

  /** @internal */
  constructor(options: FrameStreamOptions, onMade: (stream: FrameStream) => void) {
    super(() => onMade(this));
    this.#pool = options.pool ?? null;
    this.inbox = new FrameInbox(options.framing, this.#pool, this);
  }

  /** Bytes of frames over the limit that were skipped, headers included. */
  get skippedBytes(): number {
    return this.inbox.skippedBytes;
  }

  /**
   * Reads one frame: a lease, which is yours until you release it.
   *
   * A small frame is copied into memory of its own size; a large one stays where it landed.
   *
   * @returns Null at the end.
   * @throws {LandfallError} `ERR_INCOMPLETE`: the peer ended inside a frame. `ERR_LIMIT`, `ERR_FRAME`, `ERR_LOST`,
   *   `ERR_BUSY`, `ERR_CLOSED`; `ERR_ABORTED`, `ERR_TIMEOUT`: nothing was taken.
   */
  read(options?: WaitOptions): Promise<Frame | null> {
    return this.#reading<Frame | null>('read()', options, null, () => this.#takeOwn(), null);
  }

  /**
   * Reads one frame into `target`, a large one straight from the kernel if this waits for it.
   *
   * A view that waits to be sent is waited for first.
   *
   * @param target Not to be touched until this settles; after that, it is not received into any more.
   * @returns Bytes of the frame; null at the end.
   * @throws {LandfallError} As `read`. `ERR_LIMIT`: the frame is larger than `target`, and stays unread. `ERR_BUFFER`: memory that cannot be received into.
   */
  async readInto(target: ArrayBufferView, options?: WaitOptions): Promise<number | null> {
    const view = viewOf(target);
    const begun = isBeingSent(view) ? await this.untilSent(view, options) : options;
    return this.#reading<number | null>('readInto()', begun, view, () => this.#takeInto(view), null);
  }

  /** Frames one after the other. Each is borrowed: it is released on the next step, and at the end. */
  [Symbol.asyncIterator](): AsyncIterator<Frame, undefined> {
    let previous: MemoryLease | null = null;
    const releasePrevious = (): void => {
      previous?.passOn();
      previous = null;
    };
    const take = (): IteratorResult<Frame, undefined> => {
      previous = this.#takeBorrowed();
      return { done: false, value: previous };
    };
    return {
      next: () => {
        releasePrevious();
        return this.#reading<IteratorResult<Frame, undefined>>('iteration', undefined, null, take, DONE);
      },
      return: async () => {
        releasePrevious();
        return DONE;
      },
    };
  }

  /** All whole frames that have arrived, receive by receive, without anything being allocated or copied for each. */
  batches(): AsyncIterable<FrameBatch> {
    return { [Symbol.asyncIterator]: () => this.#batchIterator() };
  }

  #batchIterator(): AsyncIterator<FrameBatch, undefined> {
    let previous: InboxBatch | null = null;
    const releasePrevious = (): void => {
      previous?.release();
      previous = null;
    };
    const take = (): IteratorResult<FrameBatch, undefined> => {
      previous = new InboxBatch(this.inbox);
      return { done: false, value: isToldOfReceived() ? new ToldBatch(previous, this.transport) : previous };
    };
    return {
      next: () => {
        releasePrevious();
        return this.#reading<IteratorResult<FrameBatch, undefined>>('batches()', undefined, null, take, DONE);
      },
      return: async () => {
        releasePrevious();
        return DONE;
      },
    };
  }

  /**
   * Changes the largest payload accepted and sent, from the next frame on; at most 4 GiB - 64 KiB.
   *
   * @throws {RangeError} Not a whole number from 0 on.
   */
  setMaxFrameBytes(maxFrameBytes: number): void {
    checkMaxFrameBytes(maxFrameBytes);
    this.inbox.setMaxFrameBytes(maxFrameBytes);
  }

  /**
   * Sends one frame, without waiting; what a loop of reads and writes writes leaves in one go.
   *
   * @param payload As for `FramedProtocol.writeFrame`: leases and frames are passed on.
   * @returns False above the high water mark: `await drain()`. Also when it was dropped, as the stream is closed.
   * @throws {LandfallError} `ERR_LIMIT`, `ERR_FRAME`: the framing cannot express it. `ERR_CLOSED`: after `end()`. `ERR_RELEASED`. Nothing was written.
   */
  write(payload: FramePayload, options?: WriteOptions): boolean {
    return writeFrame(this.transport, this.inbox.codec, this.inbox.maxFrameBytes, payload, options);
  }

  /**
   * Hands the connection over as a stream of bytes: what is unread comes first, headers included. This stream is over.
   *
   * @throws {LandfallError} `ERR_BUSY`: a read waits. `ERR_PROTOCOL`: a frame over the limit is being skipped, and not
   *   all of it has arrived. `ERR_CLOSED`. `ERR_LIMIT`: there was no memory for what had arrived of a large frame.
   */
  unwrap(): ByteStream {
    const { transport } = this;
    this.checkOpen();
    this.checkIdle('unwrap()');
    const unreadView = this.inbox.unreadView();
    const stream = new ByteStream(() => {});
    stream.takeOver(transport, this.inbox.isEnded, unreadView);
    this.handOver(stream);
    return stream;
  }

  /** What to put in charge of the connection. @internal */
  get protocol(): FrameInbox {
    return this.inbox;
  }

  /** One read: of the next frame, by `take`; `atEnd` is what there is to take at the end. */
  #reading<T>(
    what: string,
    options: WaitOptions | undefined,
    target: Uint8Array | null,
    take: () => T,
    atEnd: T,
  ): Promise<T> {
    const reading: Reading<T> = { isReady: () => this.#find(), take, atEnd: () => atEnd };
    if (target === null) return this.reading(what, options, reading);
    // A large frame that is not here yet shall know its target before it is found.
    const begin = (): void => this.#beginTarget(target);
    const end = (error: Error | null): void => this.#endTarget(error);
    return this.reading(what, options, { ...reading, begin, end });
  }

  #beginTarget(target: Uint8Array): void {
    this.inbox.target = target;
  }

  #endTarget(error: Error | null): void {
    if (error === null) this.inbox.target = null;
    else this.#takeBackTarget();
  }

  #takeBackTarget(): void {
    try {
      this.inbox.takeBackTarget();
    } catch (error) {
      this.#readFailure = error as Error;
    }
  }

  /** @throws {Error} Nothing can be read any more, because of this. */
  #find(): boolean {
    if (this.#readFailure !== null) throw this.#readFailure;
    try {
      return this.inbox.find() || (this.inbox.isEnded && this.inbox.findLast());
    } catch (error) {
      this.#readFailure = error as Error;
      throw error;
    }
  }

  /** The frame that was found is about to be taken. */
  #tellOfFound(): void {
    const { large, memory, start, stop } = this.inbox;
    tellReceived(this.transport, large?.memory ?? memory, start, stop);
  }

  #takeOwn(): MemoryLease {
    const inbox = this.inbox;
    const { large, start, stop } = inbox;
    const lease = frameLease(
      this.#pool,
      large?.block ?? null,
      large?.memory ?? inbox.memory,
      start,
      stop,
      this.transport,
    );
    this.#tellOfFound();
    large?.release();
    inbox.consume();
    return lease;
  }

  #takeBorrowed(): MemoryLease {
    const inbox = this.inbox;
    const { block } = inbox;
    if (inbox.large !== null || block === null) return this.#takeOwn();
    this.#tellOfFound();
    block.claim();
    const lease = new MemoryLease(inbox.memory.subarray(inbox.start, inbox.stop), block, this.transport);
    inbox.consume();
    return lease;
  }

  #takeInto(view: Uint8Array): number {
    const inbox = this.inbox;
    const { large, start, stop } = inbox;
    const bytes = stop - start;
    if (bytes > view.length) throw new LimitError('a received frame', bytes, view.length);
    this.#tellOfFound();
    if (large?.memory !== view) {
      view.set((large?.memory ?? inbox.memory).subarray(start, stop));
      this.transport.countCopied(bytes);
    }
    large?.release();
    inbox.consume();
    return bytes;
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * What a frame stream has received and nobody has read: the protocol under the pull face.
 *
 * The landing knows where it lies; this finds the frames in it. A large one gets memory of its own, or lands in its
 * reader's.
 *
 * Where frames end is found out when somebody reads; while nobody does, one receive is kept, and then reading stops.
 */
import { IncompleteError } from '../errors.js';
import type { FrameCodec, Framing } from '../framing/framing.js';
import { type BlockPool, blockPool } from '../memory/block-pool.js';
import { type BufferPool, blocksOf } from '../memory/buffer-pool.js';
import type { BufferedProtocol, Transport } from '../protocol/contracts.js';
import { LARGE_FRAME_BYTES_DEFAULT, MAX_FRAME_BYTES_LIMIT } from '../protocol/frame-limits.js';
import { badScan, skipping } from '../protocol/frame-misuse.js';
import { interruptions } from '../protocol/interruptions.js';
import { type LargeFrame, LentFrame, PooledFrame } from '../protocol/large-frame.js';
import { Landing } from './landing.js';
import type { InboxOwner } from './stream-life.js';

/** What is unread on one connection. */
export class FrameInbox extends Landing implements BufferedProtocol {
  codec: FrameCodec;
  maxFrameBytes: number;
  /** Bytes of the frame at `at`; 0 while that is not known. */
  frameBytes = 0;
  /** Where the reader who waits wants a large frame to land. */
  target: Uint8Array | null = null;
  skippedBytes = 0;
  /** The peer has ended. */
  isEnded = false;
  readonly #owner: InboxOwner;
  readonly #framing: Framing;
  /** Where large frames land. */
  readonly #blocks: BlockPool;
  #skipBytes = 0;

  constructor(framing: Framing, pool: BufferPool<boolean> | null, owner: InboxOwner) {
    super();
    this.#framing = framing;
    this.codec = framing.createCodec();
    this.maxFrameBytes = Math.min(framing.maxFrameBytes, MAX_FRAME_BYTES_LIMIT);
    this.#blocks = pool === null ? blockPool : blocksOf(pool);
    this.#owner = owner;
  }

  connectionMade(transport: Transport): void {
    this.transport = transport;
    this.#owner.connectionMade(transport);
  }

  bufferUpdated(nbytes: number): void {
    this.landed(nbytes);
    if (!this.#owner.arrived()) this.transport!.pauseReading();
  }

  eofReceived(): boolean {
    this.isEnded = true;
    this.#owner.arrived();
    return true;
  }

  connectionLost(error: Error | null): void {
    this.takeBackLent();
    this.#owner.connectionLost(error);
  }

  /** Somebody else has the connection: nothing is received into what was lent any more. */
  replaced(): void {
    this.takeBackLent();
    this.#owner.replaced();
  }

  pauseWriting(): void {
    this.#owner.pausedChanged(true);
  }

  resumeWriting(): void {
    this.#owner.pausedChanged(false);
  }

  /** The next frames' limit. */
  setMaxFrameBytes(maxFrameBytes: number): void {
    this.maxFrameBytes = Math.min(maxFrameBytes, MAX_FRAME_BYTES_LIMIT);
    interruptions.count++;
    this.changes++;
  }

  /**
   * Finds out whether a whole frame is here: then it is `large`, or the `frameBytes` from `at` on.
   *
   * @throws {LandfallError} `ERR_LIMIT`, `ERR_FRAME`, as the codec says; `ERR_LIMIT` of the pool.
   */
  find(): boolean {
    this.changes++;
    for (;;) {
      if (this.failure !== null) throw this.failure;
      if (this.large !== null) {
        if (!this.large.isWhole) this.#feedLarge();
        if (this.failure !== null) throw this.failure;
        return this.large.isWhole && this.large.frameBytes > 0 ? true : this.#findInGrowing();
      }
      if (this.#skipBytes > 0 && this.at < this.end) this.skip(this.#skipBytes);
      if (this.at < this.end && this.#scan()) return true;
      if (this.large === null && !this.join()) return false;
    }
  }

  /** Where the payload of the found frame lies. */
  get start(): number {
    return this.large === null ? this.at + this.codec.headerBytes : this.large.headerBytes;
  }

  /** Where the payload of the found frame ends. */
  get stop(): number {
    const { large } = this;
    return large === null ? this.at + this.frameBytes - this.codec.trailerBytes : large.frameBytes - large.trailerBytes;
  }

  /** The found frame has been read. Its claim on a block of its own, if it has one, is the caller's to release before. */
  consume(): void {
    if (this.large === null) this.at += this.frameBytes;
    this.large = null;
    this.frameBytes = 0;
    this.releaseIfRead();
  }

  /**
   * The peer has ended, and `find` found nothing more: what is left may be a frame to its framing.
   *
   * @returns Whether it is one, and now found.
   * @throws {IncompleteError} It is not.
   */
  findLast(): boolean {
    const { large, codec } = this;
    if (this.#skipBytes > 0) throw new IncompleteError(0, this.#skipBytes);
    if (large?.frameBytes === 0) this.#putInFront(large);
    else if (large !== null) {
      const apartBytes = large instanceof LentFrame ? large.headerCopy.length : 0;
      throw new IncompleteError(apartBytes + large.bytesReceived, apartBytes + large.frameBytes || undefined);
    }
    const bytes = this.end - this.at;
    if (bytes === 0) return false;
    const found =
      this.frameBytes === 0 ? (codec.scanEnd?.(this.memory, this.at, this.end, this.maxFrameBytes) ?? 0) : 0;
    if (found === 0) throw new IncompleteError(bytes, this.frameBytes || undefined);
    if (found < 0) this.skip(bytes);
    else this.frameBytes = found;
    return found > 0;
  }

  /** Nobody waits any more: a frame that was landing in the reader's memory goes on in our own; `ERR_LIMIT` if there is no room. */
  takeBackTarget(): void {
    const { large, transport } = this;
    this.target = null;
    if (!(large instanceof LentFrame) || large.isWhole) return;
    // Takes the lent memory out of the kernel's hands.
    this.takeBackLent();
    if (transport!.getProtocol() === this) transport!.setProtocol(this);
    const { headerCopy, bytesReceived, frameBytes } = large;
    const headerBytes = headerCopy.length;
    const startView = Buffer.concat([headerCopy, large.memory.subarray(0, bytesReceived)]);
    this.large = null;
    large.release();
    try {
      this.large = new PooledFrame(this.#blocks, headerBytes, 0, headerBytes + frameBytes, startView);
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
    transport!.countCopied(bytesReceived);
  }

  /** Forgets everything. Only once nothing is received any more. */
  clear(): void {
    this.forget();
    this.frameBytes = 0;
  }

  /**
   * Everything that is unread, in order; borrowed until anything arrives or is read.
   *
   * @throws {LandfallError} `ERR_PROTOCOL`: a frame is being skipped. Why a part of what had arrived is gone.
   */
  unreadView(): Uint8Array {
    if (this.failure !== null) throw this.failure;
    if (this.#skipBytes > 0) throw skipping(this.#skipBytes);
    const { large } = this;
    const largeViews = large === null ? [] : [large.memory.subarray(0, large.bytesReceived)];
    if (large instanceof LentFrame) largeViews.unshift(large.headerCopy);
    return Buffer.concat([...largeViews, this.memory.subarray(this.at, this.end), this.spareView()]);
  }

  /** Nothing that came in clear is to be read as if it had been encrypted. */
  startingTls(): Uint8Array | undefined {
    this.#owner.checkIdle('startTls()');
    const unreadCopy = this.unreadView();
    this.clear();
    // What it remembers is of bytes that are not its own any more.
    this.codec = this.#framing.createCodec();
    return unreadCopy;
  }

  /** The start of a frame is of no use. */
  lostUnfinished(): void {
    this.clear();
  }

  /** Looks at the frame at `at`. Returns whether it is whole; one that is large and is not has memory of its own then. */
  #scan(): boolean {
    while (this.frameBytes === 0 && this.at < this.end) {
      const found = this.codec.scan(this.memory, this.at, this.end, this.maxFrameBytes);
      if (found === 0) break;
      if (!Number.isSafeInteger(found)) throw badScan(found);
      if (found > 0) this.frameBytes = found;
      else this.skip(-found);
    }
    const bytes = this.end - this.at;
    if (this.frameBytes > 0 && this.frameBytes <= bytes) return true;
    if (this.frameBytes >= LARGE_FRAME_BYTES_DEFAULT || bytes >= LARGE_FRAME_BYTES_DEFAULT) this.#startLarge();
    return false;
  }

  #startLarge(): void {
    const { codec, memory, at, end, frameBytes, target } = this;
    const payloadAt = at + codec.headerBytes;
    const payloadBytes = frameBytes - codec.headerBytes - codec.trailerBytes;
    const lands = target !== null && frameBytes > 0 && codec.trailerBytes === 0 && end >= payloadAt;
    this.large =
      lands && target.length >= payloadBytes
        ? new LentFrame(target, payloadBytes, memory.subarray(at, payloadAt), memory.subarray(payloadAt, end))
        : new PooledFrame(this.#blocks, codec.headerBytes, codec.trailerBytes, frameBytes, memory.subarray(at, end));
    this.transport!.countCopied(end - at);
    this.at = end;
    this.frameBytes = 0;
    this.expectLarge();
    this.releaseIfRead();
  }

  /** Gives the large frame what arrived elsewhere before it was known to be one. */
  #feedLarge(): void {
    const large = this.large!;
    while (!large.isWhole && this.failure === null) {
      if (this.at === this.end && !this.join()) return;
      const room = large.room();
      const bytes = Math.min(room.length, this.end - this.at);
      room.set(this.memory.subarray(this.at, this.at + bytes));
      this.transport!.countCopied(bytes);
      this.at += bytes;
      this.largeReceived(large, bytes);
      this.releaseIfRead();
    }
  }

  /** Looks for the end of a frame whose size was not known, in its own memory. */
  #findInGrowing(): boolean {
    const large = this.large!;
    if (large.frameBytes > 0) return false;
    const { memory, bytesReceived } = large;
    const found = this.codec.scan(memory, 0, bytesReceived, this.maxFrameBytes);
    if (found === 0) return false;
    this.#putInFront(large);
    if (found > 0) this.frameBytes = found;
    else this.skip(-found);
    return found > 0 && found <= bytesReceived ? true : this.find();
  }

  /** Makes a grown frame unread like everything else: its block becomes the chunk, of which nothing is unread by now. */
  #putInFront(large: LargeFrame): void {
    this.changes++;
    this.large = null;
    this.block?.release();
    this.block = large.block!;
    this.memory = this.block.memory;
    this.at = 0;
    this.end = large.bytesReceived;
  }

  /** Drops `bytes`; those that have not arrived, when they do. */
  skip(bytes: number): void {
    const here = Math.min(bytes, this.end - this.at);
    this.skippedBytes += here;
    this.at += here;
    this.#skipBytes = bytes - here;
    this.releaseIfRead();
  }
}

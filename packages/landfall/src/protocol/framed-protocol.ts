/**
 * Whole frames, by offset, out of the memory they were received into.
 *
 * Bytes arrive in the thread's scratch, where whole frames are found and handed on as `(memory, start, end)`; nothing is
 * copied or allocated for them. What is left over at the end of a receive is one of two things:
 *
 *     the start of a small frame   moved to memory of this connection, put back in front of the next receive
 *     the start of a large frame   moved to a block of its own, which the rest is received straight into
 */
import { IncompleteError } from '../errors.js';
import { checkMaxFrameBytes, type Framing } from '../framing/framing.js';
import type { BufferPool } from '../memory/buffer-pool.js';
import { wordsOf } from '../memory/integers.js';
import type { Lease } from '../memory/lease.js';
import { FIRST_WINDOW, HEAD_ROOM_BYTES, LARGEST_WINDOW, receiveScratch } from '../memory/scratch.js';
import { refusePromise } from './callbacks.js';
import type { BaseProtocol, BufferedProtocol, Protocol, Transport, WriteOptions } from './contracts.js';
import { FrameDelivery } from './frame-delivery.js';
import { frameLease } from './frame-lease.js';
import { MAX_FRAME_BYTES_LIMIT } from './frame-limits.js';
import { badScan, noFrame, notConnected, notShareable, notToBeTaken, skipping } from './frame-misuse.js';
import { type FrameSetup, frameSetup } from './frame-setup.js';
import { FrameTraffic } from './frame-traffic.js';
import { type FramePayload, writeFrame } from './frame-writing.js';
import { interruptions } from './interruptions.js';
import { type LargeFrame, LentFrame, PooledFrame } from './large-frame.js';
import { lentFrame } from './lent-frame.js';
import { Tail } from './tail.js';

/** The start of a frame of unknown size is put back in front of the next receive while it is this small: beyond, that would be quadratic. */
const UNKNOWN_TAIL_BYTES_MAX = 1024;

/** Behind lines of up to this size, more are looked for in the text of many; text of longer ones costs more than that saves. */
const SHORT_LINE_BYTES = 128;

/** Is given the frames of one connection, and the callbacks that every protocol has. */
export interface FrameReceiver extends BaseProtocol {
  /**
   * A whole frame arrived: its payload is `memory[start, end)`, borrowed until this returns.
   *
   * Writing it back from here is safe, by reference too: landfall knows its own memory. To keep it, call `framed.takeFrame()`.
   *
   * @param framed The protocol that received it, to answer with `writeFrame`.
   */
  frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void;
  /**
   * A large frame has begun: gives the memory that it shall land in, straight from the kernel.
   *
   * Asked for once its header is here, before its payload is: bound what a peer may declare by the framing's
   * `maxFrameBytes`. Not asked for frames whose end has to be searched for. Memory of which some still waits to be sent
   * by reference is not received into: then the frame lands in the pool's.
   *
   * @param frameBytes Bytes of the frame as `frameReceived` will get it, in memory that begins with it.
   * @param header Its header, borrowed until this returns.
   * @returns At least `frameBytes` long, lent until the frame is received or the connection lost; undefined for the
   *   pool's memory. What is no memory, or too little, loses the connection with `ERR_BUFFER`.
   */
  getFrameBuffer?(frameBytes: number, header: Uint8Array): Uint8Array | undefined;
}

/** What a `FramedProtocol` is made of. */
export interface FramedProtocolOptions {
  /** Where frames end. */
  framing: Framing;
  /** Who gets them. */
  receiver: FrameReceiver;
  /** Where large frames land, and taken ones; if its `maxBytes` do not allow one, its connection is lost with `ERR_LIMIT`. A pool that all connections of the thread share by default. */
  pool?: BufferPool<boolean> | undefined;
  /** Frames of at least so many bytes, header included, are received into memory of their own. 1 to 65,536; 32 KiB by default. */
  largeFrameBytes?: number | undefined;
}

/** A protocol that cuts what it receives into frames, and hands each to its receiver. */
export class FramedProtocol extends FrameDelivery implements BufferedProtocol {
  protected readonly receiver: FrameReceiver;
  #setup: FrameSetup;
  #transport: Transport | null = null;
  /** The frame that is arriving: the start of a small one, or what there is of a large one. */
  #arriving: Tail | LargeFrame | null = null;
  /** Null until something happens. */
  #traffic: FrameTraffic | null = null;

  /** @throws {RangeError} `largeFrameBytes` is out of range. */
  constructor(options: FramedProtocolOptions) {
    super();
    const { framing, receiver, pool, largeFrameBytes } = options;
    this.#setup = frameSetup(framing, pool, largeFrameBytes);
    if (typeof receiver?.frameReceived !== 'function') throw new TypeError('a frame receiver needs frameReceived');
    this.receiver = receiver;
  }

  /** Bytes of frames over the limit that were skipped, headers included. */
  get skippedBytes(): number {
    return this.#traffic?.skippedBytes ?? 0;
  }

  /**
   * Sends one frame.
   *
   * @param payload One view or lease, or several that make up the payload together; kept by reference when large, as
   *   `Transport.write` says. Leases are passed on: they are released once sent, and must not be used any more.
   * @returns As `Transport.write`.
   * @throws {LimitError} `ERR_LIMIT`: the framing cannot say its size, or it is over the limit. Nothing was written, and no lease passed on.
   * @throws {FrameError} `ERR_FRAME`: the framing cannot express it. Likewise.
   * @throws {LandfallError} `ERR_CLOSED`: there is no connection yet, or `writeEof()` was called. `ERR_RELEASED`. Likewise.
   */
  writeFrame(payload: FramePayload, options?: WriteOptions): boolean {
    const { codec, maxFrameBytes } = this.#setup;
    return writeFrame(this.connected(), codec, maxFrameBytes, payload, options);
  }

  /**
   * Keeps the frame that `frameReceived` was called with: in its own memory if it has some, else in one counted copy.
   *
   * @returns A lease of the frame, to be released.
   * @throws {LandfallError} `ERR_RELEASED`: not called from inside `frameReceived`. `ERR_PROTOCOL`: the frame is the
   *   receiver's already, in memory from its `getFrameBuffer`.
   * @throws {LimitError} `ERR_LIMIT`: the pool's `maxBytes` do not allow it.
   */
  takeFrame(): Lease {
    const delivery = this.delivery();
    if (delivery === null) throw noFrame('takeFrame()');
    const { memory, large, start, end } = delivery;
    if (large !== null && large.block === null) throw notToBeTaken();
    return frameLease(this.#setup.pool, large?.block ?? null, memory!, start, end, this.connected());
  }

  /**
   * Changes the largest payload accepted and sent on this connection, from the next frame on; at most 4 GiB - 64 KiB.
   *
   * @throws {RangeError} Not a whole number from 0 on.
   */
  setMaxFrameBytes(maxFrameBytes: number): void {
    checkMaxFrameBytes(maxFrameBytes);
    this.#setup = { ...this.#setup, maxFrameBytes: Math.min(maxFrameBytes, MAX_FRAME_BYTES_LIMIT) };
    interruptions.count++;
  }

  /**
   * Puts another protocol in this one's place, and hands over every byte after the current frame: what has arrived of
   * the next, its header included.
   *
   * @throws {TypeError} It is neither kind of protocol, or both.
   * @throws {LandfallError} `ERR_CLOSED`: there is no connection yet. `ERR_PROTOCOL`: a frame over the limit is being
   *   skipped, and not all of it has arrived.
   */
  switchTo(next: Protocol | BufferedProtocol): void {
    if (this.skipBytes > 0) throw skipping(this.skipBytes);
    this.connected().setProtocol(next, this.arrivedView());
    // Itself is not told that it was replaced.
    this.forgetArriving();
  }

  /**
   * Frames what comes after the current frame in another way, with that framing's limit; also what has arrived of it
   * already.
   */
  setFraming(framing: Framing): void {
    const { pool, largeFrameBytes } = this.#setup;
    this.#setup = frameSetup(framing, pool, largeFrameBytes);
    interruptions.count++;
    const arrivedView = this.arrivedView();
    if (arrivedView === undefined) return;
    this.connected().setProtocol(this, arrivedView);
    this.forgetArriving();
  }

  /** Nothing that came in clear is to be read as if it had been encrypted. */
  startingTls(): Uint8Array | undefined {
    if (this.skipBytes > 0) throw skipping(this.skipBytes);
    const arrivedView = this.arrivedView();
    const arrivedCopy = arrivedView && Uint8Array.from(arrivedView);
    if (arrivedCopy !== undefined) this.replaced();
    return arrivedCopy;
  }

  connectionMade(transport: Transport): void {
    this.tookOver(transport);
    refusePromise('connectionMade', this.receiver.connectionMade?.(transport));
  }

  /** Put in charge by `setProtocol`; the receiver hears of it no more than of any other protocol's. */
  tookOver(transport: Transport): void {
    if (this.#transport !== null && this.#transport !== transport) throw notShareable();
    this.#transport = transport;
  }

  /** The start of a frame that is not whole goes with it, unless it was handed over. */
  replaced(): void {
    this.forgetArriving();
    if (this.#traffic !== null) this.#traffic.skipBytes = 0;
    // What it remembers is of bytes that are somebody else's now: put in charge again, it begins with a new frame.
    this.#setup = { ...this.#setup, codec: this.#setup.framing.createCodec() };
  }

  getBuffer(): Uint8Array {
    const arriving = this.#arriving;
    return arriving === null || arriving instanceof Tail
      ? receiveScratch(this).windows[this.#traffic?.window ?? FIRST_WINDOW]!
      : arriving.room();
  }

  bufferUpdated(nbytes: number): void {
    const arriving = this.#arriving;
    if (arriving !== null && !(arriving instanceof Tail)) return this.largeReceived(arriving, nbytes);
    const { memory, words, windows } = receiveScratch(this);
    // A full window means that more is waiting: take more at once, if there is a larger one.
    const window = this.#traffic?.window ?? FIRST_WINDOW;
    if (window < LARGEST_WINDOW && nbytes === windows[window]!.length) this.begunTraffic().window++;
    if (arriving === null) return this.received(memory, words, HEAD_ROOM_BYTES, HEAD_ROOM_BYTES + nbytes, 0, null);
    const start = HEAD_ROOM_BYTES - this.putTailBack(arriving, memory);
    this.received(memory, words, start, HEAD_ROOM_BYTES + nbytes, arriving.frameBytes, null);
  }

  eofReceived(): boolean | undefined {
    this.lastReceived();
    // The last frame may have put another protocol in charge, or closed: then the end is that one's to hear of, or nobody's.
    if (this.connected().isClosing) return false;
    const inCharge = this.connected().getProtocol();
    const returned = (inCharge === this ? this.receiver : inCharge).eofReceived?.();
    refusePromise('eofReceived', returned);
    return Boolean(returned);
  }

  connectionLost(error: Error | null): void {
    this.forgetArriving();
    refusePromise('connectionLost', this.receiver.connectionLost?.(error));
  }

  pauseWriting(): void {
    refusePromise('pauseWriting', this.receiver.pauseWriting?.());
  }

  resumeWriting(): void {
    refusePromise('resumeWriting', this.receiver.resumeWriting?.());
  }

  /**
   * Hands on every whole frame in `memory[start, end)`, and keeps the start of the one after.
   *
   * Hot: the loop runs once per frame.
   *
   * @param words The same memory.
   * @param firstBytes Bytes of the first frame, if its header was seen before: it passes whatever the limit is now. Else 0.
   * @param large Whose memory it is, if that is not the scratch: of a frame whose size was not known.
   */
  private received(
    memory: Uint8Array,
    words: DataView,
    start: number,
    end: number,
    firstBytes: number,
    large: LargeFrame | null,
  ): void {
    const receiver = this.sink;
    let { codec, maxFrameBytes } = this.#setup;
    let seen = interruptions.count;
    let at = this.skipBytes === 0 ? start : this.skip(start, end, this.skipBytes);
    let frameBytes = firstBytes;
    const delivery = this.beginDelivery(memory, null);
    try {
      while (at < end) {
        if (interruptions.count !== seen) {
          seen = interruptions.count;
          if (this.isInterrupted()) break;
          ({ codec, maxFrameBytes } = this.#setup);
        }
        if (frameBytes === 0 && codec.lengthWord !== undefined) {
          const isLittleEndian = codec.lengthWord === 'little';
          const stoppedAt = this.deliverWords(delivery, words, at, end, isLittleEndian, maxFrameBytes);
          if (stoppedAt > at) {
            at = stoppedAt;
            continue;
          }
        }
        if (frameBytes === 0) frameBytes = codec.scan(memory, at, end, maxFrameBytes);
        if (!(frameBytes > 0 && frameBytes <= end - at)) {
          if (!(frameBytes < 0)) break;
          at = this.skip(at, end, -frameBytes);
          frameBytes = 0;
          continue;
        }
        const next = at + frameBytes;
        delivery.start = at + codec.headerBytes;
        delivery.end = next - codec.trailerBytes;
        const returned: unknown = receiver.frameReceived(memory, delivery.start, delivery.end, this);
        if (returned !== undefined) refusePromise('frameReceived', returned);
        at = next;
        if (codec.areLines === true && frameBytes <= SHORT_LINE_BYTES && at < end && interruptions.count === seen)
          at = this.deliverLines(delivery, at, end, frameBytes, maxFrameBytes);
        frameBytes = 0;
      }
    } finally {
      this.endDelivery(delivery);
    }
    if (at < end && frameBytes === 0 && this.isInterrupted()) this.giveBack(memory.subarray(at, end));
    else this.keepRest(memory, at, end, frameBytes, at === start ? large : null, at === start && firstBytes > 0);
  }

  /** The receiver paused, closed, or put another protocol in charge: what follows is not delivered now. */
  private isInterrupted(): boolean {
    const transport = this.connected();
    return !transport.isReading || transport.getProtocol() !== this;
  }

  /** What has yet to arrive of a frame that is skipped. */
  private get skipBytes(): number {
    return this.#traffic?.skipBytes ?? 0;
  }

  /** Drops `bytes` from `at` on; those beyond `end` when they arrive. Returns where to go on. */
  private skip(at: number, end: number, bytes: number): number {
    const here = Math.min(bytes, end - at);
    const traffic = this.begunTraffic();
    traffic.skippedBytes += here;
    traffic.skipBytes = bytes - here;
    return at + here;
  }

  /** The rest is the transport's again. */
  private giveBack(restView: Uint8Array): void {
    const transport = this.connected();
    this.#arriving = null;
    if (!transport.isClosing) transport.setProtocol(transport.getProtocol(), restView);
  }

  /**
   * Keeps the start of a frame.
   *
   * @param large It lies there already.
   * @param isSecondTime It was put back once, and the receive since has not completed it.
   */
  private keepRest(
    memory: Uint8Array,
    at: number,
    end: number,
    frameBytes: number,
    large: LargeFrame | null,
    isSecondTime: boolean,
  ): void {
    const bytes = end - at;
    if (bytes === 0) this.#arriving = null;
    else if (!Number.isSafeInteger(frameBytes)) throw badScan(frameBytes);
    else if (large !== null && frameBytes === 0) this.#arriving = large;
    // What one more receive has not completed is not put back and kept a second time: that would be quadratic.
    else if (
      frameBytes >= this.#setup.largeFrameBytes ||
      isSecondTime ||
      (frameBytes === 0 && bytes > UNKNOWN_TAIL_BYTES_MAX)
    )
      this.startLarge(memory, at, end, frameBytes);
    else this.keepTail(memory, at, end, frameBytes);
  }

  private startLarge(memory: Uint8Array, at: number, end: number, frameBytes: number): void {
    const { blocks, largeFrameBytes, codec } = this.#setup;
    const { headerBytes, trailerBytes } = codec;
    // What was kept of it lies in `memory` now: `getFrameBuffer` may change who is in charge, or the framing.
    this.#arriving = null;
    const startView = memory.subarray(at, end);
    const mayBeLent = frameBytes > 0 && trailerBytes === 0;
    const lent = mayBeLent ? lentFrame(this.receiver, headerBytes, startView, frameBytes) : null;
    if (this.connected().getProtocol() !== this) {
      lent?.release();
      return this.giveBack(startView);
    }
    this.#arriving = lent ?? new PooledFrame(blocks, headerBytes, trailerBytes, frameBytes, startView);
    this.countCopied(end - at);
    if (frameBytes >= largeFrameBytes || frameBytes === 0) this.begunTraffic().window = 0;
  }

  private largeReceived(large: LargeFrame, nbytes: number): void {
    this.countCopied(large.received(nbytes));
    if (large.frameBytes > 0 && !large.isWhole) return;
    this.#arriving = null;
    try {
      if (large.frameBytes > 0)
        this.deliver(large.memory, large.headerBytes, large.frameBytes - large.trailerBytes, large);
      else this.received(large.memory, wordsOf(large.memory), 0, large.bytesReceived, 0, large);
    } finally {
      if (this.#arriving !== large) large.release();
    }
  }

  /** The peer has ended: what is left is a whole frame to some framings, and to the others an error. */
  private lastReceived(): void {
    const arriving = this.#arriving;
    if (this.skipBytes > 0) throw new IncompleteError(0, this.skipBytes);
    if (arriving === null) return;
    const { memory, bytesReceived, frameBytes } = arriving;
    const { codec, maxFrameBytes } = this.#setup;
    const found = frameBytes === 0 ? (codec.scanEnd?.(memory, 0, bytesReceived, maxFrameBytes) ?? 0) : 0;
    const apartBytes = arriving instanceof LentFrame ? arriving.headerCopy.length : 0;
    if (found === 0) throw new IncompleteError(apartBytes + bytesReceived, apartBytes + frameBytes || undefined);
    this.#arriving = null;
    try {
      if (found < 0) this.skip(0, bytesReceived, bytesReceived);
      else this.deliver(memory, codec.headerBytes, bytesReceived - codec.trailerBytes, null);
    } finally {
      if (!(arriving instanceof Tail)) arriving.release();
    }
  }

  private keepTail(memory: Uint8Array, at: number, end: number, frameBytes: number): void {
    const tail = this.#arriving instanceof Tail ? this.#arriving : new Tail();
    this.#arriving = tail;
    tail.keep(memory.subarray(at, end), frameBytes);
    this.countCopied(end - at);
  }

  /** Puts the kept start of a frame in front of the window. Returns how many bytes that were. */
  private putTailBack(tail: Tail, memory: Uint8Array): number {
    memory.set(tail.view, HEAD_ROOM_BYTES - tail.bytesReceived);
    this.countCopied(tail.bytesReceived);
    return tail.bytesReceived;
  }

  /** What has arrived of the next frame; undefined inside `frameReceived`, where that is seen to afterwards. */
  private arrivedView(): Uint8Array | undefined {
    const arriving = this.#arriving;
    if (arriving === null || this.delivery() !== null) return undefined;
    const arrivedView = arriving.memory.subarray(0, arriving.bytesReceived);
    return arriving instanceof LentFrame ? Buffer.concat([arriving.headerCopy, arrivedView]) : arrivedView;
  }

  private forgetArriving(): void {
    if (this.#arriving !== null && !(this.#arriving instanceof Tail)) this.#arriving.release();
    this.#arriving = null;
  }

  private begunTraffic(): FrameTraffic {
    this.#traffic ??= new FrameTraffic();
    return this.#traffic;
  }

  private countCopied(bytes: number): void {
    if (bytes > 0) this.connected().countCopied(bytes);
  }

  protected connected(): Transport {
    if (this.#transport === null) throw notConnected();
    return this.#transport;
  }
}

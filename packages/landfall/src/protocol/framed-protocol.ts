/**
 * Whole frames, by offset, out of the memory they were received into.
 *
 * Bytes arrive in the thread's scratch, where whole frames are found and handed on as `(memory, start, end)`; nothing is
 * copied or allocated for them. What is left over at the end of a receive is one of two things:
 *
 *     the start of a small frame   moved to memory of this connection, put back in front of the next receive
 *     the start of a large frame   moved to a block of its own, which the rest is received straight into
 *
 * Between frames a connection holds no memory.
 */
import { IncompleteError, LandfallError } from '../errors.js';
import type { FrameCodec, Framing } from '../framing/framing.js';
import { checkMaxFrameBytes } from '../framing/length-prefixed.js';
import { FIRST_WINDOW, HEAD_ROOM_BYTES, LARGEST_WINDOW, receiveScratch } from '../memory/scratch.js';
import { refusePromise } from './callbacks.js';
import type { BaseProtocol, BufferedProtocol, Transport, WriteOptions } from './contracts.js';
import { LargeFrame } from './large-frame.js';
import { Tail } from './tail.js';

/** Frames from this size on are received into memory of their own; at most the scratch's head room. */
const LARGE_FRAME_BYTES_DEFAULT = 32 * 1024;
/** The largest payload that there can be memory for: views of Node 20 end at 4 GiB. */
const MAX_FRAME_BYTES_LIMIT = 2 ** 32 - 64 * 1024;

/** Is given the frames of one connection, and the callbacks that every protocol has. */
export interface FrameReceiver extends BaseProtocol {
  /**
   * A whole frame arrived: its payload is `memory[start, end)`, borrowed until this returns.
   *
   * Writing it back from here is safe, by reference too: landfall knows its own memory.
   *
   * @param framed The protocol that received it, to answer with `writeFrame`.
   */
  frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void;
}

/** What a `FramedProtocol` is made of. */
export interface FramedProtocolOptions {
  /** Where frames end. */
  framing: Framing;
  /** Who gets them. */
  receiver: FrameReceiver;
  /** Frames of at least so many bytes, header included, are received into memory of their own. 1 to 65,536; 32 KiB by default. */
  largeFrameBytes?: number | undefined;
}

/** A protocol that cuts what it receives into frames, and hands each to its receiver. */
export class FramedProtocol implements BufferedProtocol {
  readonly #codec: FrameCodec;
  readonly #receiver: FrameReceiver;
  readonly #largeFrameBytes: number;
  #maxFrameBytes: number;
  #transport: Transport | null = null;
  /** Which of the scratch's windows to lend: a small one after a large frame, as what lands there of the next one is copied. */
  #window = FIRST_WINDOW;
  /** The frame that is arriving: the start of a small one, or what there is of a large one. */
  #arriving: Tail | LargeFrame | null = null;

  /** @throws {RangeError} `largeFrameBytes` is out of range. */
  constructor(options: FramedProtocolOptions) {
    const { framing, receiver, largeFrameBytes = LARGE_FRAME_BYTES_DEFAULT } = options;
    if (!Number.isInteger(largeFrameBytes) || largeFrameBytes < 1 || largeFrameBytes > HEAD_ROOM_BYTES) {
      throw new RangeError(`largeFrameBytes must be 1 to ${HEAD_ROOM_BYTES}, not ${largeFrameBytes}`);
    }
    if (typeof receiver?.frameReceived !== 'function') throw new TypeError('a frame receiver needs frameReceived');
    this.#codec = framing.createCodec();
    this.#receiver = receiver;
    this.#largeFrameBytes = largeFrameBytes;
    this.#maxFrameBytes = Math.min(framing.maxFrameBytes, MAX_FRAME_BYTES_LIMIT);
  }

  /**
   * Sends one frame: its header, then its payload.
   *
   * @param payload One view, or several that make up the payload together; kept by reference when large, as `Transport.write` says.
   * @returns As `Transport.write`.
   * @throws {LimitError} `ERR_LIMIT`: the length field cannot hold it, or it is over the framing's limit. Nothing was written.
   * @throws {LandfallError} `ERR_CLOSED`: there is no connection yet, or `writeEof()` was called.
   */
  writeFrame(payload: Uint8Array | readonly Uint8Array[], options?: WriteOptions): boolean {
    const transport = this.connected();
    if (ArrayBuffer.isView(payload)) {
      return transport.writeVectored([this.#codec.encodeHeader(payload.length), payload], options);
    }
    let bytes = 0;
    for (const part of payload) bytes += part.length;
    // Of what is no Uint8Array there is no length to send.
    if (!Number.isSafeInteger(bytes)) throw new TypeError('writeFrame takes Uint8Arrays');
    return transport.writeVectored([this.#codec.encodeHeader(bytes), ...payload], options);
  }

  /**
   * Changes the largest payload accepted on this connection, from the next frame on; at most 4 GiB - 64 KiB.
   *
   * @throws {RangeError} Not a whole number from 0 on.
   */
  setMaxFrameBytes(maxFrameBytes: number): void {
    checkMaxFrameBytes(maxFrameBytes);
    this.#maxFrameBytes = Math.min(maxFrameBytes, MAX_FRAME_BYTES_LIMIT);
  }

  connectionMade(transport: Transport): void {
    this.tookOver(transport);
    refusePromise('connectionMade', this.#receiver.connectionMade?.(transport));
  }

  /** Put in charge by `setProtocol`; the receiver hears of it no more than of any other protocol's. */
  tookOver(transport: Transport): void {
    if (this.#transport !== null && this.#transport !== transport) throw notShareable();
    this.#transport = transport;
  }

  /** The start of a frame that is not whole goes with it. */
  replaced(): void {
    this.forgetArriving();
  }

  getBuffer(): Uint8Array {
    const arriving = this.#arriving;
    return arriving instanceof LargeFrame ? arriving.room() : receiveScratch(this).windows[this.#window]!;
  }

  bufferUpdated(nbytes: number): void {
    const arriving = this.#arriving;
    if (arriving instanceof LargeFrame) return this.largeReceived(arriving, nbytes);
    const { memory, windows } = receiveScratch(this);
    // A full window means that more is waiting: take more at once, if there is a larger one.
    if (this.#window < LARGEST_WINDOW && nbytes === windows[this.#window]!.length) this.#window++;
    if (arriving === null) return this.receivedInScratch(memory, HEAD_ROOM_BYTES, HEAD_ROOM_BYTES + nbytes, 0);
    const start = HEAD_ROOM_BYTES - this.putTailBack(arriving, memory);
    this.receivedInScratch(memory, start, HEAD_ROOM_BYTES + nbytes, arriving.frameBytes);
  }

  eofReceived(): boolean | undefined {
    const arriving = this.#arriving;
    if (arriving !== null) throw new IncompleteError(arriving.bytesReceived, arriving.frameBytes || undefined);
    const returned = this.#receiver.eofReceived?.();
    refusePromise('eofReceived', returned);
    return Boolean(returned);
  }

  connectionLost(error: Error | null): void {
    this.forgetArriving();
    refusePromise('connectionLost', this.#receiver.connectionLost?.(error));
  }

  pauseWriting(): void {
    refusePromise('pauseWriting', this.#receiver.pauseWriting?.());
  }

  resumeWriting(): void {
    refusePromise('resumeWriting', this.#receiver.resumeWriting?.());
  }

  /**
   * Hands on every whole frame in `memory[start, end)`, and keeps the start of the one after.
   *
   * Hot: the loop runs once per frame.
   *
   * @param firstBytes Bytes of the first frame, if its header was seen before: it passes whatever the limit is now. Else 0.
   */
  private receivedInScratch(memory: Uint8Array, start: number, end: number, firstBytes: number): void {
    const codec = this.#codec;
    const receiver = this.#receiver;
    const transport = this.connected();
    let at = start;
    let frameBytes = firstBytes;
    while (at < end) {
      if (frameBytes === 0) frameBytes = codec.scan(memory, at, end, this.#maxFrameBytes);
      if (frameBytes === 0 || frameBytes > end - at) break;
      const next = at + frameBytes;
      const returned: unknown = receiver.frameReceived(memory, at + codec.headerBytes, next, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
      at = next;
      frameBytes = 0;
      if (!transport.isReading || transport.getProtocol() !== this) return this.giveBack(memory.subarray(at, end));
    }
    if (at === end) this.#arriving = null;
    // What one more receive has not completed is not put back and kept a second time: that would be quadratic.
    else if (frameBytes >= this.#largeFrameBytes || (at === start && firstBytes > 0))
      this.startLarge(memory, at, end, frameBytes);
    else this.keepTail(memory, at, end, frameBytes);
  }

  /** The receiver paused, or put another protocol in charge, between two frames: the rest is the transport's again. */
  private giveBack(restView: Uint8Array): void {
    const transport = this.connected();
    this.#arriving = null;
    if (restView.length > 0 && !transport.isClosing) transport.setProtocol(transport.getProtocol(), restView);
  }

  private startLarge(memory: Uint8Array, at: number, end: number, frameBytes: number): void {
    this.#arriving = new LargeFrame(this.#codec.headerBytes, frameBytes, memory.subarray(at, end));
    this.countCopied(end - at);
    if (frameBytes >= this.#largeFrameBytes) this.#window = 0;
  }

  private largeReceived(large: LargeFrame, nbytes: number): void {
    this.countCopied(large.received(nbytes));
    if (!large.isWhole) return;
    this.#arriving = null;
    try {
      refusePromise(
        'frameReceived',
        this.#receiver.frameReceived(large.memory, large.headerBytes, large.frameBytes, this),
      );
    } finally {
      large.release();
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

  private forgetArriving(): void {
    if (this.#arriving instanceof LargeFrame) this.#arriving.release();
    this.#arriving = null;
  }

  private countCopied(bytes: number): void {
    if (bytes > 0) this.connected().countCopied(bytes);
  }

  private connected(): Transport {
    if (this.#transport === null) throw notConnected();
    return this.#transport;
  }
}

function notConnected(): LandfallError {
  return new LandfallError(
    'ERR_CLOSED',
    'this FramedProtocol has no connection yet: connectionMade or tookOver was not called',
  );
}

function notShareable(): LandfallError {
  return new LandfallError('ERR_PROTOCOL', 'a FramedProtocol serves one connection, and has one already');
}

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
import type { FrameScanner, Framing } from '../framing/framing.js';
import { checkMaxFrameBytes } from '../framing/length-prefixed.js';
import { FIRST_WINDOW, HEAD_ROOM_BYTES, LARGEST_WINDOW, receiveScratch, type Scratch } from '../memory/scratch.js';
import { refusePromise } from './callbacks.js';
import type { BaseProtocol, BufferedProtocol, Transport, WriteOptions } from './contracts.js';
import { LargeFrame } from './large-frame.js';
import { Tail } from './tail.js';

/** Frames from this size on are received into memory of their own; at most the scratch's head room. */
const LARGE_FRAME_BYTES_DEFAULT = 32 * 1024;

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
  readonly #framing: Framing;
  readonly #scanner: FrameScanner;
  readonly #receiver: FrameReceiver;
  readonly #largeFrameBytes: number;
  readonly #scratch: Scratch = receiveScratch();
  #maxFrameBytes: number;
  #transport: Transport | null = null;
  /** Which of the scratch's windows to lend: a small one after a large frame, as what lands there of the next one is copied. */
  #window = FIRST_WINDOW;
  /** The start of a small frame that is arriving. */
  #tail: Tail | null = null;
  /** The large frame that is arriving. */
  #large: LargeFrame | null = null;

  /** @throws {RangeError} `largeFrameBytes` is out of range. */
  constructor(options: FramedProtocolOptions) {
    const { framing, receiver, largeFrameBytes = LARGE_FRAME_BYTES_DEFAULT } = options;
    if (!Number.isInteger(largeFrameBytes) || largeFrameBytes < 1 || largeFrameBytes > HEAD_ROOM_BYTES) {
      throw new RangeError(`largeFrameBytes must be 1 to ${HEAD_ROOM_BYTES}, not ${largeFrameBytes}`);
    }
    if (typeof receiver?.frameReceived !== 'function') throw new TypeError('a frame receiver needs frameReceived');
    this.#framing = framing;
    this.#scanner = framing.createScanner();
    this.#receiver = receiver;
    this.#largeFrameBytes = largeFrameBytes;
    this.#maxFrameBytes = framing.maxFrameBytes;
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
    const transport = this.#connected();
    if (payload instanceof Uint8Array) {
      return transport.writeVectored([this.#framing.encodeHeader(payload.length), payload], options);
    }
    let bytes = 0;
    for (const part of payload) bytes += part.length;
    return transport.writeVectored([this.#framing.encodeHeader(bytes), ...payload], options);
  }

  /**
   * Changes the largest payload accepted on this connection, from the next frame on.
   *
   * @throws {RangeError} Not a whole number from 0 on.
   */
  setMaxFrameBytes(maxFrameBytes: number): void {
    checkMaxFrameBytes(maxFrameBytes);
    this.#maxFrameBytes = maxFrameBytes;
  }

  connectionMade(transport: Transport): void {
    this.#transport = transport;
    refusePromise('connectionMade', this.#receiver.connectionMade?.(transport));
  }

  getBuffer(): Uint8Array {
    return this.#large !== null ? this.#large.room() : this.#scratch.windows[this.#window]!;
  }

  bufferUpdated(nbytes: number): void {
    if (this.#large !== null) return this.#largeReceived(this.#large, nbytes);
    const { memory } = this.#scratch;
    const end = HEAD_ROOM_BYTES + nbytes;
    // A full window means that more is waiting: take more at once, if there is a larger one.
    if (this.#window < LARGEST_WINDOW && nbytes === this.#scratch.windows[this.#window]!.length) this.#window++;
    this.#receivedInScratch(memory, HEAD_ROOM_BYTES - this.#putTailBack(memory), end);
  }

  eofReceived(): boolean | undefined {
    const large = this.#large;
    if (large !== null) throw new IncompleteError(large.bytesReceived, large.frameBytes);
    if (this.#tail !== null) throw new IncompleteError(this.#tail.bytes, this.#tailFrameBytes(this.#tail));
    const returned = this.#receiver.eofReceived?.();
    refusePromise('eofReceived', returned);
    return Boolean(returned);
  }

  connectionLost(error: Error | null): void {
    this.#large?.release();
    this.#large = null;
    this.#tail = null;
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
   */
  #receivedInScratch(memory: Uint8Array, start: number, end: number): void {
    const scanner = this.#scanner;
    const receiver = this.#receiver;
    const transport = this.#connected();
    let at = start;
    let frameBytes = 0;
    while (at < end) {
      frameBytes = scanner.scan(memory, at, end, this.#maxFrameBytes);
      if (frameBytes === 0 || frameBytes > end - at) break;
      const next = at + frameBytes;
      const returned: unknown = receiver.frameReceived(memory, at + scanner.headerBytes, next, this);
      if (returned !== undefined) refusePromise('frameReceived', returned);
      at = next;
      if (!transport.isReading) return this.#giveBack(memory.subarray(at, end));
    }
    if (at < end && frameBytes < this.#largeFrameBytes) return this.#keepTail(memory, at, end);
    this.#tail = null;
    if (at < end) this.#startLarge(memory, at, end, frameBytes);
  }

  /** The receiver paused between two frames: the rest is the transport's again, which delivers it when reading resumes. */
  #giveBack(restView: Uint8Array): void {
    const transport = this.#connected();
    this.#tail = null;
    if (restView.length > 0 && !transport.isClosing) transport.setProtocol(this, restView);
  }

  #startLarge(memory: Uint8Array, at: number, end: number, frameBytes: number): void {
    this.#large = new LargeFrame(this.#scanner.headerBytes, frameBytes);
    this.#countCopied(this.#large.put(memory.subarray(at, end)));
    this.#window = 0;
  }

  #largeReceived(large: LargeFrame, nbytes: number): void {
    this.#countCopied(large.received(nbytes));
    if (!large.isWhole) return;
    this.#large = null;
    try {
      refusePromise(
        'frameReceived',
        this.#receiver.frameReceived(large.memory, large.headerBytes, large.frameBytes, this),
      );
    } finally {
      large.release();
    }
  }

  #keepTail(memory: Uint8Array, at: number, end: number): void {
    this.#tail ??= new Tail();
    this.#tail.keep(memory.subarray(at, end));
    this.#countCopied(end - at);
  }

  /** Puts the kept start of a frame in front of the window. Returns how many bytes that were. */
  #putTailBack(memory: Uint8Array): number {
    if (this.#tail === null) return 0;
    const { bytes, view } = this.#tail;
    memory.set(view, HEAD_ROOM_BYTES - bytes);
    this.#countCopied(bytes);
    return bytes;
  }

  #tailFrameBytes(tail: Tail): number | undefined {
    return this.#scanner.scan(tail.view, 0, tail.bytes, Number.MAX_SAFE_INTEGER) || undefined;
  }

  #countCopied(bytes: number): void {
    if (bytes > 0) this.#connected().countCopied(bytes);
  }

  #connected(): Transport {
    if (this.#transport === null) throw notConnected();
    return this.#transport;
  }
}

function notConnected(): LandfallError {
  return new LandfallError('ERR_CLOSED', 'this FramedProtocol has no connection yet');
}

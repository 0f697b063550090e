/** Where a frame ends: the contract of every framing. Pure: no sockets, promises or timers. */

import type { Endian } from '../memory/integers.js';

/** The largest frame that a framing accepts unless told otherwise. */
export const MAX_FRAME_BYTES_DEFAULT: number = 64 * 1024 * 1024;

/** What becomes of a received frame that is over the limit: its connection ends with `ERR_LIMIT`, or it is skipped. */
export type OversizePolicy = 'fail' | 'skip';

/** A way to cut a stream of bytes into frames, to be shared by any number of connections. */
export interface Framing {
  /** The largest payload accepted and sent, in bytes; a connection may change it for itself. */
  readonly maxFrameBytes: number;
  /** Makes what one connection needs; one and the same for all, if it remembers nothing between its calls. */
  createCodec(): FrameCodec;
}

/**
 * Finds where the frames of one connection end, and encodes those it sends.
 *
 *     memory  … | header | payload | trailer | …       what `scan` counts is all three
 *               ^ start  ^ start + headerBytes
 *
 * To write one of your own, implement this and hand it out from `createCodec`.
 */
export interface FrameCodec {
  /** Bytes in front of the payload, of the frame that was scanned last. */
  readonly headerBytes: number;
  /** Bytes behind the payload, of the frame that was scanned last. */
  readonly trailerBytes: number;
  /** True if every frame ends with the first line feed, and a carriage return in front of that is not part of it either: such frames may be found without `scan`, behind one that it has found. */
  readonly areLines?: boolean | undefined;
  /**
   * The byte order of the length, where a frame is four bytes that say how long its payload is, and then the payload, always.
   *
   * Left out for any other frame. Whoever cuts frames may read that length in place, and then calls `scan` only for a
   * frame that is not whole yet, or over the limit (docs/decisions/0011).
   */
  readonly lengthWord?: Endian | undefined;
  /**
   * Finds the size of the frame that begins at `start`.
   *
   * Hot: called once per frame. When it could not tell it is called again for the same frame with more bytes, which may
   * lie elsewhere by then; a codec that searches remembers how far it got, so that each byte is looked at once. There
   * may be fewer bytes than before, after some were given back: then those that are left are the same, and what comes
   * behind them may not be. Once it could tell, it is not called again for that frame, whatever becomes of the limit.
   *
   * @param end Where the received bytes end, after `start`; nothing at or after it is looked at.
   * @param maxFrameBytes The limit in force, for the payload.
   * @returns Bytes of the whole frame, at least one, which may lie beyond `end`; 0 when more bytes are needed to tell. A
   *   negative number when the frame is over the limit and shall be skipped: so many bytes from `start` on, which may lie
   *   beyond `end` too, are dropped, and the scan goes on behind them.
   * @throws {LimitError} `ERR_LIMIT`: the payload is over the limit.
   * @throws {FrameError} `ERR_FRAME`: the header cannot be.
   */
  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number;
  /**
   * The peer has ended, and of `memory[start, end)`, at least one byte, `scan` could not tell: finds the size of the last frame.
   *
   * Left out where a frame is never ended by the end of the stream.
   *
   * @returns `end - start`, with the bytes in front and behind set as after a scan; 0 if this is no whole frame, which
   *   is an error; `start - end` if these bytes are dropped, and the stream has ended as it should.
   * @throws {LimitError} As `scan`.
   */
  scanEnd?(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number;
  /**
   * Encodes one frame: appends what goes over the wire to `wire`.
   *
   * @param payload The payload's parts, in order; they are passed on as they are and never changed. Only a header that the
   *   payload itself begins with is copied.
   * @param payloadBytes The bytes of all parts together.
   * @param maxFrameBytes The limit in force.
   * @param wire What is put in front and behind, if it is less than 4 KiB, may be memory that the next call overwrites, on
   *   this codec or another; more is kept by reference until it is sent.
   * @throws {LimitError} `ERR_LIMIT`: the payload is over the limit, or the length field cannot hold its size. Nothing was appended.
   * @throws {FrameError} `ERR_FRAME`: a payload that this framing cannot express. Nothing was appended.
   */
  encode(payload: readonly Uint8Array[], payloadBytes: number, maxFrameBytes: number, wire: Uint8Array[]): void;
  /**
   * Encodes what goes in front of a payload of `payloadBytes` bytes, where that and the payload are all there is of a frame.
   *
   * Left out where the header depends on more than the size, or something goes behind. It then serves frames of one view
   * in place of `encode`, and agrees with it: no array is made for them (docs/decisions/0011).
   *
   * @returns Memory that the next call may overwrite, if it is less than 4 KiB; more is kept by reference until it is sent.
   * @throws {LimitError} As `encode`.
   */
  encodeHeader?(payloadBytes: number, maxFrameBytes: number): Uint8Array;
}

/** @throws {RangeError} Not a whole number from 0 on. */
export function checkMaxFrameBytes(maxFrameBytes: number): void {
  if (Number.isSafeInteger(maxFrameBytes) && maxFrameBytes >= 0) return;
  throw new RangeError(`maxFrameBytes must be a whole number from 0 on, not ${maxFrameBytes}`);
}

/** @throws {TypeError} Neither of the two. */
export function checkOversize(oversize: OversizePolicy): void {
  if (oversize === 'fail' || oversize === 'skip') return;
  throw new TypeError(`oversize must be 'fail' or 'skip', not ${oversize}`);
}

/** Where a frame ends: the contract of every framing. Pure: no sockets, promises or timers. */

/** The largest frame that a framing accepts unless told otherwise. */
export const MAX_FRAME_BYTES_DEFAULT: number = 64 * 1024 * 1024;

/** A way to cut a stream of bytes into frames, to be shared by any number of connections. */
export interface Framing {
  /** The largest payload accepted, in bytes; a connection may change it for itself. */
  readonly maxFrameBytes: number;
  /** Makes what one connection needs; one and the same for all, if it remembers nothing between its calls. */
  createCodec(): FrameCodec;
}

/** Finds where the frames of one connection end, and encodes what goes in front of those it sends. */
export interface FrameCodec {
  /** Bytes in front of the payload of the frame that was scanned last. */
  readonly headerBytes: number;
  /**
   * Finds the size of the frame that begins at `start`.
   *
   * Hot: called once per frame, and again with more bytes when it could not tell.
   *
   * @param end Where the received bytes end; nothing at or after it is looked at.
   * @param maxFrameBytes The limit in force.
   * @returns Bytes of the whole frame, its header included, which may lie beyond `end`; 0 when more bytes are needed to tell.
   * @throws {LimitError} `ERR_LIMIT`: the payload is over the limit.
   * @throws {LandfallError} `ERR_FRAME`: the header cannot be.
   */
  scan(memory: Uint8Array, start: number, end: number, maxFrameBytes: number): number;
  /**
   * Encodes what goes in front of a payload.
   *
   * @returns Borrowed: overwritten by the next call.
   * @throws {LimitError} The length field cannot hold it, or it is over the framing's `maxFrameBytes`.
   */
  encodeHeader(payloadBytes: number): Uint8Array;
}

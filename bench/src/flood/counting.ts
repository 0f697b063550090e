/** What every receiver of the flood does: takes one connection and counts its frames until the sender ends. */
import type { Lap } from '../harness/stopwatch.js';

/** What was counted, beside the time it took. A frame is a u32 big-endian length, which counts the payload only, and then the payload. */
export interface FrameCount extends Lap {
  frames: number;
  /** Of payload. */
  bytes: number;
  /** Headers included. */
  bytesReceived: number;
  /** Of these, how many were moved once more by this program; null where it cannot know. */
  bytesCopied: number | null;
  /** Receives that brought bytes; null likewise. */
  receives: number | null;
}

/** A receiver that listens on 127.0.0.1. */
export interface Counting {
  port: number;
  /** Rejects when the connection ends inside a frame or breaks; the message tells how many frames were whole. */
  counted: Promise<FrameCount>;
}

/** One way of receiving. Port 0 lets the system choose; a frame over the limit breaks the connection. */
export type CountFrames = (port: number, maxFrameBytes: number) => Promise<Counting>;

/** The error of a count that was cut short. */
export function countCutShort(frames: number, cause: Error): Error {
  // What it-length-prefixed calls it.
  const why = cause.name === 'UnexpectedEOFError' ? 'the peer ended inside a frame' : cause.message;
  return new Error(`after ${frames} whole frames: ${why}`, { cause });
}

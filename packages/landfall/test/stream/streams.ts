/** Frame streams on real connections, for the tests beside this file. */
import { type Frame, type FrameStream, type Framing, lengthPrefixed, openFrames, serveFrames } from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { type StreamPair, type StreamToPeer, streamPair, streamToPeer } from '../support/stream-ends.js';

export const U32: Framing = lengthPrefixed({ lengthBytes: 4 });

/** What a connection is made with. */
export interface StreamOptions {
  framing?: Framing;
  pool?: Parameters<typeof openFrames>[0]['pool'];
  /** False: the peer does not read until it is told to. */
  peerReads?: boolean;
}

/** A frame stream and the plain socket at its other end. */
export type StreamAndPeer = StreamToPeer<FrameStream>;

export function openToPeer(options: StreamOptions = {}): Promise<StreamAndPeer> {
  const { framing = U32, pool, peerReads = true } = options;
  return streamToPeer((where) => openFrames({ ...where, framing, pool }), peerReads);
}

/** Two frame streams, one at each end. */
export type FramePair = StreamPair<FrameStream>;

export function framePair(framing: Framing = U32): Promise<FramePair> {
  return streamPair<FrameStream>(
    (where) => openFrames({ ...where, framing }),
    (where, handler) => serveFrames({ ...where, framing }, handler),
  );
}

/** The next frame, copied. */
export async function nextCopy(stream: FrameStream): Promise<Buffer | null> {
  const frame: Frame | null = await within('read()', stream.read());
  return frame === null ? null : Buffer.from(frame.keep());
}

/** The next frame as text. */
export async function nextText(stream: FrameStream): Promise<string | null> {
  return (await nextCopy(stream))?.toString('latin1') ?? null;
}

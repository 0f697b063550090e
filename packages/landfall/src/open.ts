/** Opening streams: joins what connects to what reads. */

import { thrownAsError } from './errors.js';
import { refusePromise, warnOf } from './protocol/callbacks.js';
import type { WaitOptions } from './protocol/contracts.js';
import { FrameStream, type FrameStreamOptions } from './stream/frame-stream.js';
import { type ConnectOptions, connect } from './transport/connect.js';
import { type ListenOptions, listen, type Server } from './transport/listen.js';

/** Where to connect to, and how frames are told apart. */
export type OpenFramesOptions = ConnectOptions & FrameStreamOptions & WaitOptions;

/** Where to listen, and how frames are told apart. */
export type ServeFramesOptions = ListenOptions & FrameStreamOptions;

/**
 * Connects, and returns the connection as a stream of frames.
 *
 * @throws {LandfallError} As `connect`.
 */
export async function openFrames(options: OpenFramesOptions): Promise<FrameStream> {
  const { framing, pool, ...where } = options;
  const stream = new FrameStream({ framing, pool }, () => {});
  await connect(where, () => stream.protocol);
  return stream;
}

/**
 * Listens, and calls `handler` with each connection as a stream of frames.
 *
 * @param handler When it is done, the stream is closed, what it wrote sent first. So it is when the handler fails, and
 *   `onError` told.
 * @throws {LandfallError} As `listen`.
 */
export async function serveFrames(
  options: ServeFramesOptions,
  handler: (stream: FrameStream) => Promise<void>,
): Promise<Server> {
  if (typeof handler !== 'function') throw new TypeError('serveFrames takes a handler');
  const { framing, pool, ...where } = options;
  const handle = async (stream: FrameStream): Promise<void> => {
    try {
      await handler(stream);
    } catch (thrown) {
      tell(options.onError, thrownAsError(thrown), stream);
    }
    await stream.close();
  };
  return listen(where, () => new FrameStream({ framing, pool }, (stream) => void handle(stream)).protocol);
}

function tell(onError: ListenOptions['onError'], error: Error, stream: FrameStream): void {
  if (onError === undefined) return warnOf(error);
  try {
    refusePromise('onError', onError(error, stream.transport));
  } catch (thrown) {
    warnOf(thrown);
  }
}

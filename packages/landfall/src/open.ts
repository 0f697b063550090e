/** Opening streams: joins what connects to what reads. */

import { LandfallError, thrownAsError } from './errors.js';
import type { WaitOptions } from './protocol/contracts.js';
import { ByteStream } from './stream/byte-stream.js';
import { FrameStream, type FrameStreamOptions } from './stream/frame-stream.js';
import { type ConnectOptions, connect } from './transport/connect.js';
import { type ListenOptions, listen } from './transport/listen.js';
import { report } from './transport/reporting.js';
import type { Server } from './transport/server.js';

/** Where to connect to, and how frames are told apart. */
export type OpenFramesOptions = ConnectOptions & FrameStreamOptions & WaitOptions;

/** Where to listen, and how frames are told apart. */
export type ServeFramesOptions = ListenOptions & FrameStreamOptions;

/** Where to connect to. */
export type OpenStreamOptions = ConnectOptions & WaitOptions;

/**
 * Connects, and returns the connection as a stream of bytes.
 *
 * @throws {LandfallError} As `connect`.
 */
export async function openStream(options: OpenStreamOptions): Promise<ByteStream> {
  const stream = new ByteStream(() => {});
  await connect(options, () => stream.protocol);
  return stream;
}

/**
 * Listens, and calls `handler` with each connection as a stream of bytes.
 *
 * @param handler When it is done, the stream is closed, what it wrote sent first. So it is when the handler fails, and
 *   `onError` told. It is not told of `ERR_CLOSED` on a connection that this side has closed, by `closeAll()` or by
 *   `close()` of the stream: that is how a handler hears of it.
 * @throws {LandfallError} As `listen`.
 */
export async function serveStreams(
  options: ListenOptions,
  handler: (stream: ByteStream) => Promise<void>,
): Promise<Server> {
  if (typeof handler !== 'function') throw new TypeError('serveStreams takes a handler');
  return listen(options, () => new ByteStream((stream) => void handle(stream, handler, options.onError)).protocol);
}

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
 * @param handler As for `serveStreams`.
 * @throws {LandfallError} As `listen`.
 */
export async function serveFrames(
  options: ServeFramesOptions,
  handler: (stream: FrameStream) => Promise<void>,
): Promise<Server> {
  if (typeof handler !== 'function') throw new TypeError('serveFrames takes a handler');
  const { framing, pool, ...where } = options;
  const serve = (stream: FrameStream): void => void handle(stream, handler, options.onError);
  return listen(where, () => new FrameStream({ framing, pool }, serve).protocol);
}

async function handle<S extends ByteStream | FrameStream>(
  stream: S,
  handler: (stream: S) => Promise<void>,
  onError: ListenOptions['onError'],
): Promise<void> {
  try {
    await handler(stream);
  } catch (thrown) {
    const error = thrownAsError(thrown);
    const { transport } = stream;
    if (!(isClosedError(error) && transport.isClosing)) report(error, transport, onError);
  }
  await stream.close();
}

function isClosedError(error: Error): boolean {
  return error instanceof LandfallError && error.code === 'ERR_CLOSED';
}

/** Frame streams on real connections, for the tests beside this file. */
import { once } from 'node:events';
import net from 'node:net';
import { type Frame, type FrameStream, type Framing, lengthPrefixed, openFrames, serveFrames } from 'landfall';
import { Peer } from '../support/peer.js';
import { within } from '../support/waiting.js';

export const U32: Framing = lengthPrefixed({ lengthBytes: 4 });

/** What a connection is made with. */
export interface StreamOptions {
  framing?: Framing;
  pool?: Parameters<typeof openFrames>[0]['pool'];
  /** False: the peer does not read until it is told to. */
  peerReads?: boolean;
}

/** A frame stream and the plain socket at its other end. */
export interface StreamAndPeer extends AsyncDisposable {
  readonly stream: FrameStream;
  readonly peer: Peer;
}

export async function openToPeer(options: StreamOptions = {}): Promise<StreamAndPeer> {
  const { framing = U32, pool, peerReads = true } = options;
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const { port } = server.address() as net.AddressInfo;
  const stream = await within('openFrames()', openFrames({ host: '127.0.0.1', port, framing, pool }));
  const [socket] = await within('the accepted socket', accepted);
  const peer = new Peer(socket, peerReads);
  server.close();
  const dispose = async (): Promise<void> => {
    stream.abort();
    await within('stream.close()', stream.close());
    await peer[Symbol.asyncDispose]();
  };
  return { stream, peer, [Symbol.asyncDispose]: dispose };
}

/** Two frame streams, one at each end. */
export interface StreamPair extends AsyncDisposable {
  readonly here: FrameStream;
  readonly there: FrameStream;
}

export async function streamPair(framing: Framing = U32): Promise<StreamPair> {
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let accept: (stream: FrameStream) => void = () => {};
  const accepted = new Promise<FrameStream>((resolve) => {
    accept = resolve;
  });
  const server = await serveFrames({ host: '127.0.0.1', port: 0, framing }, (stream) => {
    accept(stream);
    return finished;
  });
  const here = await openFrames({ host: '127.0.0.1', port: (server.address as net.AddressInfo).port, framing });
  const there = await within('the accepted stream', accepted);
  const dispose = async (): Promise<void> => {
    here.abort();
    finish();
    await within('server.closeAll()', server.closeAll());
  };
  return { here, there, [Symbol.asyncDispose]: dispose };
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

/** Resolves once the stream's transport has received so many bytes. */
export async function untilReceived(stream: FrameStream, bytes: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (stream.transport.stats().bytesReceived < bytes) {
    if (performance.now() > deadline) throw new Error(`not ${bytes} bytes received in time`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

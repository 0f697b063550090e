/** Byte streams on real connections, for the tests beside this file. */
import { once } from 'node:events';
import net from 'node:net';
import { type ByteStream, openStream, serveStreams, type Transport } from 'landfall';
import { Peer } from '../support/peer.js';
import { loopTurns, within } from '../support/waiting.js';

/** A byte stream and the plain socket at its other end. */
export interface BytesAndPeer extends AsyncDisposable {
  readonly stream: ByteStream;
  readonly peer: Peer;
}

/** @param peerReads False: the peer does not read until it is told to. */
export async function bytesToPeer(peerReads = true): Promise<BytesAndPeer> {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const { port } = server.address() as net.AddressInfo;
  const stream = await within('openStream()', openStream({ host: '127.0.0.1', port }));
  const [socket] = await within('the accepted socket', accepted);
  socket.setNoDelay(true);
  const peer = new Peer(socket, peerReads);
  server.close();
  const dispose = async (): Promise<void> => {
    stream.abort();
    await within('stream.close()', stream.close());
    await peer[Symbol.asyncDispose]();
  };
  return { stream, peer, [Symbol.asyncDispose]: dispose };
}

/** Two byte streams, one at each end. */
export interface BytePair extends AsyncDisposable {
  readonly here: ByteStream;
  readonly there: ByteStream;
}

export async function bytePair(): Promise<BytePair> {
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let accept: (stream: ByteStream) => void = () => {};
  const accepted = new Promise<ByteStream>((resolve) => {
    accept = resolve;
  });
  const server = await serveStreams({ host: '127.0.0.1', port: 0 }, (stream) => {
    accept(stream);
    return finished;
  });
  const here = await openStream({ host: '127.0.0.1', port: (server.address as net.AddressInfo).port });
  const there = await within('the accepted stream', accepted);
  const dispose = async (): Promise<void> => {
    here.abort();
    finish();
    await within('server.closeAll()', server.closeAll());
  };
  return { here, there, [Symbol.asyncDispose]: dispose };
}

/** Resolves once the stream's transport has received so many bytes. */
export async function untilReceivedBytes(stream: { readonly transport: Transport }, bytes: number): Promise<void> {
  await untilSo(`${bytes} received bytes`, () => stream.transport.stats().bytesReceived >= bytes);
}

/** Resolves once something is so, asked again on each turn of the event loop. */
export async function untilSo(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within 10 s`);
    await loopTurns(1);
  }
}

/** Resolves once nothing has arrived for so many turns of the event loop in a row. */
export async function untilStill(stream: { readonly transport: Transport }, turns = 50): Promise<number> {
  let received = stream.transport.stats().bytesReceived;
  for (let still = 0; still < turns; still++) {
    await loopTurns(1);
    const now = stream.transport.stats().bytesReceived;
    if (now !== received) still = 0;
    received = now;
  }
  return received;
}

/** The error that a promise rejects with. */
export async function failureOf(what: string, promise: Promise<unknown>): Promise<Error> {
  const thrown: unknown = await within(
    what,
    promise.then(
      (value) => new Error(`${what} resolved, to ${String(value)}`, { cause: 'resolved' }),
      (error: unknown) => error,
    ),
  );
  if (!(thrown instanceof Error) || thrown.cause === 'resolved') throw thrown;
  return thrown;
}

/** What was read, as text of one character a byte. */
export async function textOf(reading: Promise<Uint8Array | null>): Promise<string | null> {
  const bytes = await within('the read', reading);
  return bytes === null ? null : Buffer.from(bytes).toString('latin1');
}

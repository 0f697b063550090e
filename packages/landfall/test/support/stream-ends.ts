/** Streams of bytes or of frames on real connections, with what is at their other end. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Server } from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, type Family, freeAddress, type Where } from './connections.js';
import { Peer } from './peer.js';

/** What both kinds have. */
interface AnyStream {
  readonly closed: Promise<void>;
  abort(): void;
}

/** A stream and the plain socket at its other end, which allows half-open. */
export interface StreamToPeer<S> extends AsyncDisposable {
  readonly stream: S;
  readonly peer: Peer;
}

/**
 * Connects a stream to a peer.
 *
 * @param peerReads False: it does not read until it is told to.
 */
export async function streamToPeer<S extends AnyStream>(
  open: (where: Where) => Promise<S>,
  peerReads = true,
  family: Family = 'TCP',
): Promise<StreamToPeer<S>> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(freeAddress(family));
  await within('listening', once(server, 'listening'));
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const stream = await within('the stream', open(addressOf({ address: server.address()! })));
  const [socket] = await within('the accepted socket', accepted);
  const peer = new Peer(socket, peerReads);
  server.close();
  const dispose = async (): Promise<void> => {
    stream.abort();
    await within('the close of the stream', stream.closed);
    await peer[Symbol.asyncDispose]();
  };
  return { stream, peer, [Symbol.asyncDispose]: dispose };
}

/** A server that waits for its first stream, and holds on to it until it is disposed of. */
export interface Accepting<S> extends AsyncDisposable {
  readonly where: Where;
  readonly accepted: Promise<S>;
}

/** Serves streams, and takes the first one. */
export async function accepting<S>(
  serve: (where: Where, handler: (stream: S) => Promise<void>) => Promise<Server>,
  family: Family = 'TCP',
): Promise<Accepting<S>> {
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let accept: (stream: S) => void = () => {};
  const accepted = new Promise<S>((resolve) => {
    accept = resolve;
  });
  const server = await serve(freeAddress(family), (stream) => {
    accept(stream);
    return finished;
  });
  const dispose = async (): Promise<void> => {
    finish();
    await within('closeAll()', server.closeAll());
  };
  return { where: addressOf(server), accepted, [Symbol.asyncDispose]: dispose };
}

/** Two streams, one at each end. */
export interface StreamPair<S> extends AsyncDisposable {
  readonly here: S;
  readonly there: S;
}

/** Connects the two. */
export async function streamPair<S extends AnyStream>(
  open: (where: Where) => Promise<S>,
  serve: (where: Where, handler: (stream: S) => Promise<void>) => Promise<Server>,
): Promise<StreamPair<S>> {
  const server = await accepting(serve);
  const here = await within('the stream', open(server.where));
  const there = await within('the accepted stream', server.accepted);
  const dispose = async (): Promise<void> => {
    here.abort();
    await server[Symbol.asyncDispose]();
  };
  return { here, there, [Symbol.asyncDispose]: dispose };
}

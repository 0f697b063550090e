/** Byte streams on real connections, with a plain socket of Node's at the other end. */
import type { Socket } from 'node:net';
import { type ByteStream, openStream, type Server, serveStreams } from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import {
  addressOf,
  FAMILIES,
  type Family,
  freeAddress,
  plainConnection,
  type Side,
  type Where,
} from './connections.js';
import { accepting, streamToPeer } from './stream-ends.js';

/** A stream and the plain socket at its other end, which allows half-open. */
export interface StreamAndSocket extends AsyncDisposable {
  readonly stream: ByteStream;
  readonly socket: Socket;
}

/** Where a stream may stand, and on which side. */
export const STREAM_ENDS: readonly { family: Family; side: Side }[] = FAMILIES.flatMap((family) =>
  (['connecting', 'accepted'] as const).map((side) => ({ family, side })),
);

/** Connects a stream and a plain socket. Errors of the socket are nobody's unless a test listens. */
export async function streamAndSocket(family: Family = 'TCP', side: Side = 'connecting'): Promise<StreamAndSocket> {
  const ends = side === 'connecting' ? await openConnecting(family) : await openAccepted(family);
  ends.socket.on('error', () => {});
  return ends;
}

async function openConnecting(family: Family): Promise<StreamAndSocket> {
  const { stream, peer, ...rest } = await streamToPeer(openStream, false, family);
  return { stream, socket: peer.socket, ...rest };
}

async function openAccepted(family: Family): Promise<StreamAndSocket> {
  const server = await accepting(serveStreams, family);
  const socket = await plainConnection(server.where);
  const stream = await within('the accepted stream', server.accepted);
  const dispose = async (): Promise<void> => {
    stream.abort();
    socket.destroy();
    await server[Symbol.asyncDispose]();
  };
  return { stream, socket, [Symbol.asyncDispose]: dispose };
}

/** Serves streams until it is disposed of. */
export interface StreamService extends AsyncDisposable {
  readonly where: Where;
  readonly server: Server;
  /** What `onError` was told. */
  readonly errors: readonly Error[];
}

export async function serving(
  handler: (stream: ByteStream) => Promise<void>,
  family: Family = 'TCP',
): Promise<StreamService> {
  const errors: Error[] = [];
  const onError = (error: Error): void => void errors.push(error);
  const server = await serveStreams({ ...freeAddress(family), onError }, handler);
  const dispose = (): Promise<void> => within('closeAll()', server.closeAll());
  return { where: addressOf(server), server, errors, [Symbol.asyncDispose]: dispose };
}

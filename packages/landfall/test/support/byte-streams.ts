/** Byte streams on real connections, with a plain socket of Node's at the other end. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type ByteStream, openStream, type Server, serveStreams } from 'landfall';
import {
  addressOf,
  FAMILIES,
  type Family,
  freeAddress,
  plainConnection,
  type Side,
  type Where,
} from './connections.js';
import { within } from './waiting.js';

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
  const listener = createServer({ allowHalfOpen: true }).listen(freeAddress(family));
  await within('listening', once(listener, 'listening'));
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  const stream = await openStream({ ...addressOf({ address: listener.address()! }), timeoutMs: 10_000 });
  const [socket] = await within('the accepted socket', accepted);
  listener.close();
  const dispose = async (): Promise<void> => {
    stream.abort();
    socket.destroy();
    await within('the close of the stream', stream.closed);
  };
  return { stream, socket, [Symbol.asyncDispose]: dispose };
}

async function openAccepted(family: Family): Promise<StreamAndSocket> {
  let accept: (stream: ByteStream) => void = () => {};
  const accepted = new Promise<ByteStream>((resolve) => {
    accept = resolve;
  });
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const server = await serveStreams(freeAddress(family), (stream) => {
    accept(stream);
    return finished;
  });
  const socket = await plainConnection(addressOf(server));
  const stream = await within('the accepted stream', accepted);
  const dispose = async (): Promise<void> => {
    stream.abort();
    socket.destroy();
    finish();
    await within('closeAll()', server.closeAll());
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

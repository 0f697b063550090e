/** The kinds of connection that the contract is run over. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket, connect as tlsConnect } from 'node:tls';
import {
  attach,
  type BufferedProtocol,
  connect,
  listen,
  type Protocol,
  type StartTlsOptions,
  type Transport,
} from 'landfall';
import {
  type ChaosOptions,
  type CheckConnectionOptions,
  chaos,
  checkStream,
  checkTransport,
  memoryPair,
  type OpenConnection,
  type OpenStream,
  type PeerProtocol,
} from 'landfall/testing';
import { ByteStream } from '../../dist/stream/byte-stream.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from './certificates.js';
import { addressOf, type Family, freeAddress, plainConnection } from './connections.js';
import { PlainEnd } from './plain-end.js';
import { isNode } from './runtime.js';

/** The same kind of connection, with a byte stream at the end under test: as `openStream` puts one there. */
export function streamOver(open: OpenConnection): OpenStream {
  return async (peer) => {
    const stream = new ByteStream(() => {});
    const { close } = await open(stream.protocol, peer);
    return { stream, ...(close && { close }) };
  };
}

/** Registers the whole contract of byte streams as tests. */
export function testStreamContract(kind: string, open: OpenConnection, options?: CheckConnectionOptions): void {
  for (const { name, run } of checkStream(streamOver(open), options)) test(`${name} over ${kind}`, run);
}

/** What is around the bytes: nothing, TLS from the start, or TLS that is begun when the connection stands. */
export type Security = 'plain' | 'TLS' | 'startTls';

/** What `startTls` is asked for on the two sides. */
const AS_CLIENT: StartTlsOptions = { ca: authority, servername: 'localhost' };
const AS_SERVER: StartTlsOptions = { ...serverIdentity, isServer: true };

/** Registers the whole contract as tests. */
export function testContract(kind: string, open: OpenConnection, options?: CheckConnectionOptions): void {
  for (const { name, run } of checkTransport(open, options)) test(`${name} over ${kind}`, run);
}

/** By `connect`, to a socket of Node's. */
export function connecting(family: Family, security: Security = 'plain'): OpenConnection {
  return async (protocol, peer) => {
    const server = createServer({ allowHalfOpen: security === 'plain' }).listen(freeAddress(family));
    await within('listening', once(server, 'listening'));
    const accepted = once(server, 'connection').then(([socket]) => acceptedPeer(socket as Socket, peer, security));
    const upgraded = security === 'startTls' ? startingTls(protocol, AS_CLIENT) : null;
    const tls = security === 'TLS' ? { tls: { ca: authority } } : {};
    const { transport } = await within(
      'connect()',
      connect({ ...addressOf({ address: server.address()! }), ...tls }, () => protocol),
    );
    await within('the accepted peer', accepted);
    await upgraded;
    const close = async (): Promise<void> => {
      const closed = once(server, 'close');
      server.close();
      await within('the close of the plain server', closed);
    };
    return { transport, close };
  };
}

/** By `listen`, from a socket of Node's. */
export function accepted(family: Family, security: Security = 'plain'): OpenConnection {
  return async (protocol, peer) => {
    const upgraded = security === 'startTls' ? startingTls(protocol, AS_SERVER) : null;
    // `listen` does not tell which transports it makes: only their protocols know.
    const made = new Promise<Transport>((resolve) => whenMade(protocol, resolve));
    const tls = security === 'TLS' ? { tls: serverIdentity } : {};
    const server = await within(
      'listen()',
      listen({ ...freeAddress(family), ...tls, onError: () => {} }, () => protocol),
    );
    const socket = await plainConnection(addressOf(server));
    await connectedPeer(socket, peer, security);
    const transport = await within('the accepted transport', made);
    await upgraded;
    return { transport, close: () => within('server.closeAll()', server.closeAll()) };
  };
}

/** Does something before a protocol is told that it has a connection. */
function whenMade(protocol: Protocol | BufferedProtocol, first: (transport: Transport) => void): void {
  const connectionMade = protocol.connectionMade?.bind(protocol);
  protocol.connectionMade = (transport: Transport): void => {
    first(transport);
    return connectionMade?.(transport);
  };
}

/** Has TLS begun before the protocol is told of its connection. Resolves when it stands, or the connection is over. */
function startingTls(protocol: Protocol | BufferedProtocol, options: StartTlsOptions): Promise<void> {
  const upgraded = new Promise<void>((resolve) =>
    whenMade(protocol, (transport) => {
      const settled = (): void => resolve();
      transport.startTls(options).then(settled, settled);
    }),
  );
  // What arrives before the next turn is kept, and not delivered where it lands.
  return within('startTls()', upgraded).then(() => loopTurns(1));
}

async function acceptedPeer(raw: Socket, peer: PeerProtocol, security: Security): Promise<void> {
  if (security === 'plain') return void new PlainEnd(raw, peer);
  const socket = new TLSSocket(raw, { isServer: true, ...serverIdentity });
  await overTls(socket, 'secure', peer);
}

async function connectedPeer(raw: Socket, peer: PeerProtocol, security: Security): Promise<void> {
  if (security === 'plain') return void new PlainEnd(raw, peer);
  // A TLS peer answers an end with its own.
  raw.allowHalfOpen = false;
  const socket = tlsConnect({ socket: raw, ca: authority, servername: 'localhost' });
  // The tickets come last. Written to a socket that was reset, they would take the error for themselves.
  await overTls(socket, isNode ? 'session' : 'secureConnect', peer);
}

/** Resolves after the handshake, also one that the other side gave up. */
async function overTls(socket: TLSSocket, secured: string, peer: PeerProtocol): Promise<void> {
  const handshake = new Promise((resolve) => socket.once(secured, resolve));
  await within('the TLS connection', Promise.race([handshake, new PlainEnd(socket, peer).closed]));
  // Whoever writes from inside that event waits for ever, or ends without a close_notify.
  await loopTurns(1);
}

/** In memory, between two transports; with chaos if asked for. */
export function inMemory(options?: ChaosOptions): OpenConnection {
  return (protocol, peer) => {
    const [transport] = memoryPair({ factories: [() => protocol, () => peer], chaos: options });
    return { transport };
  };
}

/** A socket with chaos on it, attached to. */
export function chaoticSocket(family: Family, options: ChaosOptions): OpenConnection {
  return async (protocol, peer) => {
    const server = createServer({ allowHalfOpen: true }).listen(freeAddress(family));
    await within('listening', once(server, 'listening'));
    const acceptedSocket = once(server, 'connection').then(([socket]) => new PlainEnd(socket as Socket, peer));
    const socket = await plainConnection(addressOf({ address: server.address()! }));
    await within('the accepted peer', acceptedSocket);
    server.close();
    return { transport: attach(chaos(socket, options), () => protocol).transport };
  };
}

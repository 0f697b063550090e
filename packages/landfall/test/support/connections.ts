/**
 * Every kind of connection that the contract must hold on: over TCP and Unix sockets, and TLS, where the protocol under
 * test is on the connecting or on the accepted side, and has either face.
 */
import { once } from 'node:events';
import { createConnection, createServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ConnectionOptions, TLSSocket, connect as tlsConnect } from 'node:tls';
import { type BufferedProtocol, connect, listen, type Protocol, type Server, type Transport } from 'landfall';
import { type Reactions, RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from './certificates.js';
import { Peer } from './peer.js';
import { isNode } from './runtime.js';

export type Recorded = RecordingProtocol | RecordingBufferedProtocol;
export type Face = 'Protocol' | 'BufferedProtocol';
export type Family = 'TCP' | 'Unix';
export type Security = 'plain' | 'TLS';
export type Side = 'connecting' | 'accepted';
/** Where to listen, and where to connect to. */
export type Where = { host: string; port: number } | { path: string };

export const FAMILIES: readonly Family[] = process.platform === 'win32' ? ['TCP'] : ['TCP', 'Unix'];

/** One kind of connection. */
export class Link {
  readonly family: Family;
  readonly side: Side;
  readonly face: Face;
  readonly security: Security;

  constructor(family: Family, side: Side, face: Face, security: Security = 'plain') {
    this.family = family;
    this.side = side;
    this.face = face;
    this.security = security;
  }

  get name(): string {
    return `${this.security === 'plain' ? this.family : this.security}, ${this.side}, ${this.face}`;
  }

  /** A recording protocol with this link's face. */
  record(reactions?: Reactions): Recorded {
    return this.face === 'Protocol' ? new RecordingProtocol(reactions) : new RecordingBufferedProtocol(reactions);
  }

  /** Connects `protocol` to a peer that is Node's. */
  open<P extends Protocol | BufferedProtocol>(protocol: P, options?: PeerOptions): Promise<Pair<P>> {
    const where = freeAddress(this.family);
    const reads = options?.peerReads ?? true;
    const open = this.side === 'connecting' ? openConnecting : openAccepted;
    return open(where, protocol, reads, this.security === 'TLS');
  }
}

export interface PeerOptions {
  /** False: the peer does not read until it is told to. */
  peerReads?: boolean;
}

/** A connected protocol and its peer; closed when disposed of. */
export interface Pair<P> extends AsyncDisposable {
  readonly protocol: P;
  readonly transport: Transport;
  readonly peer: Peer;
  /** The server of an accepted connection. */
  readonly server: Server | null;
  /** What that server's `onError` was told. */
  readonly errors: readonly Error[];
}

function linksOf(family: Family, security: Security): Link[] {
  return (['connecting', 'accepted'] as const).flatMap((side) =>
    (['Protocol', 'BufferedProtocol'] as const).map((face) => new Link(family, side, face, security)),
  );
}

/** Over TCP and Unix sockets: for what TLS has not. Each use says what that is. */
export const PLAIN_LINKS: readonly Link[] = FAMILIES.flatMap((family) => linksOf(family, 'plain'));
export const TLS_LINKS: readonly Link[] = linksOf('TCP', 'TLS');
export const LINKS: readonly Link[] = [...PLAIN_LINKS, ...TLS_LINKS];
export const BUFFERED_LINKS: readonly Link[] = LINKS.filter((link) => link.face === 'BufferedProtocol');
export const PROTOCOL_LINKS: readonly Link[] = LINKS.filter((link) => link.face === 'Protocol');

/** Registers one test for each of the links. */
export function onLinks(links: readonly Link[], sentence: string, body: (link: Link) => Promise<void>): void {
  for (const link of links) test(`${sentence} (${link.name})`, () => body(link));
}

/** Several resources as one; disposed of together. */
export async function allOf<T extends AsyncDisposable>(
  opening: readonly Promise<T>[],
): Promise<AsyncDisposable & { readonly all: readonly T[] }> {
  const all = await Promise.all(opening);
  const dispose = async (): Promise<void> => {
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  };
  return { all, [Symbol.asyncDispose]: dispose };
}

let sockets = 0;

/** An address to listen on: TCP picks a free port by itself. */
export function freeAddress(family: Family): Where {
  if (family === 'TCP') return { host: '127.0.0.1', port: 0 };
  sockets++;
  return { path: join(tmpdir(), `landfall-${process.pid}-${sockets}.sock`) };
}

/** Where to connect to a server that listens. */
export function addressOf(server: { address: Server['address'] }): Where {
  const { address } = server;
  return typeof address === 'string' ? { path: address } : { host: address.address, port: address.port };
}

/** A plain socket that is connected. */
export async function plainConnection(where: Where): Promise<Socket> {
  const socket = createConnection({ ...where, allowHalfOpen: true });
  await within('a plain connection', once(socket, 'connect'));
  return socket;
}

/** A socket of Node's that is connected over TLS. Unlike a plain one it answers an end with its own, as TLS asks for. */
export async function tlsConnection(
  where: Where,
  options: ConnectionOptions = {},
): Promise<{ socket: TLSSocket; raw: Socket }> {
  const raw = await plainConnection(where);
  raw.allowHalfOpen = false;
  const socket = tlsConnect({ socket: raw, ca: authority, servername: 'localhost', ...options });
  await within('a TLS connection', once(socket, 'secureConnect'));
  return { socket, raw };
}

async function openConnecting<P extends Protocol | BufferedProtocol>(
  where: Where,
  protocol: P,
  reads: boolean,
  isTls: boolean,
): Promise<Pair<P>> {
  const netServer = createServer({ allowHalfOpen: !isTls });
  netServer.listen(where);
  await within('listening', once(netServer, 'listening'));
  const accepted = once(netServer, 'connection').then(([socket]) =>
    isTls ? acceptedTlsPeer(socket as Socket, reads) : new Peer(socket as Socket, reads),
  );
  const { transport } = await within(
    'connect()',
    connect(
      { ...addressOf({ address: netServer.address()! }), ...(isTls ? { tls: { ca: authority } } : {}) },
      () => protocol,
    ),
  );
  const peer = await within('the accepted peer', accepted);
  const dispose = async (): Promise<void> => {
    transport.abort();
    await within('transport.closed', transport.closed);
    await peer[Symbol.asyncDispose]();
    await closed(netServer);
  };
  return { protocol, transport, peer, server: null, errors: [], [Symbol.asyncDispose]: dispose };
}

async function tlsPeer(server: Server, reads: boolean): Promise<Peer> {
  const { socket, raw } = await tlsConnection(addressOf(server));
  const ticket = new Promise((resolve) => socket.once('session', resolve));
  const peer = new Peer(socket, reads, raw);
  // The tickets come last. Written to a socket that was reset, they would take the error for themselves.
  if (isNode) await Promise.race([ticket, peer.untilGone()]);
  // Whoever writes from inside that event waits for ever.
  await loopTurns(1);
  return peer;
}

/** Resolves after the handshake, also one that the other side gave up. */
async function acceptedTlsPeer(raw: Socket, reads: boolean): Promise<Peer> {
  const socket = new TLSSocket(raw, { isServer: true, ...serverIdentity });
  const peer = new Peer(socket, reads, raw);
  const secured = new Promise((resolve) => socket.once('secure', resolve));
  await Promise.race([secured, peer.untilGone()]);
  return peer;
}

async function openAccepted<P extends Protocol | BufferedProtocol>(
  where: Where,
  protocol: P,
  reads: boolean,
  isTls: boolean,
): Promise<Pair<P>> {
  const errors: Error[] = [];
  const made = new Promise<Transport>((resolve) => watchConnectionMade(protocol, resolve));
  const onError = (error: Error): void => void errors.push(error);
  const server = await within(
    'listen()',
    listen({ ...where, onError, ...(isTls ? { tls: serverIdentity } : {}) }, () => protocol),
  );
  const peer = isTls ? await tlsPeer(server, reads) : new Peer(await plainConnection(addressOf(server)), reads);
  const transport = await within('the accepted transport', made);
  const dispose = async (): Promise<void> => {
    transport.abort();
    await within('server.closeAll()', server.closeAll());
    await peer[Symbol.asyncDispose]();
  };
  return { protocol, transport, peer, server, errors, [Symbol.asyncDispose]: dispose };
}

/** `listen` does not tell which transports it makes: only their protocols know. */
function watchConnectionMade(protocol: Protocol | BufferedProtocol, tell: (transport: Transport) => void): void {
  const connectionMade = protocol.connectionMade?.bind(protocol);
  protocol.connectionMade = (transport: Transport): void => {
    tell(transport);
    return connectionMade?.(transport);
  };
}

async function closed(netServer: NetServer): Promise<void> {
  const gone = once(netServer, 'close');
  netServer.close();
  await within('the close of the plain server', gone);
}

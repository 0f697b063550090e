/** What a Node socket says of itself, in landfall's terms. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LandfallError } from '../errors.js';
import { tlsInfo } from './tls-info.js';

/** One end of a connection over TCP. */
export interface SocketAddress {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}

/** Node's error as `ERR_LOST`, its `cause`. */
export function lostError(cause: Error): LandfallError {
  return new LandfallError('ERR_LOST', `the connection was lost: ${cause.message}`, { cause });
}

/** Answers `Transport.getExtraInfo`. Never throws. */
export function extraInfo(socket: Socket, name: string): unknown {
  if (name === 'socket') return socket;
  if (name === 'tls') return tlsInfo(socket);
  if (name === 'localAddress') return address(socket.localAddress, socket.localFamily, socket.localPort);
  if (name === 'remoteAddress') return address(socket.remoteAddress, socket.remoteFamily, socket.remotePort);
  return (socket as unknown as Record<string, unknown>)[name];
}

function address(
  host: string | undefined,
  family: string | undefined,
  port: number | undefined,
): SocketAddress | undefined {
  if (host === undefined || port === undefined) return undefined;
  return { address: host, family: family ?? (host.includes(':') ? 'IPv6' : 'IPv4'), port };
}

/** Closes a socket once everything written to it has left; a stream that is no socket likewise. */
export function closeSoon(socket: Socket): void {
  if (typeof socket.destroySoon === 'function') socket.destroySoon();
  else (socket as Duplex).end(() => (socket as Duplex).destroy());
}

/**
 * Node's own listener sees to sockets that do not allow half-open. Ours do, and an array of two listeners weighs more.
 * For sockets that nobody else knows.
 */
export function dropEndListeners(socket: Socket): void {
  for (const listener of socket.listeners('end')) socket.off('end', listener as () => void);
}

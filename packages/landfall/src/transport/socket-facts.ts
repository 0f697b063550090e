/** What a Node socket says of itself, in landfall's terms. */
import type { Socket } from 'node:net';
import { LandfallError } from '../errors.js';

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

/** Telling of connections: the diagnostics channels of their beginning, their end and their errors. */
import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { Transport, TransportStats } from '../protocol/contracts.js';
import type { Publisher } from '../protocol/frame-channels.js';
import type { Server } from './server.js';

/** One `connect`, `openStream` or `openFrames`: the same object at its start and at its end, to be recognized by. */
export interface ConnectMessage {
  /** Where to; undefined for a Unix socket. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** The Unix socket, if it is one. */
  readonly path: string | undefined;
  readonly isTls: boolean;
  /** Null until the connection stands. */
  readonly transport: Transport | null;
  /** What it failed with. */
  readonly error: Error | null;
}

/** One TLS handshake: the same object at its start and at its end, to be recognized by. */
export interface HandshakeMessage {
  readonly side: 'client' | 'server';
  /** The plain socket under TLS, for its addresses: not to be read, written or closed. */
  readonly socket: Socket;
  /** What it failed with. */
  readonly error: Error | null;
}

/** A server listens, or is gone with its last connection. */
export interface ListenMessage {
  readonly server: Server;
}

/** A server has accepted a connection, over TLS after the handshake; its protocol is made next. */
export interface AcceptMessage {
  readonly server: Server;
  readonly transport: Transport;
}

/** A socket was taken over; `connectionMade` is called next. */
export interface AttachMessage {
  readonly transport: Transport;
}

/** A connection is over, and its protocol knows. */
export interface CloseMessage {
  readonly transport: Transport;
  /** What `connectionLost` was called with. */
  readonly error: Error | null;
  readonly stats: TransportStats;
}

/** A connection was lost with this error, or a server's `onError` is told of it. */
export interface ErrorMessage {
  readonly error: Error;
  /** Null where there is none: of the listening socket, or a handshake. */
  readonly transport: Transport | null;
}

/** A message that is filled in as things go on. */
export type Draft<Message> = { -readonly [Name in keyof Message]: Message[Name] };

export const connectStarted: Publisher<ConnectMessage> = channel('landfall:connect:start');
export const connectEnded: Publisher<ConnectMessage> = channel('landfall:connect:end');
export const connectFailed: Publisher<ConnectMessage> = channel('landfall:connect:error');
export const handshakeStarted: Publisher<HandshakeMessage> = channel('landfall:handshake:start');
export const handshakeEnded: Publisher<HandshakeMessage> = channel('landfall:handshake:end');
export const handshakeFailed: Publisher<HandshakeMessage> = channel('landfall:handshake:error');
export const listenStarted: Publisher<ListenMessage> = channel('landfall:listen:start');
export const listenEnded: Publisher<ListenMessage> = channel('landfall:listen:end');
export const accepted: Publisher<AcceptMessage> = channel('landfall:accept');
export const attached: Publisher<AttachMessage> = channel('landfall:attach');
const closed: Publisher<CloseMessage> = channel('landfall:close');
export const failed: Publisher<ErrorMessage> = channel('landfall:error');

/** Whether anybody wants to hear of connecting: without, there is no message, which would be a good part of what connecting takes. */
export function isToldOfConnecting(): boolean {
  return connectStarted.hasSubscribers || connectEnded.hasSubscribers || connectFailed.hasSubscribers;
}

/** Whether anybody wants to hear of handshakes. */
export function isToldOfHandshakes(): boolean {
  return handshakeStarted.hasSubscribers || handshakeEnded.hasSubscribers || handshakeFailed.hasSubscribers;
}

/** What connections were lost with that somebody was told of: their handlers fail with the very same. */
const told = new WeakMap<Transport, Error>();

/** There is an error that a server's `onError` is for. */
export function tellOfError(error: Error, transport: Transport | null): void {
  if (transport === null || told.get(transport) !== error) failed.publish({ error, transport });
}

/** A connection is over, and its protocol was told. */
export function tellOfLoss(transport: Transport, error: Error | null): void {
  if (error !== null && failed.hasSubscribers) {
    told.set(transport, error);
    failed.publish({ error, transport });
  }
  if (closed.hasSubscribers) closed.publish({ transport, error, stats: transport.stats() });
}

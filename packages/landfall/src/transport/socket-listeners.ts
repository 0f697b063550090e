/** Listeners that all sockets share: the socket knows its transport. */
import type { Socket } from 'node:net';
import { transportKey } from './direct-receive.js';
import { isEncrypted } from './tls-info.js';
import { isTruncated, watchEnd } from './tls-internals.js';

/** Whom a socket tells what happens to it. */
export interface SocketOwner {
  /** Node's `data` event, where nothing can be lent. */
  receivedChunk(chunk: Uint8Array): void;
  /** The peer has ended its side; over TLS perhaps without having said so. */
  receivedEnd(isTruncated: boolean): void;
  /** The socket broke. */
  broke(cause: Error): void;
  /** The socket is closed: nothing of ours is in the kernel's hands any more. */
  socketClosed(): void;
}

type OwnedSocket = Socket & { [transportKey]: SocketOwner };

/** Tells `owner` of everything but data. */
export function listenTo(socket: Socket, owner: SocketOwner): void {
  (socket as OwnedSocket)[transportKey] = owner;
  socket.on('end', onEnd).on('error', onError).on('close', onClose);
  if (isEncrypted(socket)) watchEnd(socket);
}

/** Tells its owner of data, too, where the socket cannot receive into lent memory. */
export function listenToData(socket: Socket): void {
  socket.on('data', onData);
}

/** Tells its owner of nothing any more. */
export function leave(socket: Socket): void {
  socket.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
}

function onEnd(this: Socket): void {
  (this as OwnedSocket)[transportKey].receivedEnd(isTruncated(this));
}

function onError(this: Socket, error: Error): void {
  (this as OwnedSocket)[transportKey].broke(error);
}

function onClose(this: Socket): void {
  (this as OwnedSocket)[transportKey].socketClosed();
}

function onData(this: Socket, chunk: Uint8Array): void {
  (this as OwnedSocket)[transportKey].receivedChunk(chunk);
}

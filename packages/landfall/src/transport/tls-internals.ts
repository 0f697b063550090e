/**
 * What TLS does not tell by itself: beside `direct-receive.ts`, the one file that reaches into Node.
 *
 * Both are tested for before they are used. Where they are missing, an end is taken for a clean one, and a handshake that
 * fails for one of its own.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { getSystemErrorName } from 'node:util';
import { isEncrypted } from './tls-info.js';

interface RawHandle {
  constructor: { name: string };
  readStart?: () => number;
  readStop?: () => number;
}

interface Internals {
  _parent?: Socket | null;
  _handle?: { reading?: boolean; _parent?: RawHandle | null } | null;
}

/** Under this name a socket keeps that its peer ended without saying so. */
const truncatedKey: unique symbol = Symbol('landfall.truncated');

type WatchedSocket = TLSSocket & { [truncatedKey]?: boolean };

/** The socket that a TLS socket was made of. */
export function socketUnder(socket: TLSSocket): Socket | null {
  return (socket as unknown as Internals)._parent ?? null;
}

/** Destroys a socket, and the one under it, which Bun leaves open as long as output of it waits. */
export function destroyWhole(socket: Socket): void {
  socket.destroy();
  if (isEncrypted(socket)) socketUnder(socket)?.destroy();
}

/**
 * Begins to tell a close_notify from an end without one; to be called once, before anything of the peer's is delivered.
 *
 * Node reports both alike. But it stops reading from the kernel at the kernel's end, and not at a close_notify, which is
 * just another record: so it is asked at the very moment whether it is reading.
 */
export function watchEnd(socket: TLSSocket): void {
  socket.push = pushWatched;
}

/** Whether the peer ended without a close_notify; also false when that cannot be told. */
export function isTruncated(socket: Socket): boolean {
  return (socket as WatchedSocket)[truncatedKey] === true;
}

/** Shared by all sockets. Node pushes what arrives, and null at the end. */
function pushWatched(this: TLSSocket, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null) (this as WatchedSocket)[truncatedKey] = isKernelsEnd(this);
  // The prototype's, which this one hides.
  return Object.getPrototypeOf(this).push.call(this, chunk, encoding);
}

function isKernelsEnd(socket: TLSSocket): boolean {
  const handle = (socket as unknown as Internals)._handle;
  const raw = handle?._parent;
  if (raw == null || !/^(TCP|Pipe)$/.test(raw.constructor.name)) return false;
  if (typeof raw.readStart !== 'function' || typeof raw.readStop !== 'function') return false;
  // While reading is stopped the kernel's end is not seen: this one was among what had arrived before.
  if (handle?.reading !== true) return false;
  const status = raw.readStart();
  if (status === 0) raw.readStop();
  return status === 0 || getSystemErrorName(status) !== 'EALREADY';
}

/**
 * What TLS does not tell by itself: beside `direct-receive.ts`, the one file that reaches into Node.
 *
 * Both are tested for before they are used. Where they are missing, an end is taken for a clean one, and a handshake that
 * fails for one of its own.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { getSystemErrorName } from 'node:util';
import { isDeno } from './runtime.js';
import { isEncrypted } from './tls-info.js';

/** What the kernel delivers to; both methods return 0, or the number of an error. */
export interface KernelHandle {
  readStart(): number;
  readStop(): number;
}

interface Internals {
  _parent?: Socket | null;
  _handle?: { reading?: boolean; _parent?: Partial<KernelHandle> | null } | null;
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

/** The kernel's handle under a TLS socket; null if there is none, as for TLS over another stream, or it is not as expected. */
export function handleUnder(socket: Socket): KernelHandle | null {
  const raw = (socket as unknown as Internals)._handle?._parent;
  if (raw == null || !/^(TCP|Pipe)(Wrap)?$/.test(raw.constructor.name)) return null;
  return typeof raw.readStart === 'function' && typeof raw.readStop === 'function' ? (raw as KernelHandle) : null;
}

function isKernelsEnd(socket: TLSSocket): boolean {
  const raw = handleUnder(socket);
  // Deno may tell of a close_notify only at the kernel's end, when that follows at once: nothing can be told from it.
  // And while reading is stopped the kernel's end is not seen: this one was among what had arrived before.
  if (isDeno || raw === null || (socket as unknown as Internals)._handle?.reading !== true) return false;
  const status = raw.readStart();
  if (status === 0) raw.readStop();
  return status === 0 || getSystemErrorName(status) !== 'EALREADY';
}

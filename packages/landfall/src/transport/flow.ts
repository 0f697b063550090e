/**
 * Stopping a socket, and starting it again.
 *
 * Over TLS Deno only stops telling: it goes on receiving and keeps what it decrypts, without a bound, and an end that came
 * meanwhile is forgotten when there were bytes before it. There the handle under TLS is stopped instead. What it had
 * received by then is still told, and waits as unread.
 */
import type { Socket } from 'node:net';
import { isDeno } from './runtime.js';
import { handleUnder } from './tls-internals.js';

/** Starts what was stopped. */
export function start(socket: Socket): void {
  if (isDeno) handleUnder(socket)?.readStart();
  socket.resume();
}

/** Stops receiving. */
export function stop(socket: Socket): void {
  if (!stopUnderTls(socket)) socket.pause();
}

/**
 * Stops the handle under TLS where that is what has to be stopped.
 *
 * @returns False if the socket itself is to be stopped.
 */
export function stopUnderTls(socket: Socket): boolean {
  const handle = isDeno ? handleUnder(socket) : null;
  handle?.readStop();
  return handle !== null;
}

/**
 * Receiving straight into lent memory: with `tls-internals.ts`, all that reaches into Node.
 *
 * Node receives into user memory for sockets made with the `onread` option, which accepted sockets cannot be, and lets
 * such memory be replaced only from inside the callback of a receive. A protocol that is switched or resumed outside one
 * needs it replaced there and then, or bytes would land in memory that is no longer lent. Both are had by setting, on any
 * socket, what the option sets: three properties and the handle's buffer. Each socket is tested for having them; one
 * that has not is received from by `data` events, and copied.
 *
 * A TLS socket is no different: what it has decrypted, at most 16 KiB at once, it copies into that memory. But it goes on
 * until nothing is left to decrypt, also after it was told to stop, so there is more to keep then.
 *
 * Node asks for the next buffer right after each receive, so what is lent is always one step ahead; and it does not ask
 * when reading resumes. So memory lies ready even while nothing is wanted, and has to be somebody's.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isDeno } from './runtime.js';

/** What receives: the transport. */
export interface DirectReceiver {
  /**
   * The first `nbytes` of `target`, the memory registered last, are received.
   *
   * Must not throw, and must call `receiveNextInto` before it returns.
   *
   * @returns False to stop receiving.
   */
  received(nbytes: number, target: Uint8Array): boolean;
}

/** Under this name a socket keeps its transport, so that listeners can be shared by all sockets. */
export const transportKey: unique symbol = Symbol('landfall.transport');

/** Node's names for what the `onread` option sets. */
interface NodeKeys {
  readonly buffer: symbol;
  readonly callback: symbol;
  readonly generator: symbol;
}

type Internals = Record<symbol, unknown> & { _handle?: { useUserBuffer?: (memory: Uint8Array) => void } | null };

let nodeKeys: NodeKeys | null = null;

/** Where the receive under way is followed up, on its way through Node's two separate callbacks. */
let nextTarget: Uint8Array = new Uint8Array(1);

/** Says where to receive next; to be called inside `received` only. */
export function receiveNextInto(target: Uint8Array): void {
  nextTarget = target;
}

/**
 * Makes a connected socket, whose `transportKey` is set, ready to receive into lent memory, if it can; the first `lend` must follow on the same turn.
 *
 * @returns False if this socket cannot (no socket of Node's, or one whose handshake is not over), or `LANDFALL_RECEIVE=copy` says it shall
 *   not: nothing was changed then.
 */
export function receiveDirectly(socket: Socket): boolean {
  if (process.env['LANDFALL_RECEIVE'] === 'copy' || isHandshaking(socket)) return false;
  const internals = socket as unknown as Internals;
  nodeKeys ??= findKeys(socket);
  if (nodeKeys === null || !(nodeKeys.buffer in socket) || typeof internals._handle?.useUserBuffer !== 'function')
    return false;
  internals[nodeKeys.callback] = onReceive;
  internals[nodeKeys.generator] = takeNextTarget;
  // Any will do until `lend`; Node looks at this to know that reading is stopped and started by the handle.
  internals[nodeKeys.buffer] = nextTarget;
  return true;
}

/**
 * Replaces the memory that is received into; to be called outside the callback of a receive only.
 *
 * Each call costs the socket some 50 bytes until it closes: right for a switch of protocols, wrong for every frame.
 */
export function lend(socket: Socket, memory: Uint8Array): void {
  const internals = socket as unknown as Internals;
  // What was lent before shall not be held on to until something is received.
  nextTarget = memory;
  internals[nodeKeys!.buffer] = memory;
  internals._handle?.useUserBuffer?.(memory);
}

/** The socket is closed: lets go of the memory, which the socket object would otherwise hold for as long as it lives. */
export function forget(socket: Socket): void {
  const internals = socket as unknown as Internals;
  if (nodeKeys !== null && nodeKeys.buffer in socket) internals[nodeKeys.buffer] = null;
}

/**
 * Another socket is made of this one, and receives by its handle: lets go of the memory there, too.
 *
 * On Node what is put on top of a handle receives into memory of its own. On Deno the memory registered first wins, and a
 * handshake would wait for ever; an empty one takes it back, which Node would take for a full buffer.
 */
export function giveUp(socket: Socket): void {
  forget(socket);
  if (isDeno) (socket as unknown as Internals)._handle?.useUserBuffer?.(new Uint8Array(0));
}

/** It would be made ready too early: a TLS socket does not stop before its handshake is over. */
function isHandshaking(socket: Socket): boolean {
  return (socket as Partial<TLSSocket> & { secureConnecting?: boolean }).secureConnecting === true;
}

/** Shared by all sockets, as the callback of each. Returning false stops receiving. */
function onReceive(this: Internals, nbytes: number, target: Uint8Array): boolean {
  return (this[transportKey] as DirectReceiver).received(nbytes, target);
}

/** Shared by all sockets. Node calls it right after `onReceive`, and does not say for which. */
function takeNextTarget(): Uint8Array {
  return nextTarget;
}

function findKeys(socket: Socket): NodeKeys | null {
  const symbols = Object.getOwnPropertySymbols(socket);
  const find = (description: string): symbol | undefined =>
    symbols.find((symbol) => symbol.description === description);
  const [buffer, callback, generator] = [find('kBuffer'), find('kBufferCb'), find('kBufferGen')];
  if (buffer === undefined || callback === undefined || generator === undefined) return null;
  return { buffer, callback, generator };
}

/**
 * Calling a protocol, whatever it does: each function here makes one callback, checks what it returned, and answers with
 * the error to lose the connection with, or null. None of them throws.
 */
import { LandfallError, thrownAsError } from '../errors.js';
import type { BufferedProtocol, Protocol, Transport } from './contracts.js';

type AnyProtocol = Protocol | BufferedProtocol;

export function callConnectionMade(protocol: AnyProtocol, transport: Transport): Error | null {
  try {
    refusePromise('connectionMade', protocol.connectionMade?.(transport));
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

/** Answers with the memory, which may be received into, or with the error. */
export function callGetBuffer(protocol: BufferedProtocol, sizeHint: number): Uint8Array | Error {
  try {
    const view: unknown = protocol.getBuffer(sizeHint);
    checkLent(view);
    return view;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callBufferUpdated(protocol: BufferedProtocol, nbytes: number): Error | null {
  try {
    const returned: unknown = protocol.bufferUpdated(nbytes);
    if (returned !== undefined) refusePromise('bufferUpdated', returned);
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callDataReceived(protocol: Protocol, data: Uint8Array): Error | null {
  try {
    const returned: unknown = protocol.dataReceived(data);
    if (returned !== undefined) refusePromise('dataReceived', returned);
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

/** Answers with whether the write side stays open, or with the error. */
export function callEofReceived(protocol: AnyProtocol): boolean | Error {
  try {
    const keepOpen: unknown = protocol.eofReceived?.();
    refusePromise('eofReceived', keepOpen);
    return Boolean(keepOpen);
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callPauseWriting(protocol: AnyProtocol): Error | null {
  try {
    refusePromise('pauseWriting', protocol.pauseWriting?.());
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callResumeWriting(protocol: AnyProtocol): Error | null {
  try {
    refusePromise('resumeWriting', protocol.resumeWriting?.());
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callTookOver(protocol: AnyProtocol, transport: Transport): Error | null {
  try {
    refusePromise('tookOver', protocol.tookOver?.(transport));
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callReplaced(protocol: AnyProtocol): Error | null {
  try {
    refusePromise('replaced', protocol.replaced?.());
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

/** Answers with what the protocol gives back, if anything, or with the error. */
export function callStartingTls(protocol: AnyProtocol): Uint8Array | undefined | Error {
  try {
    const unused: unknown = protocol.startingTls?.();
    refusePromise('startingTls', unused);
    if (unused == null || isUint8Array(unused)) return unused ?? undefined;
    throw new LandfallError('ERR_PROTOCOL', `startingTls returned ${describe(unused)}, not a Uint8Array`);
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

export function callConnectionLost(protocol: AnyProtocol, error: Error | null): Error | null {
  try {
    refusePromise('connectionLost', protocol.connectionLost?.(error));
    return null;
  } catch (thrown) {
    return thrownAsError(thrown);
  }
}

/**
 * Whether a protocol lends its memory: told by which method it has.
 *
 * @throws {TypeError} It has neither `dataReceived` nor `getBuffer` with `bufferUpdated`, or both.
 */
export function isBuffered(protocol: Protocol | BufferedProtocol): protocol is BufferedProtocol {
  if (typeof protocol !== 'object' || protocol === null) throw new TypeError('a protocol must be an object');
  if (isPromise(protocol)) {
    protocol.then(undefined, warnOf);
    throw new TypeError('a protocol factory returned a promise: it must be synchronous');
  }
  const { dataReceived, getBuffer, bufferUpdated } = protocol as Partial<Protocol & BufferedProtocol>;
  const buffered = typeof getBuffer === 'function' && typeof bufferUpdated === 'function';
  if (buffered && dataReceived !== undefined) {
    throw new TypeError('a protocol has either dataReceived or getBuffer and bufferUpdated, not both');
  }
  if (!buffered && typeof dataReceived !== 'function') {
    throw new TypeError('a protocol needs dataReceived, or getBuffer and bufferUpdated');
  }
  return buffered;
}

/**
 * Refuses what an asynchronous callback returned: its connection would go on before the callback was done.
 *
 * @throws {LandfallError} `ERR_PROTOCOL`: it is a promise. If that rejects, a process warning carries the reason.
 */
export function refusePromise(callback: string, returned: unknown): void {
  if (!isPromise(returned)) return;
  returned.then(undefined, warnOf);
  throw new LandfallError('ERR_PROTOCOL', `${callback} returned a promise: callbacks must be synchronous`);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Tells of an error that has nobody left to be given to, without ending the process. */
export function warnOf(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : `landfall: a callback threw ${describe(error)}`);
}

/**
 * Refuses memory that must not be received into. The kernel has no notion of views: an empty one ends the connection, a
 * detached one would let it write into memory that is someone else's by now.
 *
 * @throws {LandfallError} `ERR_BUFFER`.
 */
function checkLent(view: unknown): asserts view is Uint8Array {
  if (!isUint8Array(view)) {
    refusePromise('getBuffer', view);
    throw new LandfallError('ERR_BUFFER', `getBuffer returned ${describe(view)}, not a Uint8Array`);
  }
  // Not `length`: compiled for views that were whole so far, V8 11.3 (Node 20) reads the old length of a detached one.
  if (view.byteLength === 0) throw new LandfallError('ERR_BUFFER', 'getBuffer returned an empty or detached view');
  if ((view.buffer as { resizable?: boolean }).resizable === true) {
    throw new LandfallError(
      'ERR_BUFFER',
      'getBuffer returned a view of a resizable ArrayBuffer, which may shrink while lent',
    );
  }
}

/** Also one of another realm, which is no instance of this one's Uint8Array. */
function isUint8Array(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Never throws, whatever it is. */
function describe(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function'
    ? Object.prototype.toString.call(value)
    : `${typeof value} ${String(value)}`;
}

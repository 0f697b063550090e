/** Starting TLS on a connection that stands: what is to be done, and who waits for it. */
import type { Socket } from 'node:net';
import { types } from 'node:util';
import { DeadlineError } from '../errors.js';
import type { StartTlsOptions } from '../protocol/tls.js';
import { giveUp } from './direct-receive.js';
import { HandshakeServer, type Secured, secureConnecting } from './handshake.js';
import { clientTls, serverTls, type TlsDeadlines } from './tls-options.js';

/** Makes the handshakes of one side with one set of options. */
export interface Upgrader {
  readonly deadlines: TlsDeadlines;
  secure(raw: Socket, secured: Secured): void;
}

/** By the options they were made of: reading certificates takes longer than a handshake. */
const servers = new WeakMap<StartTlsOptions, Upgrader>();

/**
 * What makes the handshake that `options` ask for.
 *
 * @throws {TypeError} They do not fit.
 */
export function upgraderFor(options: StartTlsOptions): Upgrader {
  if (typeof options !== 'object' || options === null) throw new TypeError('startTls takes TLS options');
  const { isServer = false, unread, signal: _signal, timeoutMs: _timeoutMs, ...tls } = options;
  if (unread !== undefined && !types.isUint8Array(unread)) throw new TypeError('unread must be a Uint8Array');
  if (!isServer) {
    const client = clientTls('startTls', tls, undefined);
    return { deadlines: client, secure: (raw, secured) => secureConnecting(raw, client, secured) };
  }
  let upgrader = servers.get(options);
  if (upgrader === undefined) {
    const server = serverTls('startTls', tls);
    const handshakes = new HandshakeServer(server);
    upgrader = { deadlines: server, secure: (raw, secured) => handshakes.secure(raw, secured) };
    servers.set(options, upgrader);
  }
  return upgrader;
}

/**
 * Makes a plain socket ready for TLS to be put on top of it: what was received comes first in what it reads.
 *
 * Nothing of ours listens to it any more. It is not read from until TLS does.
 */
export function handOver(raw: Socket, received: readonly Uint8Array[]): void {
  raw.pause();
  // Else Node would go on reading for the protocol.
  giveUp(raw);
  for (const chunk of received.toReversed()) raw.unshift(chunk);
}

/** A `startTls` that has not come to its end. */
export class Upgrade {
  readonly upgrader: Upgrader;
  /** What was written before has left, and the handshake is next. */
  hasBegun = false;
  readonly #timer: NodeJS.Timeout;
  readonly #settle: (error: Error | null) => void;

  /** @param tooLong Called when the handshake's time is up, which includes sending what was written before. */
  constructor(upgrader: Upgrader, settle: (error: Error | null) => void, tooLong: (error: Error) => void) {
    this.upgrader = upgrader;
    this.#settle = settle;
    const { handshakeTimeoutMs } = upgrader.deadlines;
    this.#timer = setTimeout(() => tooLong(new DeadlineError('startTls', handshakeTimeoutMs)), handshakeTimeoutMs);
  }

  /** Only the first call counts. */
  settle(error: Error | null): void {
    clearTimeout(this.#timer);
    this.#settle(error);
  }
}

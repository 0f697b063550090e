/**
 * Handshakes: from a connected socket to a TLS socket that stands, or an error.
 *
 * The outcome is told from inside the event in which Node tells it. Whoever takes the socket over there misses nothing:
 * what the peer sent together with the end of its handshake comes right after.
 */
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { DeadlineError, LandfallError, thrownAsError } from '../errors.js';
import { refusePromise, warnOf } from '../protocol/callbacks.js';
import {
  type Draft,
  type HandshakeMessage,
  handshakeEnded,
  handshakeFailed,
  handshakeStarted,
  isToldOfHandshakes,
} from './channels.js';
import { dropEndListeners } from './socket-facts.js';
import { socketUnder } from './tls-internals.js';
import type { ClientTls, ServerTls } from './tls-options.js';

/** Told once of what became of a handshake; with an error, the socket is destroyed. */
export type Secured = (error: Error | null, socket?: TLSSocket) => void;

/** Makes a handshake as the client. */
export function secureConnecting(raw: Socket, tls: ClientTls, secured: Secured): void {
  const handshake = new Handshake('client', raw, tls.handshakeTimeoutMs, secured);
  // Stays when the handshake has failed: whatever the socket says then is nobody's concern.
  const onError = (cause: Error): void => handshake.fails(cause);
  const socket = tryConnect(raw, tls, handshake);
  if (socket === null) return;
  socket.on('error', onError);
  const { onSession } = tls;
  // Not from inside the event: what is written there would wait until something is received.
  if (onSession !== undefined) socket.on('session', (session) => void setImmediate(tellOfSession, onSession, session));
  socket.once('secureConnect', () => {
    socket.off('error', onError);
    handshake.succeeds(socket);
  });
}

/** Some options Node refuses only here. */
function tryConnect(raw: Socket, tls: ClientTls, handshake: Handshake): TLSSocket | null {
  try {
    return tlsConnect({ ...tls.options, socket: raw });
  } catch (thrown) {
    handshake.fails(thrownAsError(thrown));
    return null;
  }
}

function tellOfSession(onSession: NonNullable<ClientTls['onSession']>, session: Uint8Array): void {
  try {
    refusePromise('onSession', onSession(session));
  } catch (thrown) {
    warnOf(thrown);
  }
}

/** Makes handshakes as the server, with the same certificates and session keys for all of them. */
export class HandshakeServer {
  readonly #server: Server;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<Socket, Handshake>();

  constructor(tls: ServerTls) {
    this.#timeoutMs = tls.handshakeTimeoutMs;
    // It listens to nothing itself: sockets are handed to it.
    this.#server = createServer(tls.options);
    this.#server.on('secureConnection', (socket: TLSSocket) => this.#waitingFor(socket)?.succeeds(socket));
    this.#server.on('tlsClientError', (cause: Error, socket: TLSSocket) => this.#failed(cause, socket));
  }

  secure(raw: Socket, secured: Secured): void {
    const handshake = new Handshake('server', raw, this.#timeoutMs, (error, socket) => {
      this.#waiting.delete(raw);
      secured(error, socket);
    });
    this.#waiting.set(raw, handshake);
    // So a client that ends in the middle of its handshake is noticed.
    raw.allowHalfOpen = false;
    this.#server.emit('connection', raw);
  }

  /** How many handshakes are under way. */
  get underWay(): number {
    return this.#waiting.size;
  }

  /** Gives up the handshakes under way. */
  destroyAll(): void {
    for (const handshake of this.#waiting.values()) handshake.cancel();
    this.#waiting.clear();
  }

  #waitingFor(socket: TLSSocket): Handshake | undefined {
    const raw = socketUnder(socket);
    const handshake = raw === null ? undefined : this.#waiting.get(raw);
    // Nobody could be told of it.
    if (handshake === undefined) socket.destroy();
    return handshake;
  }

  #failed(cause: Error, socket: TLSSocket): void {
    // Node closes without another word when a client's certificate is refused.
    const refused: unknown = socket.authorizationError;
    const handshake = this.#waitingFor(socket);
    if (refused == null) handshake?.fails(cause);
    else handshake?.fails(new Error(`the certificate was refused: ${String(refused)}`, { cause }));
  }
}

/** One handshake under way. */
class Handshake {
  readonly #raw: Socket;
  readonly #timer: NodeJS.Timeout;
  readonly #message: Draft<HandshakeMessage> | null;
  #secured: Secured | null;
  /** Node tells first why. This is for when it does not. */
  readonly #onClose = (): void => void setImmediate(() => this.fails(new Error('the connection was closed')));

  constructor(side: HandshakeMessage['side'], raw: Socket, timeoutMs: number, secured: Secured) {
    this.#raw = raw;
    this.#message = isToldOfHandshakes() ? { side, socket: raw, error: null } : null;
    this.#secured = secured;
    this.#timer = setTimeout(() => this.#settle(new DeadlineError('the TLS handshake', timeoutMs)), timeoutMs);
    raw.once('close', this.#onClose);
    if (this.#message !== null) handshakeStarted.publish(this.#message);
  }

  fails(cause: Error): void {
    this.#settle(new LandfallError('ERR_LOST', `the TLS handshake failed: ${cause.message.trim()}`, { cause }));
  }

  succeeds(socket: TLSSocket): void {
    // From now on landfall sees to the ends.
    socket.allowHalfOpen = true;
    dropEndListeners(socket);
    this.#settle(null, socket);
  }

  /** Nobody wants to know any more. */
  cancel(): void {
    this.#secured = () => {};
    this.#settle(new Error('the handshake was given up'));
  }

  #settle(error: Error | null, socket?: TLSSocket): void {
    const secured = this.#secured;
    if (secured === null) return;
    this.#secured = null;
    clearTimeout(this.#timer);
    this.#raw.off('close', this.#onClose);
    // While the socket still knows whose it is.
    if (this.#message !== null) tellOfOutcome(this.#message, error);
    if (error !== null) this.#raw.destroy();
    secured(error, socket);
  }
}

function tellOfOutcome(message: Draft<HandshakeMessage>, error: Error | null): void {
  message.error = error;
  (error === null ? handshakeEnded : handshakeFailed).publish(message);
}

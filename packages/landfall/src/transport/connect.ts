/** Making connections. */
import {
  createConnection,
  type IpcNetConnectOpts,
  type NetConnectOpts,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { LandfallError, thrownAsError } from '../errors.js';
import { isBuffered } from '../protocol/callbacks.js';
import type { BufferedProtocol, Protocol, Transport, WaitOptions } from '../protocol/contracts.js';
import { type Settle, waitFor } from '../protocol/deadline.js';
import type { TlsOptions } from '../protocol/tls.js';
import {
  type ConnectMessage,
  connectEnded,
  connectFailed,
  connectStarted,
  type Draft,
  isToldOfConnecting,
} from './channels.js';
import { secureConnecting } from './handshake.js';
import { checkAddress, checkFactory, definedOnly, refuseOwnOptions } from './options.js';
import { dropEndListeners } from './socket-facts.js';
import { SocketTransport } from './socket-transport.js';
import { clientTls, type TlsDeadlines } from './tls-options.js';

/**
 * Where to connect to: `{ host, port }` or `{ path }` of a Unix socket.
 *
 * Every other option of Node's `net.connect` passes through under its own name (`localAddress`, `family`, `lookup`,
 * `autoSelectFamily`, `keepAlive`, …), except `allowHalfOpen` and `onread`, which are landfall's to set. `noDelay` is
 * true unless set. `timeoutMs` bounds the connecting; without it the operating system does, in minutes.
 */
export type ConnectOptions = WaitOptions &
  Partial<Omit<TcpNetConnectOpts & IpcNetConnectOpts, 'signal' | 'timeoutMs' | 'onread' | 'allowHalfOpen'>> & {
    /**
     * Encrypts the connection: with these options, or as it usually is. The host is the name that the server's certificate
     * must be for, unless `servername` says otherwise. `timeoutMs` bounds the handshake, too.
     */
    tls?: TlsOptions | true | undefined;
    /**
     * Whether a large receive keeps the event loop awake for some 30 microseconds, since more is likely to come; true
     * unless set. False suits connections that ask and wait: what comes is an answer, and when it is here nothing follows.
     */
    stayAwake?: boolean | undefined;
  };

/**
 * Connects, makes a protocol, and puts it in charge.
 *
 * @param protocolFactory Called once the connection stands; `connectionMade` has been called when this resolves.
 *   With `tls`, both after the handshake.
 * @throws {TypeError} Neither a port nor a path, an option that is landfall's own, or no protocol from the factory.
 * @throws {LandfallError} `ERR_LOST` with Node's error as `cause`, also for a server that cannot be verified; `ERR_TIMEOUT`,
 *   `ERR_ABORTED`. What the factory throws
 *   is thrown on, and the connection closed.
 */
export async function connect<P extends Protocol | BufferedProtocol>(
  options: ConnectOptions,
  protocolFactory: () => P,
): Promise<{ transport: Transport; protocol: P }> {
  checkFactory('connect', protocolFactory);
  checkAddress('connect', options ?? {});
  refuseOwnOptions('connect', options);
  const { signal, timeoutMs, tls: tlsOptions, stayAwake = true, ...socketOptions } = definedOnly(options);
  const tls = tlsOptions === undefined ? null : clientTls('connect', tlsOptions, hostOf(options));
  const where = describe(options);
  const message = isToldOfConnecting() ? messageOf(options, tls !== null) : null;
  if (message !== null) connectStarted.publish(message);
  const connecting = waitFor<{ transport: Transport; protocol: P }>(`connecting to ${where}`, options, (settle) => {
    const socket = createConnection({ noDelay: true, ...socketOptions, allowHalfOpen: true } as NetConnectOpts);
    const onError = (cause: Error): void => settle(cannotConnect(where, cause));
    socket.once('error', onError);
    socket.once('connect', () => {
      // Both listeners go: an open connection shall not hold on to how it was made.
      socket.off('error', onError);
      if (tls === null) return begin(socket, protocolFactory, { tls, stayAwake, message }, settle);
      secureConnecting(socket, tls, (error, secured) => {
        if (error === null) begin(secured!, protocolFactory, { tls, stayAwake, message }, settle);
        else settle(error);
      });
    });
    return () => socket.destroy();
  });
  return message === null ? connecting : tellIfFailed(connecting, message);
}

/** Tells of what `connecting` is rejected with, unless it was told of as a connection that stands before. */
async function tellIfFailed<T>(connecting: Promise<T>, message: Draft<ConnectMessage>): Promise<T> {
  try {
    return await connecting;
  } catch (error) {
    message.error = error as Error;
    if (message.transport === null) connectFailed.publish(message);
    throw error;
  }
}

/** What else there is to know about a connection that stands. */
interface HowConnected {
  readonly tls: TlsDeadlines | null;
  readonly stayAwake: boolean;
  readonly message: Draft<ConnectMessage> | null;
}

function begin<P extends Protocol | BufferedProtocol>(
  socket: Socket,
  protocolFactory: () => P,
  { tls, stayAwake, message }: HowConnected,
  settle: Settle<{ transport: Transport; protocol: P }>,
): void {
  try {
    const protocol = protocolFactory();
    isBuffered(protocol); // throws if it is no protocol, before anything is made that would call it
    dropEndListeners(socket);
    const transport = new SocketTransport(socket, protocol, null, tls);
    if (!stayAwake) transport.doze();
    if (message !== null) {
      message.transport = transport;
      connectEnded.publish(message);
    }
    transport.begin(protocol);
    settle(null, { transport, protocol });
  } catch (thrown) {
    socket.destroy();
    settle(thrownAsError(thrown));
  }
}

/** What a certificate is to be for; a path says nothing of that. */
function hostOf({ host, path }: ConnectOptions): string | undefined {
  return path != null ? undefined : (host ?? 'localhost');
}

function describe(options: ConnectOptions): string {
  const { host, port, path } = options;
  if (path != null) return path;
  return `${host ?? 'localhost'}:${port}`;
}

function messageOf({ host, port, path }: ConnectOptions, isTls: boolean): Draft<ConnectMessage> {
  const where =
    path != null
      ? { host: undefined, port: undefined, path }
      : { host: host ?? 'localhost', port: Number(port), path: undefined };
  return { ...where, isTls, transport: null, error: null };
}

function cannotConnect(where: string, cause: Error): LandfallError {
  // Several addresses were tried: Node's error for that has no text of its own.
  const reasons =
    cause instanceof AggregateError ? cause.errors.map((error: Error) => error.message).join('; ') : cause.message;
  return new LandfallError('ERR_LOST', `cannot connect to ${where}: ${reasons}`, { cause });
}

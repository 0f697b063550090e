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
import { waitFor } from '../protocol/deadline.js';
import { checkAddress, checkFactory, definedOnly, refuseOwnOptions } from './options.js';
import { dropEndListeners } from './socket-facts.js';
import { SocketTransport } from './socket-transport.js';

/**
 * Where to connect to: `{ host, port }` or `{ path }` of a Unix socket.
 *
 * Every other option of Node's `net.connect` passes through under its own name (`localAddress`, `family`, `lookup`,
 * `autoSelectFamily`, `keepAlive`, …), except `allowHalfOpen` and `onread`, which are landfall's to set. `noDelay` is
 * true unless set. `timeoutMs` bounds the connecting; without it the operating system does, in minutes.
 */
export type ConnectOptions = WaitOptions &
  Partial<Omit<TcpNetConnectOpts & IpcNetConnectOpts, 'signal' | 'timeoutMs' | 'onread' | 'allowHalfOpen'>>;

/**
 * Connects, makes a protocol, and puts it in charge.
 *
 * @param protocolFactory Called once the connection stands; `connectionMade` has been called when this resolves.
 * @throws {TypeError} Neither a port nor a path, an option that is landfall's own, or no protocol from the factory.
 * @throws {LandfallError} `ERR_LOST` with Node's error as `cause`, `ERR_TIMEOUT`, `ERR_ABORTED`. What the factory throws
 *   is thrown on, and the connection closed.
 */
export async function connect<P extends Protocol | BufferedProtocol>(
  options: ConnectOptions,
  protocolFactory: () => P,
): Promise<{ transport: Transport; protocol: P }> {
  checkFactory('connect', protocolFactory);
  checkAddress('connect', options ?? {});
  refuseOwnOptions('connect', options);
  const { signal, timeoutMs, ...socketOptions } = definedOnly(options);
  const where = describe(options);
  return waitFor(`connecting to ${where}`, options, (settle) => {
    const socket = createConnection({ noDelay: true, ...socketOptions, allowHalfOpen: true } as NetConnectOpts);
    const onError = (cause: Error): void => settle(cannotConnect(where, cause));
    socket.once('error', onError);
    socket.once('connect', () => {
      // Both listeners go: an open connection shall not hold on to how it was made.
      socket.off('error', onError);
      try {
        settle(null, begin(socket, protocolFactory));
      } catch (thrown) {
        socket.destroy();
        settle(thrownAsError(thrown));
      }
    });
    return () => socket.destroy();
  });
}

function begin<P extends Protocol | BufferedProtocol>(
  socket: Socket,
  protocolFactory: () => P,
): { transport: Transport; protocol: P } {
  const protocol = protocolFactory();
  isBuffered(protocol); // throws if it is no protocol, before anything is made that would call it
  dropEndListeners(socket);
  const transport = new SocketTransport(socket, protocol, null);
  transport.begin(protocol);
  return { transport, protocol };
}

function describe(options: ConnectOptions): string {
  const { host, port, path } = options;
  if (path != null) return path;
  return `${host ?? 'localhost'}:${port}`;
}

function cannotConnect(where: string, cause: Error): LandfallError {
  // Several addresses were tried: Node's error for that has no text of its own.
  const reasons =
    cause instanceof AggregateError ? cause.errors.map((error: Error) => error.message).join('; ') : cause.message;
  return new LandfallError('ERR_LOST', `cannot connect to ${where}: ${reasons}`, { cause });
}

/** Taking connections. */
import {
  type AddressInfo,
  createServer,
  type ListenOptions as NetListenOptions,
  type Server as NetServer,
  type Socket,
  type TcpSocketConnectOpts,
} from 'node:net';
import { LandfallError, thrownAsError } from '../errors.js';
import type { BufferedProtocol, Protocol, WaitOptions } from '../protocol/contracts.js';
import { waitFor } from '../protocol/deadline.js';
import type { TlsOptions } from '../protocol/tls.js';
import { accepted, failed, listenEnded, listenStarted } from './channels.js';
import { ConnectionList } from './connection-list.js';
import { HandshakeServer } from './handshake.js';
import { checkAddress, checkFactory, definedOnly, refuseOwnOptions } from './options.js';
import { type OnError, report } from './reporting.js';
import type { Server, ServerStats } from './server.js';
import { ServerCounts } from './server-counts.js';
import { dropEndListeners } from './socket-facts.js';
import { SocketTransport, type TransportOwner } from './socket-transport.js';
import { serverTls, type TlsDeadlines } from './tls-options.js';

/** How long `closeAll` lets connections send what they have, unless told otherwise. */
const CLOSE_TIMEOUT_MS_DEFAULT = 30_000;

/**
 * Where to listen: `{ host, port }`, port 0 for any that is free and all interfaces without a host, or `{ path }` of a
 * Unix socket.
 *
 * Every other option of Node's `server.listen` passes through under its own name (`backlog`, `ipv6Only`, `reusePort`,
 * `exclusive`, …). `timeoutMs` and `signal` are for the listening to begin, not for the server's life.
 */
export interface ListenOptions
  extends WaitOptions,
    Omit<NetListenOptions, 'signal'>,
    Pick<TcpSocketConnectOpts, 'noDelay' | 'keepAlive' | 'keepAliveInitialDelay'> {
  /**
   * Encrypts every connection; `cert` and `key` are the least. Protocols are made when the handshake is over: one that
   * fails or takes longer than `handshakeTimeoutMs` is told to `onError` (and to nobody without one: any client can do that).
   */
  tls?: TlsOptions | undefined;
  /**
   * Connections at a time, those still in their TLS handshake included, at least 1; one more is closed as soon as it is
   * accepted. Unbounded when left out.
   */
  maxConnections?: number | undefined;
  /**
   * Told of what no protocol can be told of: a protocol factory that threw, `connectionLost` that threw, and failures
   * of the listening socket itself and of TLS handshakes (then without a transport). A process warning when left out.
   */
  onError?: OnError | undefined;
}

/**
 * Listens, and puts a protocol of its own in charge of each connection.
 *
 * @param protocolFactory Called for each connection, before anything of it is read (over TLS: after the handshake). If it throws, that connection is
 *   aborted and `onError` told.
 * @throws {TypeError} Neither a port nor a path, or an option that is landfall's own.
 * @throws {LandfallError} `ERR_LOST` with Node's error as `cause` (`EADDRINUSE`, …), `ERR_TIMEOUT`, `ERR_ABORTED`.
 */
export async function listen(
  options: ListenOptions,
  protocolFactory: () => Protocol | BufferedProtocol,
): Promise<Server> {
  checkFactory('listen', protocolFactory);
  checkAddress('listen', options ?? {});
  refuseOwnOptions('listen', options);
  checkMaxConnections(options.maxConnections);
  const {
    signal,
    timeoutMs,
    tls: tlsOptions,
    onError,
    maxConnections,
    noDelay = true,
    keepAlive,
    keepAliveInitialDelay,
    ...where
  } = options;
  const tls = tlsOptions === undefined ? null : serverTls('listen', tlsOptions);
  const handshakes = tls === null ? null : new HandshakeServer(tls);
  const netServer = createServer({
    allowHalfOpen: true,
    noDelay,
    ...definedOnly({ keepAlive, keepAliveInitialDelay }),
  });
  if (maxConnections !== undefined) netServer.maxConnections = maxConnections;
  await waitFor<void>('listening', { signal, timeoutMs }, (settle) => {
    netServer.once('error', (cause) => settle(cannotListen(cause)));
    netServer.listen(definedOnly(where), () => settle(null));
    return () => netServer.close();
  });
  netServer.removeAllListeners('error');
  const server = new ListeningServer(netServer, protocolFactory, onError, tls, handshakes);
  listenStarted.publish({ server });
  return server;
}

class ListeningServer implements Server, TransportOwner {
  readonly address: AddressInfo | string;
  readonly #netServer: NetServer;
  readonly #protocolFactory: () => Protocol | BufferedProtocol;
  readonly #onError: OnError | undefined;
  readonly #tls: TlsDeadlines | null;
  readonly #handshakes: HandshakeServer | null;
  readonly #transports = new ConnectionList();
  readonly #counts = new ServerCounts();
  /** Resolves when the listening socket is closed and every protocol was told of its loss. */
  readonly #gone: Promise<void>;
  #resolveGone: () => void = () => {};
  #isListening = true;

  constructor(
    netServer: NetServer,
    protocolFactory: () => Protocol | BufferedProtocol,
    onError: OnError | undefined,
    tls: TlsDeadlines | null,
    handshakes: HandshakeServer | null,
  ) {
    this.#netServer = netServer;
    this.#protocolFactory = protocolFactory;
    this.#onError = onError;
    this.#tls = tls;
    this.#handshakes = handshakes;
    this.address = netServer.address()!;
    this.#gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    void this.#gone.then(() => listenEnded.publish({ server: this }));
    // Node says so when the last socket has begun to close; its protocol is told a turn later.
    netServer.once('close', () => {
      this.#isListening = false;
      this.#resolveIfGone();
    });
    netServer.on('connection', (socket) => this.#accept(socket));
    netServer.on('drop', () => this.#counts.refused++);
    netServer.on('error', (error) => report(error, null, this.#onError));
  }

  get connections(): number {
    return this.#transports.size;
  }

  async close(options?: WaitOptions): Promise<void> {
    this.#netServer.close();
    await waitFor<void>('closing the server', options, (settle) => {
      void this.#gone.then(() => settle(null));
      return () => {};
    });
  }

  async closeAll(options?: WaitOptions): Promise<void> {
    const { signal, timeoutMs = CLOSE_TIMEOUT_MS_DEFAULT } = options ?? {};
    for (const transport of this.#transports.toArray()) transport.close();
    this.#handshakes?.destroyAll();
    try {
      await this.close({ signal, timeoutMs });
    } catch (error) {
      if (!(error instanceof LandfallError)) throw error;
      for (const transport of this.#transports.toArray()) transport.abort();
      await this.#gone;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeAll();
  }

  ref(): void {
    this.#netServer.ref();
  }

  unref(): void {
    this.#netServer.unref();
  }

  stats(): ServerStats {
    return this.#counts.stats(this.#transports, this.#handshakes?.underWay ?? 0);
  }

  connectionGone(transport: SocketTransport): void {
    this.#transports.delete(transport);
    this.#counts.connectionGone(transport.stats());
    this.#resolveIfGone();
  }

  reportError(error: Error, transport: SocketTransport): void {
    report(error, transport, this.#onError);
  }

  #resolveIfGone(): void {
    if (!this.#isListening && this.connections === 0) this.#resolveGone();
  }

  #accept(socket: Socket): void {
    if (this.#handshakes === null) return this.#begin(socket);
    this.#handshakes.secure(socket, (error, secured) => {
      if (error === null) this.#begin(secured!);
      else this.#handshakeFailed(error);
    });
  }

  /** Any client can do that: without `onError` it is nobody's concern. */
  #handshakeFailed(error: Error): void {
    this.#counts.handshakesFailed++;
    if (this.#onError !== undefined) report(error, null, this.#onError);
    else failed.publish({ error, transport: null });
  }

  #begin(socket: Socket): void {
    dropEndListeners(socket);
    const transport = new SocketTransport(socket, NOBODY, this, this.#tls);
    this.#transports.add(transport);
    this.#counts.accepted++;
    if (accepted.hasSubscribers) accepted.publish({ server: this, transport });
    try {
      transport.begin(this.#protocolFactory());
    } catch (thrown) {
      transport.abort();
      report(thrownAsError(thrown), transport, this.#onError);
    }
  }
}

/** In charge of a connection until its own protocol is made. */
const NOBODY: Protocol = { dataReceived(): void {} };

function cannotListen(cause: Error): LandfallError {
  return new LandfallError('ERR_LOST', `cannot listen: ${cause.message}`, { cause });
}

function checkMaxConnections(maxConnections: number | undefined): void {
  if (maxConnections === undefined || (Number.isInteger(maxConnections) && maxConnections >= 1)) return;
  throw new RangeError(`maxConnections must be a whole number from 1 on, not ${maxConnections}`);
}

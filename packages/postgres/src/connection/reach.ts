/** Reaching a server: a transport to one host, encrypted or not, before anything of a session is said. */
import { connect, type Transport } from 'landfall';
import { tlsServerEndPoint } from '../auth/channel-binding.js';
import type { Channel } from '../auth/sasl-request.js';
import type { ConnectionConfig } from '../config/connection-config.js';
import type { HostAddress } from '../config/hosts.js';
import type { Encryption } from '../config/tls-settings.js';
import { ConnectionError, PostgresClientError } from '../errors.js';
import { askForTls } from './encrypt.js';

/** Rows are written in pieces of 64 KiB: so many of them may wait. */
const WRITE_HIGH_BYTES = 256 * 1024;

/** A transport that stands, and what is known of it. */
export interface Reached {
  readonly transport: Transport;
  readonly channel: Channel;
}

/**
 * Connects to a host, and encrypts the connection.
 *
 * @param mayBePlain Whether a server that speaks no TLS will do.
 * @throws {ConnectionError} `ERR_CONNECT`, `ERR_TLS`, or what `signal` was aborted with.
 */
export async function reach(
  config: ConnectionConfig,
  address: HostAddress,
  encryption: Encryption,
  mayBePlain: boolean,
  signal: AbortSignal,
): Promise<Reached> {
  const isDirect = encryption === 'tls' && config.sslnegotiation === 'direct';
  const transport = await connected(config, address, isDirect, signal);
  try {
    if (encryption === 'tls' && !isDirect) await encrypt(transport, config, address, mayBePlain, signal);
    if (isDirect) checkAlpn(transport);
    transport.setWriteBufferLimits({ high: WRITE_HIGH_BYTES });
    return { transport, channel: channelOf(transport, config) };
  } catch (error) {
    transport.abort();
    throw error;
  }
}

async function connected(
  config: ConnectionConfig,
  { host, port, path }: HostAddress,
  isDirect: boolean,
  signal: AbortSignal,
): Promise<Transport> {
  const where = path === null ? { host, port } : { path };
  const tls = isDirect ? { tls: config.tlsFor({ host, port, path }) } : {};
  try {
    const { transport } = await connect(
      { ...where, ...tls, keepAlive: config.keepAlive, stayAwake: false, signal },
      () => NOBODY,
    );
    return transport;
  } catch (cause) {
    if (cause instanceof PostgresClientError) throw cause;
    throw new ConnectionError(isDirect ? 'ERR_TLS' : 'ERR_CONNECT', (cause as Error).message, true, { cause });
  }
}

/** In charge until somebody who knows what is to be said takes over. */
const NOBODY = { getBuffer: () => new Uint8Array(16), bufferUpdated: () => {} };

async function encrypt(
  transport: Transport,
  config: ConnectionConfig,
  address: HostAddress,
  mayBePlain: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!(await askForTls(transport, signal))) {
    if (mayBePlain) return;
    throw new ConnectionError('ERR_TLS', `sslmode is ${config.sslmode}, and the server speaks no TLS`, true);
  }
  try {
    await transport.startTls({ ...config.tlsFor(address), signal });
  } catch (cause) {
    if (cause instanceof PostgresClientError) throw cause;
    throw new ConnectionError('ERR_TLS', `the connection cannot be encrypted: ${reason(cause)}`, true, { cause });
  }
}

/** Landfall says that the connection was lost; what it was lost by says more. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** Without it, whoever answers may believe to speak something else (the ALPACA attack). */
function checkAlpn(transport: Transport): void {
  const info = transport.getExtraInfo('tls') as { alpnProtocol: string | undefined };
  if (info.alpnProtocol === 'postgresql') return;
  throw new ConnectionError('ERR_TLS', 'the server does not speak PostgreSQL over TLS from the start', true);
}

function channelOf(transport: Transport, { channelBinding }: ConnectionConfig): Channel {
  const info = transport.getExtraInfo('tls') as { peerCertificate: { raw: Uint8Array } | undefined } | undefined;
  const certificate = info?.peerCertificate?.raw;
  const endPoint = certificate === undefined ? null : tlsServerEndPoint(certificate);
  return { encrypted: info !== undefined, endPoint, channelBinding };
}

/** From landfall's TLS options to Node's. */
import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, type TlsOptions as ServerOptions } from 'node:tls';
import { thrownAsError } from '../errors.js';
import type { TlsOptions } from '../protocol/tls.js';
import { definedOnly } from './options.js';
import { checkKinds } from './tls-kinds.js';
import { checkCredentials, checkMaterial } from './tls-material.js';

const HANDSHAKE_TIMEOUT_MS_DEFAULT = 60_000;
const SHUTDOWN_TIMEOUT_MS_DEFAULT = 30_000;
/** The longest delay that timers can do. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Options of Node's that must not pass through. */
const OWN_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['socket', 'the connection is there already'],
  ['onread', 'a BufferedProtocol is what lends memory'],
  ['allowHalfOpen', 'TLS cannot be half open'],
  ['pauseOnConnect', 'call pauseReading() in connectionMade'],
  ['handshakeTimeout', 'it is handshakeTimeoutMs'],
  ['host', 'it is servername'],
  ['port', 'it is an option of connect and listen'],
  ['path', 'it is an option of connect and listen'],
  ['signal', 'it is an option of connect and listen'],
]);
const SERVERS_ONLY = new Set([
  'SNICallback',
  'ALPNCallback',
  'requestCert',
  'ticketKeys',
  'sessionTimeout',
  'pskIdentityHint',
]);
const CLIENTS_ONLY = new Set([
  'servername',
  'secureContext',
  'checkServerIdentity',
  'session',
  'onSession',
  'minDHSize',
]);

/** The two deadlines of a TLS connection. */
export interface TlsDeadlines {
  readonly handshakeTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
}

/** What a client's handshake needs, made and checked before there is a connection. */
export interface ClientTls extends TlsDeadlines {
  readonly onSession: TlsOptions['onSession'];
  readonly options: ConnectionOptions;
}

/** What a server's handshakes need. */
export interface ServerTls extends TlsDeadlines {
  readonly options: ServerOptions;
}

/** For connections on which nothing was said of them. */
export const DEFAULT_DEADLINES: TlsDeadlines = {
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS_DEFAULT,
  shutdownTimeoutMs: SHUTDOWN_TIMEOUT_MS_DEFAULT,
};

/**
 * Options for a connecting side.
 *
 * @param host What was connected to, if that has a name or an address.
 * @throws {TypeError} One that is landfall's or the server's, or no name to check the certificate by.
 * @throws {Error} What Node says to certificates and keys that it cannot read.
 */
export function clientTls(call: string, tls: TlsOptions | true, host: string | undefined): ClientTls {
  const { deadlines, options } = split(call, tls, SERVERS_ONLY, 'the side that has the certificate');
  // Empty, it is not asked for, and the host is what is checked.
  const name = options.servername || host;
  if (name === undefined && options.rejectUnauthorized !== false && options.checkServerIdentity === undefined)
    throw new TypeError(`${call} needs a servername: the name that the certificate must be for`);
  const { servername, onSession, checkServerIdentity, ...others } = options as ConnectionOptions &
    Pick<TlsOptions, 'onSession'>;
  const secureContext = others.secureContext ?? createSecureContext(others);
  // An address is checked like a name, but must not be asked for.
  const asked = name === undefined || servername === '' || isIP(name) !== 0 ? {} : { servername: name };
  const check = checkServerIdentity === undefined ? {} : { checkServerIdentity: refusing(checkServerIdentity) };
  return {
    ...deadlines,
    onSession,
    options: { ...others, secureContext, ...asked, ...check, ...(name === undefined ? {} : { host: name }) },
  };
}

type CheckServerIdentity = NonNullable<ConnectionOptions['checkServerIdentity']>;

/** What the check throws refuses the server as well: Node would let it end the process. */
function refusing(check: CheckServerIdentity): CheckServerIdentity {
  return (hostname, certificate) => {
    try {
      return check(hostname, certificate);
    } catch (thrown) {
      return thrownAsError(thrown);
    }
  };
}

/**
 * Options for an accepting side.
 *
 * @throws {TypeError} One that is landfall's or the client's, or no certificate.
 */
export function serverTls(call: string, tls: TlsOptions | true): ServerTls {
  const { deadlines, options } = split(call, tls, CLIENTS_ONLY, 'the side that connects');
  checkCredentials(call, options);
  // Node's own deadline shall not be the shorter one.
  return { ...deadlines, options: { ...(options as ServerOptions), handshakeTimeout: TIMEOUT_MS_MAX } };
}

function split(
  call: string,
  tls: TlsOptions | true,
  refused: ReadonlySet<string>,
  whose: string,
): { deadlines: TlsDeadlines; options: Omit<TlsOptions, keyof TlsDeadlines> } {
  if (tls !== true && (typeof tls !== 'object' || tls === null))
    throw new TypeError(`${call} takes TLS options, or true`);
  const { handshakeTimeoutMs, shutdownTimeoutMs, ...options } = {
    ...DEFAULT_DEADLINES,
    ...definedOnly(tls === true ? {} : tls),
  };
  checkTimeout('handshakeTimeoutMs', handshakeTimeoutMs);
  checkTimeout('shutdownTimeoutMs', shutdownTimeoutMs);
  // Each connection comes by here, and most of them give few.
  for (const name of Object.keys(options)) {
    const why = refused.has(name) ? `it is for ${whose}` : OWN_OPTIONS.get(name);
    if (why !== undefined) throw new TypeError(`${call} takes no TLS option '${name}': ${why}`);
  }
  checkMaterial(call, options);
  checkKinds(call, options);
  return { deadlines: { handshakeTimeoutMs, shutdownTimeoutMs }, options };
}

function checkTimeout(name: string, timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= TIMEOUT_MS_MAX) return;
  throw new RangeError(`${name} must be above 0 and at most ${TIMEOUT_MS_MAX}, not ${timeoutMs}`);
}

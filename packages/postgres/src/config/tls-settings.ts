/** What `sslmode` and its files mean for the TLS of one connection. */
import type { TlsOptions } from 'landfall';
import { configError } from './config-error.js';
import type { HostAddress } from './hosts.js';
import type { Machine } from './machine.js';
import type { PostgresTlsOptions, SslMode, SslNegotiation } from './options.js';
import { tlsFile } from './user-files.js';

/** A connection with TLS, or one without. */
export type Encryption = 'tls' | 'plain';

/** Everything that was said about TLS. */
export interface TlsSettings {
  readonly sslmode: SslMode;
  readonly sslrootcert: string | undefined;
  readonly sslcert: string | undefined;
  readonly sslkey: string | undefined;
  readonly sslpassword: string | undefined;
  readonly tls: PostgresTlsOptions;
}

/** What stands for Node's own authorities in place of a file. */
const SYSTEM = 'system';
const ALPN_PROTOCOLS = ['postgresql'];
/** Bits of a key's mode that must not be set; root's may be read by a group. */
const OTHERS = 0o077;
const OTHERS_OF_ROOTS = 0o037;

/**
 * What to try at one host, in this order.
 *
 * The second is for a server that refuses the first, be it by an error. If a server answers no to the question for TLS
 * and `plain` is yet to come, the same connection goes on without.
 */
export function encryptionOrder(sslmode: SslMode, address: HostAddress): readonly Encryption[] {
  // As in libpq: nobody listens in on a Unix socket.
  if (address.path !== null || sslmode === 'disable') return ['plain'];
  if (sslmode === 'allow') return ['plain', 'tls'];
  return sslmode === 'prefer' ? ['tls', 'plain'] : ['tls'];
}

/**
 * What `sslmode` is if nobody has said, or what was said.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: it is too weak for what else was said.
 */
export function checkedSslMode(
  said: SslMode | undefined,
  sslrootcert: string | undefined,
  sslnegotiation: SslNegotiation,
): SslMode {
  const sslmode = said ?? (sslrootcert === SYSTEM ? 'verify-full' : 'prefer');
  if (sslrootcert === SYSTEM && sslmode !== 'verify-full')
    throw configError(`sslmode ${sslmode} is too weak for sslrootcert system: anybody can have a certificate`);
  if (sslnegotiation === 'direct' && ['disable', 'allow', 'prefer'].includes(sslmode))
    throw configError(`sslmode ${sslmode} is too weak for sslnegotiation direct: it needs require or stronger`);
  return sslmode;
}

/**
 * The options of TLS for a connection to this host. Files are read each time, so that renewed ones are found.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: a file that is needed is not there, cannot be read, or can be by others.
 */
export function tlsOptionsFor(address: HostAddress, settings: TlsSettings, machine: Machine): TlsOptions {
  const { sslmode, tls } = settings;
  const authorities = authoritiesOf(settings, machine);
  const options: TlsOptions = {
    ...tls,
    ...authorities,
    ...certificateOf(settings, machine),
    ALPNProtocols: ALPN_PROTOCOLS,
    servername: address.host,
    // With authorities to check by, the certificate is checked in every mode, as libpq does.
    rejectUnauthorized: authorities !== null,
  };
  if (settings.sslpassword !== undefined) options.passphrase = settings.sslpassword;
  if (sslmode !== 'verify-full') options.checkServerIdentity = () => undefined;
  return options;
}

/** Whom to trust; null if the certificate is not to be checked. */
function authoritiesOf({ sslmode, sslrootcert, tls }: TlsSettings, machine: Machine): Pick<TlsOptions, 'ca'> | null {
  if (tls.ca !== undefined) return { ca: tls.ca };
  if (sslrootcert === SYSTEM) return {};
  const ca = fileOr('sslrootcert', sslrootcert, 'root.crt', machine);
  if (ca !== undefined) return { ca };
  if (sslmode !== 'verify-ca' && sslmode !== 'verify-full') return null;
  throw configError(
    `sslmode ${sslmode} needs authorities to trust: set sslrootcert to their file, or to "system" for Node's, or tls.ca`,
  );
}

function certificateOf(settings: TlsSettings, machine: Machine): Pick<TlsOptions, 'cert' | 'key'> {
  const { tls } = settings;
  if (tls.pfx !== undefined) return {};
  const cert = tls.cert ?? fileOr('sslcert', settings.sslcert, 'postgresql.crt', machine);
  if (cert === undefined) return {};
  const key = tls.key ?? keyOf(settings.sslkey, machine);
  return { cert, key };
}

function keyOf(said: string | undefined, machine: Machine): string {
  const path = said ?? tlsFile(machine, 'postgresql.key');
  const facts = path === null ? null : machine.facts(path);
  if (path === null || facts === null)
    throw configError('there is a certificate (sslcert), and not the key of it (sslkey)');
  if (!machine.isWindows && (facts.mode & (facts.isRoots ? OTHERS_OF_ROOTS : OTHERS)) !== 0)
    throw configError(`sslkey "${path}" can be read by others: its mode must be 0600 or less, or root's and 0640`);
  return contents('sslkey', path, machine);
}

/** The file that was named, which must be there, or the usual one if it is. */
function fileOr(what: string, said: string | undefined, usual: string, machine: Machine): string | undefined {
  if (said !== undefined) return contents(what, said, machine);
  const path = tlsFile(machine, usual);
  return path === null || machine.facts(path) === null ? undefined : contents(what, path, machine);
}

function contents(what: string, path: string, machine: Machine): string {
  try {
    return machine.readText(path);
  } catch (cause) {
    throw configError(`${what} "${path}" cannot be read`, { cause });
  }
}

/** From everything that was said about a connection to what is to be done. */
import type { TlsOptions } from 'landfall';
import { configError } from './config-error.js';
import { type HostAddress, resolveHosts } from './hosts.js';
import { type Machine, thisMachine } from './machine.js';
import { optionParameters } from './option-parameters.js';
import {
  type ChannelBinding,
  type PasswordSource,
  type PostgresOptions,
  type PostgresTlsOptions,
  type SslMode,
  type SslNegotiation,
  TLS_OPTION_NAMES,
} from './options.js';
import { environmentParameters, mergedParameters, type Parameters } from './parameters.js';
import { passwordFromFile } from './passfile.js';
import { type AuthMethod, parseRequireAuth } from './require-auth.js';
import { startupParameters } from './startup-parameters.js';
import { checkedSslMode, type TlsSettings, tlsOptionsFor } from './tls-settings.js';
import { parseUrl } from './url.js';
import { defaultPassfile } from './user-files.js';

/** A connection's configuration, whole and frozen. No secret is in it that printing it could show. */
export interface ConnectionConfig {
  /** To be tried in this order; at least one. */
  readonly hosts: readonly HostAddress[];
  readonly user: string;
  readonly database: string;
  readonly sslmode: SslMode;
  readonly sslnegotiation: SslNegotiation;
  readonly channelBinding: ChannelBinding;
  /** The ways of authentication that are allowed; undefined for any. */
  readonly requireAuth: readonly AuthMethod[] | undefined;
  /** For each host. */
  readonly connectTimeoutMs: number;
  /** For each statement; undefined for no limit. */
  readonly queryTimeoutMs: number | undefined;
  /** For the end of what was cut short. */
  readonly cancelTimeoutMs: number;
  readonly statementCacheSize: number;
  readonly maxMessageBytes: number;
  readonly keepAlive: boolean;
  /** As it was given. */
  readonly types: unknown;
  /** What the startup message says, `user`, `database` and `client_encoding` among it. */
  readonly startupParameters: Readonly<Record<string, string>>;
  /** The password for a host, or what knows it; undefined if there is none. Files are read at each call. */
  passwordFor(address: HostAddress): PasswordSource | undefined;
  /**
   * The options of TLS for a host. Files are read at each call.
   *
   * @throws {PostgresClientError} `ERR_CONFIG`: a file is missing, or others can read the key.
   */
  tlsFor(address: HostAddress): TlsOptions;
}

const SSL_MODES: readonly SslMode[] = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];
const SSL_NEGOTIATIONS: readonly SslNegotiation[] = ['postgres', 'direct'];
const CHANNEL_BINDINGS: readonly ChannelBinding[] = ['disable', 'prefer', 'require'];

const CONNECT_TIMEOUT_MS_DEFAULT = 10_000;
const CANCEL_TIMEOUT_MS_DEFAULT = 5_000;
const STATEMENT_CACHE_SIZE_DEFAULT = 256;
const MESSAGE_BYTES_DEFAULT = 2 ** 30;
/** The longest delay that timers can do: 24 days. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;
/** The most that a message's length, a signed integer, can announce. */
const MESSAGE_BYTES_MAX = 2 ** 31 - 1;

/**
 * Makes the configuration: options go before the URL, the URL before the environment, and that before the defaults.
 *
 * @throws {PostgresClientError} `ERR_CONFIG`: what was said cannot be, or is not supported.
 */
export function resolveConfig(
  target: string | URL | PostgresOptions,
  more: PostgresOptions = {},
  machine: Machine = thisMachine(),
): ConnectionConfig {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const options: PostgresOptions = isUrl ? more : { ...target, ...more };
  const said = mergedParameters([
    optionParameters(options),
    isUrl ? parseUrl(String(target)) : {},
    environmentParameters(machine.env),
  ]);

  const user = said.user ?? machine.userName();
  if (user === undefined) throw configError('no user was given, and the operating system has no name for this one');
  const database = said.dbname ?? user;
  const sslnegotiation = oneOf('sslnegotiation', SSL_NEGOTIATIONS, said.sslnegotiation) ?? 'postgres';
  const sslmode = checkedSslMode(oneOf('sslmode', SSL_MODES, said.sslmode), said.sslrootcert, sslnegotiation);
  const tlsSettings = tlsSettingsOf(sslmode, said, options.tls);
  return Object.freeze({
    hosts: Object.freeze(resolveHosts(said.host ?? '', said.port ?? '', machine)),
    user,
    database,
    sslmode,
    sslnegotiation,
    channelBinding: oneOf('channel_binding', CHANNEL_BINDINGS, said.channel_binding) ?? 'prefer',
    requireAuth: parseRequireAuth(said.require_auth ?? ''),
    ...limitsOf(options, said),
    keepAlive: options.keepAlive ?? true,
    types: options.types,
    startupParameters: startupParameters(user, database, said, options.options),
    passwordFor: passwords(options.password, said, { user, database }, machine),
    tlsFor: (address: HostAddress) => tlsOptionsFor(address, tlsSettings, machine),
  });
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: string | undefined): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((candidate) => candidate === value);
  if (known === undefined) throw configError(`${name} must be one of ${allowed.join(', ')}`);
  return known;
}

function limitsOf(
  options: PostgresOptions,
  said: Parameters,
): Pick<
  ConnectionConfig,
  'connectTimeoutMs' | 'queryTimeoutMs' | 'cancelTimeoutMs' | 'statementCacheSize' | 'maxMessageBytes'
> {
  const { connectTimeoutMs, queryTimeoutMs, cancelTimeoutMs, statementCacheSize, maxMessageBytes } = options;
  return {
    connectTimeoutMs:
      whole('connectTimeoutMs', connectTimeoutMs, 1, TIMEOUT_MS_MAX) ??
      timeoutMs(said.connect_timeout) ??
      CONNECT_TIMEOUT_MS_DEFAULT,
    queryTimeoutMs: whole('queryTimeoutMs', queryTimeoutMs, 1, TIMEOUT_MS_MAX),
    cancelTimeoutMs: whole('cancelTimeoutMs', cancelTimeoutMs, 1, TIMEOUT_MS_MAX) ?? CANCEL_TIMEOUT_MS_DEFAULT,
    statementCacheSize:
      whole('statementCacheSize', statementCacheSize, 0, Number.MAX_SAFE_INTEGER) ?? STATEMENT_CACHE_SIZE_DEFAULT,
    maxMessageBytes: whole('maxMessageBytes', maxMessageBytes, 1, MESSAGE_BYTES_MAX) ?? MESSAGE_BYTES_DEFAULT,
  };
}

function whole(name: string, value: number | undefined, min: number, max: number): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return value;
  throw configError(`${name} must be a whole number from ${min} to ${max}`);
}

/** libpq's `connect_timeout`, in seconds; 0 or less is for ever there, and as long as a timer can wait here. */
function timeoutMs(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (!/^[+-]?\d{1,10}$/.test(seconds.trim())) throw configError('connect_timeout must be a whole number of seconds');
  const ms = Number(seconds) * 1000;
  return ms > 0 ? Math.min(ms, TIMEOUT_MS_MAX) : TIMEOUT_MS_MAX;
}

function tlsSettingsOf(sslmode: SslMode, said: Parameters, tls: PostgresTlsOptions = {}): TlsSettings {
  for (const name of Object.keys(tls)) {
    if (!TLS_OPTION_NAMES.some((known) => known === name))
      throw configError(`tls takes no option ${JSON.stringify(name)}: what is checked of the server, sslmode says`);
  }
  const { sslrootcert, sslcert, sslkey, sslpassword } = said;
  return { sslmode, sslrootcert, sslcert, sslkey, sslpassword, tls: { ...tls } };
}

function passwords(
  option: PasswordSource | undefined,
  said: Parameters,
  who: { user: string; database: string },
  machine: Machine,
): ConnectionConfig['passwordFor'] {
  if (option !== undefined && typeof option !== 'string' && typeof option !== 'function')
    throw configError('password must be a string, or a function that returns one');
  if (typeof option === 'function') return () => option;
  if (said.password !== undefined) return () => said.password;

  const passfile = said.passfile ?? defaultPassfile(machine);
  const warned = new Set<string>();
  const warnOnce = (message: string): void => {
    if (!warned.has(message)) machine.warn(message);
    warned.add(message);
  };
  return (address) =>
    passfile === null ? undefined : passwordFromFile(passfile, { address, ...who }, machine, warnOnce);
}

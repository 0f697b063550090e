/** What a caller can say about a connection. */
import type { TlsOptions } from 'landfall';
import type { AuthMethod } from './require-auth.js';

/** How far a connection is encrypted, and what is checked of the server: libpq's `sslmode`, with its meaning. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

/** How TLS begins: after a question to the server, or at once, which PostgreSQL 17 and later understand. */
export type SslNegotiation = 'postgres' | 'direct';

/** Whether authentication must be bound to the TLS connection: libpq's `channel_binding`. */
export type ChannelBinding = 'disable' | 'prefer' | 'require';

/** A password, or what knows it: asked anew for each connection, and only if the server wants one. */
export type PasswordSource = string | (() => string | Promise<string>);

/** What else there is to say about TLS, under landfall's and Node's names; what is checked of the server, `sslmode` says. */
export type PostgresTlsOptions = Pick<TlsOptions, (typeof TLS_OPTION_NAMES)[number]>;

/** The names that `PostgresTlsOptions` has. */
export const TLS_OPTION_NAMES = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'crl',
  'minVersion',
  'maxVersion',
  'ciphers',
  'ecdhCurve',
  'sigalgs',
  'dhparam',
  'minDHSize',
  'secureOptions',
  'enableTrace',
  'handshakeTimeoutMs',
  'shutdownTimeoutMs',
] as const;

/**
 * Where to connect to and how, all of it optional.
 *
 * What is said here goes before the URL, the URL before the environment (`PGHOST`, `PGUSER`, …), and that before the
 * default. An empty string says nothing.
 */
export interface PostgresOptions {
  /**
   * Name, address, or, with a `/` first, the directory of a Unix socket (or its file); with an `@` first, an abstract one.
   * Several, as an array or with commas between them, are tried in order. Unless set: the socket in `/var/run/postgresql`
   * or `/tmp`, if there is one for the port, or else `localhost`.
   */
  host?: string | readonly string[] | undefined;
  /** One for all hosts, or one for each; 5432 unless set. */
  port?: number | readonly number[] | undefined;
  /** The operating system's name of the user unless set. */
  user?: string | undefined;
  /** As `user` unless set. */
  database?: string | undefined;
  /** Never shown when the configuration is printed. Unless set, it is looked up in `passfile`. */
  password?: PasswordSource | undefined;
  /** The file of passwords; `~/.pgpass` unless set. It is read for each connection, and must be nobody else's to read. */
  passfile?: string | undefined;
  /** `prefer` unless set, which takes an unencrypted connection, too, and checks nothing. */
  sslmode?: SslMode | undefined;
  /** `postgres` unless set. `direct` needs an `sslmode` of `require` or stronger. */
  sslnegotiation?: SslNegotiation | undefined;
  /**
   * The file of authorities to trust, or `system` for the ones that Node trusts; `~/.postgresql/root.crt`, if it is there,
   * unless set. With it, `require` means `verify-ca`.
   */
  sslrootcert?: string | undefined;
  /** The file of this side's certificate; `~/.postgresql/postgresql.crt`, if it is there, unless set. */
  sslcert?: string | undefined;
  /** The file of its key, which must be nobody else's to read; `~/.postgresql/postgresql.key` unless set. */
  sslkey?: string | undefined;
  /** Opens the key. */
  sslpassword?: string | undefined;
  /** More of TLS; `ca`, `cert` and `key` stand for the contents of the files above, and go before them. */
  tls?: PostgresTlsOptions | undefined;
  /** `prefer` unless set. */
  channelBinding?: ChannelBinding | undefined;
  /** The ways of authentication that the server may ask for, or, each with a `!`, may not; any unless set. */
  requireAuth?: string | readonly (AuthMethod | `!${AuthMethod}`)[] | undefined;
  /** For each host: until the server is ready for a statement; 10,000 unless set. */
  connectTimeoutMs?: number | undefined;
  /** For each call that has no `timeoutMs` of its own, what the driver sends for a transaction included; no limit unless set. */
  queryTimeoutMs?: number | undefined;
  /** How long the server may take to end what was cut short, before the connection is given up; 5,000 unless set. */
  cancelTimeoutMs?: number | undefined;
  /** How many prepared statements a connection keeps; 256 unless set, 0 for none. */
  statementCacheSize?: number | undefined;
  /** The largest message that is received, in bytes, and so the largest row; 1 GiB unless set. Not for rows that are dropped, or go into the caller's memory. */
  maxMessageBytes?: number | undefined;
  /** What the server shows in `pg_stat_activity`. */
  applicationName?: string | undefined;
  /** Settings of the server for the connection, by name; or libpq's text of them, such as `-c geqo=off`. */
  options?: string | Readonly<Record<string, string | number | boolean>> | undefined;
  /** Whether the operating system looks after idle connections (TCP keep-alive); true unless set. */
  keepAlive?: boolean | undefined;
  /** How values become JavaScript's. */
  types?: unknown;
}

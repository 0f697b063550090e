/** Where a server is and who connects, in a form that every client can be given. */
import type { Over } from '../harness/result.js';

/** What a client needs to connect. */
export interface Place {
  /** The folder of a Unix socket where it begins with a slash, as for libpq. */
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Encrypted, and the server's certificate not looked at: that is no part of what is measured. */
  tls: boolean;
}

/** Reads a URL of libpq, which may name a user and no host; null when it is none. */
export function parsePostgresUrl(text: string): URL | null {
  const named = text.replace('@/', '@localhost/');
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(named) ? new URL(named) : null;
}

/**
 * What a URL says, as far as it is needed here.
 *
 * @throws {Error} It cannot be reached in that way.
 */
export function placeOf(url: URL, over: Over): Place {
  const host = hostOf(url);
  const isFolder = host.startsWith('/');
  if (isFolder !== (over === 'unix'))
    throw new Error(`over ${over} the URL has to name ${over === 'unix' ? 'the folder of a Unix socket' : 'a host'}`);
  const user = decodeURIComponent(url.username) || 'postgres';
  return {
    host: host === '' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
    user,
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    tls: over === 'tls',
  };
}

/** How a URL says that it wants to be connected to. */
export function overOf(url: URL): Over {
  if (hostOf(url).startsWith('/')) return 'unix';
  return /^(?:require|verify-ca|verify-full)$/.test(url.searchParams.get('sslmode') ?? '') ? 'tls' : 'tcp';
}

function hostOf(url: URL): string {
  return url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
}

/** A place as the arguments of a program; its password goes into the environment. */
export function placeArgs({ host, port, user, database, tls }: Place): string[] {
  const where = ['--host', host, '--port', String(port), '--user', user, '--database', database];
  return tls ? [...where, '--tls'] : where;
}

/** A place as a URL. */
export function urlOf({ host, port, user, password, database, tls }: Place): string {
  const login = `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  const path = `/${encodeURIComponent(database)}`;
  if (host.startsWith('/')) return `${login}${path}?host=${encodeURIComponent(host)}&port=${port}`;
  const name = host.includes(':') ? `[${host}]` : host;
  return `${login}${name}:${port}${path}?sslmode=${tls ? 'require' : 'disable'}`;
}

/** From lists of hosts and ports to addresses. */
import { configError } from './config-error.js';
import type { Machine } from './machine.js';

const PORT_DEFAULT = 5432;
const PORT_MAX = 65_535;
/** Where PostgreSQL has its socket: as Debian and Red Hat build it, and as it is built unless told otherwise. */
const SOCKET_DIRECTORIES = ['/var/run/postgresql', '/tmp'];
const SOCKET_FILE = '.s.PGSQL.';

/** One place to connect to. */
export interface HostAddress {
  /** Name or address, or the directory of the Unix socket. */
  readonly host: string;
  /** Of a Unix socket, too: its file is named after it. */
  readonly port: number;
  /** The Unix socket itself; null for TCP. An abstract one begins with a zero. */
  readonly path: string | null;
}

/**
 * Pairs hosts with ports: one port is for all hosts, and an empty one in a list is 5432.
 *
 * @param hosts With commas between them; an empty one is the default.
 * @throws {PostgresClientError} `ERR_CONFIG`: a port that cannot be, or not as many ports as hosts.
 */
export function resolveHosts(hosts: string, ports: string, machine: Machine): readonly HostAddress[] {
  const names = hosts.split(',').map((name) => name.trim());
  const numbers = ports.split(',').map(portNumber);
  if (numbers.length !== 1 && numbers.length !== names.length)
    throw configError(`there are ${numbers.length} ports for ${names.length} hosts`);
  return names.map((name, i) => address(name, numbers.length === 1 ? numbers[0]! : numbers[i]!, machine));
}

/** Whether this is the directory where a server is looked for when nothing is said. */
export function isDefaultSocketDirectory(host: string): boolean {
  return SOCKET_DIRECTORIES.includes(host);
}

function portNumber(text: string): number {
  const digits = text.trim();
  if (digits === '') return PORT_DEFAULT;
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > PORT_MAX) throw configError(`a port must be a number from 1 to ${PORT_MAX}`);
  return port;
}

function address(name: string, port: number, machine: Machine): HostAddress {
  const host = name === '' ? defaultHost(port, machine) : name;
  return Object.freeze({ host: host.replace(/\/\.s\.PGSQL\.\d+$/, '') || '/', port, path: socketPath(host, port) });
}

function defaultHost(port: number, machine: Machine): string {
  if (machine.isWindows) return 'localhost';
  const directory = SOCKET_DIRECTORIES.find((candidate) => machine.facts(socketIn(candidate, port)) !== null);
  return directory ?? 'localhost';
}

function socketPath(host: string, port: number): string | null {
  if (host.startsWith('@')) return `\0${socketIn(host.slice(1), port)}`;
  if (!host.startsWith('/')) return null;
  return /\/\.s\.PGSQL\.\d+$/.test(host) ? host : socketIn(host, port);
}

function socketIn(directory: string, port: number): string {
  return `${directory.replace(/\/+$/, '')}/${SOCKET_FILE}${port}`;
}

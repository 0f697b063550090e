// @ts-check
// A folder outside the checkout, so that an interrupted run leaves nothing behind in it, nor anywhere else.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Calls `use` with the path of a new folder, and removes the folder when that has settled.
 *
 * @template T
 * @param {(folder: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(use) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Ctrl-C ends the process by `process.exit`, which runs no `finally`.
  process.once('exit', remove);
  try {
    return await use(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

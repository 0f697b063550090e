/** Results from where they are kept: a file, or all files of a folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyResult } from './figures.js';

/**
 * The result in a file, or every result of a folder but the interrupted ones.
 *
 * @throws {Error} There is none, or something that is no result.
 */
export async function loadResults(path: string): Promise<AnyResult[]> {
  const isFolder = (await stat(path)).isDirectory();
  if (!isFolder) return [await loadResult(path)];
  const names = (await readdir(path)).filter((name) => name.endsWith('.json') && !name.endsWith('-interrupted.json'));
  if (names.length === 0) throw new Error(`there is no result in ${path}`);
  return Promise.all(names.sort().map((name) => loadResult(join(path, name))));
}

async function loadResult(path: string): Promise<AnyResult> {
  const result = JSON.parse(await readFile(path, 'utf8')) as Partial<AnyResult> | null;
  const isResult = typeof result?.suite === 'string' && Array.isArray(result.results) && result.machine !== undefined;
  if (!isResult) throw new Error(`${path} is not a result of a suite`);
  // The first results of the idle suite lacked these.
  return { missing: [], failed: [], interrupted: false, ...result } as unknown as AnyResult;
}

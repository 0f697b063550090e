/** Where results are kept, and how they get there. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderReport } from '../report/report.js';
import type { EchoResultFile, IdleResultFile } from './result.js';

const OUT = new URL('../../out/', import.meta.url);
const RESULTS = new URL('results/', OUT);
const REPORT = new URL('report.html', OUT);

/**
 * Keeps a whole result as bench/out/results/SUITE.json in place of an earlier one, and an interrupted one beside it as
 * SUITE-interrupted.json.
 *
 * @returns Its path.
 */
export async function saveResult(result: EchoResultFile | IdleResultFile): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const isInterrupted = result.suite === 'echo' && result.interrupted;
  const file = new URL(`${result.suite}${isInterrupted ? '-interrupted' : ''}.json`, RESULTS);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return fileURLToPath(file);
}

/** Reads a result file of the echo suite; null when there is none. */
export async function readResult(path: string): Promise<EchoResultFile | null> {
  if (!existsSync(path)) return null;
  const result = JSON.parse(await readFile(path, 'utf8')) as EchoResultFile;
  if (result.suite !== 'echo') throw new Error(`${path} is not a result of the echo suite`);
  return result;
}

/**
 * Draws bench/out/report.html from the last whole result of the echo suite.
 *
 * @returns Its path, or null when nothing has been measured yet.
 */
export async function writeReport(): Promise<string | null> {
  const result = await readResult(fileURLToPath(new URL('echo.json', RESULTS)));
  if (result === null) return null;
  await writeFile(REPORT, renderReport([result]));
  return fileURLToPath(REPORT);
}

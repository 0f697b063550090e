/** Where results are kept, and how they get there. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ReportedFile, renderReport } from '../report/report.js';
import type { ResultFile } from './result.js';

const OUT = new URL('../../out/', import.meta.url);
const RESULTS = new URL('results/', OUT);
const REPORT = new URL('report.html', OUT);

/**
 * Keeps a whole result as bench/out/results/SUITE.json in place of an earlier one, and an interrupted one beside it as
 * SUITE-interrupted.json.
 *
 * @returns Its path.
 */
export async function saveResult(result: ResultFile): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const isInterrupted = 'interrupted' in result && result.interrupted;
  const file = new URL(`${result.suite}${isInterrupted ? '-interrupted' : ''}.json`, RESULTS);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return fileURLToPath(file);
}

/** Reads a result file of a suite; null when there is none. */
export async function readResult<S extends ResultFile['suite']>(
  path: string,
  suite: S,
): Promise<Extract<ResultFile, { suite: S }> | null> {
  if (!existsSync(path)) return null;
  const result = JSON.parse(await readFile(path, 'utf8')) as ResultFile;
  if (result.suite !== suite) throw new Error(`${path} is not a result of the ${suite} suite`);
  return result as Extract<ResultFile, { suite: S }>;
}

/**
 * Draws bench/out/report.html from the last whole result of each suite that the report shows.
 *
 * @returns Its path, or null when nothing has been measured yet.
 */
export async function writeReport(): Promise<string | null> {
  const kept = async <S extends ReportedFile['suite']>(suite: S): Promise<Extract<ResultFile, { suite: S }> | null> =>
    readResult(fileURLToPath(new URL(`${suite}.json`, RESULTS)), suite);
  const results = [await kept('echo'), await kept('flood'), await kept('write')].filter((result) => result !== null);
  if (results.length === 0) return null;
  await writeFile(REPORT, renderReport(results));
  return fileURLToPath(REPORT);
}

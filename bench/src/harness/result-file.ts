/** Where results are kept, and how they get there. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SUITES, type SuiteName } from '../report/suites.js';
import type { ResultFile, SuiteResult } from './result.js';

/** `LANDFALL_BENCH_OUT` is another folder to keep results in. */
const OUT = process.env['LANDFALL_BENCH_OUT']
  ? pathToFileURL(`${process.env['LANDFALL_BENCH_OUT']}/`)
  : new URL('../../out/', import.meta.url);
const RESULTS = new URL('results/', OUT);
const REPORT = new URL('report.html', OUT);

/**
 * Keeps a whole result as bench/out/results/SUITE.json in place of an earlier one, and an interrupted one beside it as
 * SUITE-interrupted.json.
 *
 * @returns Its path.
 */
export async function saveResult(result: SuiteResult<string, unknown, unknown>): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(`${result.suite}${result.interrupted ? '-interrupted' : ''}.json`, RESULTS);
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
 * Draws bench/out/report.html from the last whole result of each suite; of a suite that never ran to its end, from its
 * interrupted one.
 *
 * @returns Its path, or null when nothing has been measured yet.
 */
export async function writeReport(): Promise<string | null> {
  const results = (await Promise.all(SUITES.map(keptResult))).filter((result) => result !== null);
  if (results.length === 0) return null;
  // Only here: its charts take longer to load than many a command to run.
  const { renderReport } = await import('../report/report.js');
  await writeFile(REPORT, renderReport(results));
  return fileURLToPath(REPORT);
}

async function keptResult(suite: SuiteName): Promise<ResultFile | null> {
  const kept = async (name: string): Promise<ResultFile | null> =>
    readResult(fileURLToPath(new URL(`${name}.json`, RESULTS)), suite);
  return (await kept(suite)) ?? kept(`${suite}-interrupted`);
}

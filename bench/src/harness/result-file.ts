/** Where results are kept, and how they get there. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderReport } from '../report/report.js';
import type { EchoResultFile } from './result.js';

const OUT = new URL('../../out/', import.meta.url);
const RESULTS = new URL('results/', OUT);
const REPORT = new URL('report.html', OUT);

/** Keeps a result as bench/out/results/SUITE.json, in place of an earlier one. */
export async function saveResult(result: EchoResultFile): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${result.suite}.json`, RESULTS), `${JSON.stringify(result, null, 2)}\n`);
}

/** Reads a result file. */
export async function readResult(path: string | URL): Promise<EchoResultFile> {
  const result = JSON.parse(await readFile(path, 'utf8')) as EchoResultFile;
  if (result.suite !== 'echo') throw new Error(`${path} is not a result of the echo suite`);
  return result;
}

/**
 * Draws bench/out/report.html from all kept results.
 *
 * @returns Its path, or null when nothing has been measured yet.
 */
export async function writeReport(): Promise<string | null> {
  await mkdir(RESULTS, { recursive: true });
  const names = (await readdir(RESULTS)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) return null;
  const results = await Promise.all(names.map((name) => readResult(new URL(name, RESULTS))));
  await writeFile(REPORT, renderReport(results));
  return fileURLToPath(REPORT);
}

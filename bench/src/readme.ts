/**
 * The echo table of the root README, made from a committed result file so that no figure in it comes from a hand:
 *
 *     node bench/dist/readme.js --write [RESULT]   puts the table between the marks
 *     node bench/dist/readme.js --check [RESULT]   exit status 1 when something else stands there
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable, replaceBetweenMarks } from './echo/markdown.js';
import { readResult } from './harness/result-file.js';

const README = new URL('../../README.md', import.meta.url);
/** The run that README shows, unless another one is named. */
const COMMITTED_RESULT = fileURLToPath(new URL('../results/echo.json', import.meta.url));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
  });
  const resultPath = positionals[0] ?? COMMITTED_RESULT;
  if (positionals.length > 1 || values.write === values.check) {
    console.error('usage: node bench/dist/readme.js --write|--check [RESULT]');
    return 2;
  }
  const result = await readResult(resultPath, 'echo');
  if (result === null) {
    console.error(`there is no result ${resultPath}: keep one of bench/out/results there, or name another`);
    return 1;
  }
  const before = await readFile(README, 'utf8');
  const after = replaceBetweenMarks(before, markdownTable(result));
  if (values.write) {
    await writeFile(README, after);
    return 0;
  }
  if (before === after) return 0;
  console.error(`the echo table in README.md is not that of ${resultPath}: run readme.js --write`);
  return 1;
}

process.exitCode = await main();

/**
 * The tables of the root README, made from committed result files so that no figure in them comes from a hand:
 *
 *     node bench/dist/readme.js --write [FOLDER]   puts each table between its marks
 *     node bench/dist/readme.js --check [FOLDER]   exit status 1 when something else stands there
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable as echoTable } from './echo/markdown.js';
import { readResult } from './harness/result-file.js';
import { markdownTable as postgresTable } from './postgres/markdown.js';
import { replaceBetweenMarks } from './report/marked-table.js';

const README = new URL('../../README.md', import.meta.url);
/** The runs that README shows, unless another folder is named. */
const COMMITTED_RESULTS = fileURLToPath(new URL('../results', import.meta.url));

/** The tables by their marks; null where there is no such result. */
async function tablesOf(folder: string): Promise<[name: string, table: string | null][]> {
  const echo = await readResult(join(folder, 'echo.json'), 'echo');
  const postgres = await readResult(join(folder, 'postgres.json'), 'postgres');
  return [
    ['echo', echo && echoTable(echo)],
    ['postgres', postgres && postgresTable(postgres)],
  ];
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
  });
  const folder = positionals[0] ?? COMMITTED_RESULTS;
  if (positionals.length > 1 || values.write === values.check) {
    console.error('usage: node bench/dist/readme.js --write|--check [FOLDER]');
    return 2;
  }
  const before = await readFile(README, 'utf8');
  let after = before;
  for (const [name, table] of await tablesOf(folder)) {
    if (table === null) {
      console.error(`there is no result ${join(folder, `${name}.json`)}: keep one of bench/out/results there`);
      return 1;
    }
    after = replaceBetweenMarks(after, name, table);
  }
  if (values.write) {
    await writeFile(README, after);
    return 0;
  }
  if (before === after) return 0;
  console.error(`a table in README.md is not that of ${folder}: run readme.js --write`);
  return 1;
}

process.exitCode = await main();

/** The table of scenarios says where each is tested: none is left out, and no file it names is gone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));
const SCENARIOS = 133;

/** The cells of every row: scenarios, where they are from, the case, and its files. In the table of faults the first two change places. */
const rows = readFileSync(`${PACKAGE}/test/SCENARIOS.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !/^\| (scenario|what goes wrong) /.test(line))
  .map((line) => line.split(/ ?\| ?/).slice(1, -1));

/** Numbers of scenarios in a text: `14, 60` in `14, 60: a reset …`. */
function numbersOf(text: string): number[] {
  return (/^\d+(, \d+)*/.exec(text)?.[0] ?? '').split(', ').filter(Boolean).map(Number);
}

const mapped = new Set(rows.flatMap(([first = '']) => numbersOf(first)));

function sourcesIn(folder: string): string[] {
  return readdirSync(`${PACKAGE}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${PACKAGE}/${folder}/${file}`);
}

const tests = sourcesIn('test');
const names = new Set(
  [...tests, ...sourcesIn('src/testing')].map((file) => basename(file).replace(/(\.test)?\.ts$/, '')),
);

test('every scenario from 1 to 133 has a row', () => {
  const missing = Array.from({ length: SCENARIOS }, (_, i) => i + 1).filter((number) => !mapped.has(number));
  assert.deepEqual(missing, []);
});

test('every row names what tests it, or says why nothing does; the files it names are there', () => {
  for (const cells of rows) {
    assert.equal(cells.length, 4, cells.join(' | '));
    const [first, , sentence, where = ''] = cells;
    const files = [...where.split(';')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    if (sentence === '–') assert.match(where, /does not apply|no such scenarios?/, first);
    else assert.ok(files.length > 0, `${first}: ${sentence}`);
    if (sentence === '–') continue;
    for (const file of files) assert.ok(names.has(basename(file)), `${first}: there is no ${file}`);
  }
});

test('the scenarios that tests name are in the table', () => {
  for (const file of tests) {
    for (const [, title = ''] of readFileSync(file, 'utf8').matchAll(/\btest\(\s*['`](\d[^'`]*)['`]/g))
      for (const number of numbersOf(title)) assert.ok(mapped.has(number), `${basename(file)}: ${title}`);
  }
});

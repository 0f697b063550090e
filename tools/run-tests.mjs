// @ts-check
// Runs every compiled test under the Node that runs this file, and ends with the count. Nothing is built here.
//
//     node tools/run-tests.mjs                          everything
//     node tools/run-tests.mjs packages/landfall/       files whose path contains this (with a slash or a file ending)
//     node tools/run-tests.mjs 'half close'             tests whose name matches this
//     node tools/run-tests.mjs --test-concurrency=1     any option of `node --test`
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { inTemporaryFolder } from './temporary-folder.mjs';
import { compiledTests, selectTests } from './tests/compiled-tests.mjs';

/** All files together; `node --test` is ended after it. */
const suiteTimeoutMs = 20 * 60_000;
/** One file. Below the whole, so that the file that hangs is named. */
const fileTimeoutMs = 4 * 60_000;
/** Files at a time. Node runs one less than there are processors, though half of a file's time is waiting for a peer. */
const concurrency = Math.max(2, availableParallelism() - 1);

const root = fileURLToPath(new URL('..', import.meta.url));
const isFile = (/** @type {string} */ word) => /[/\\]|\.[jt]s$/.test(word);

/** @param {readonly string[]} args */
async function main(args) {
  const options = args.filter((arg) => arg.startsWith('-'));
  const words = args.filter((arg) => !arg.startsWith('-'));
  const files = selectTests(compiledTests(root), words.filter(isFile), root);
  if (files.length === 0) return fail('no test file to run');

  const patterns = words.filter((word) => !isFile(word)).map(namePattern);
  return inTemporaryFolder((scratch) => runFiles(files, [...options, ...patterns], scratch));
}

/**
 * @param {readonly string[]} files
 * @param {readonly string[]} options
 * @param {string} scratch
 */
async function runFiles(files, options, scratch) {
  const tallyFile = join(scratch, 'tally.json');
  const tallyReporter = new URL('./tests/tally.mjs', import.meta.url).href;
  const outcome = await runChild(
    process.execPath,
    [
      ...['--test', `--test-timeout=${fileTimeoutMs}`, `--test-concurrency=${concurrency}`],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${tallyReporter}`, `--test-reporter-destination=${tallyFile}`],
      ...options,
      ...files,
    ],
    { cwd: root, timeoutMs: suiteTimeoutMs, live: true },
  );
  if (outcome.timedOut) return fail(`the tests took longer than ${suiteTimeoutMs / 60_000} minutes and were ended`);

  const tally = readTally(tallyFile);
  if (tally === undefined) return fail(`node --test ended with status ${outcome.status} and counted nothing`);
  for (const name of tally.failures) console.log(`failed: ${name}`);
  const unrun = [
    ...(tally.skipped > 0 ? [`, ${tally.skipped} skipped`] : []),
    ...(tally.todo > 0 ? [`, ${tally.todo} todo`] : []),
  ].join('');
  console.log(`${tally.passed} passed, ${tally.failed} failed${unrun} (${outcome.seconds.toFixed(1)} s)`);
  if (tally.passed + tally.failed === 0) return fail('no test ran');
  return outcome.ok && tally.failed === 0 ? 0 : 1;
}

/**
 * @param {string} file
 * @returns {import('./tests/tally.mjs').Tally | undefined}
 */
function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`no tally: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** @param {string} words */
function namePattern(words) {
  return `--test-name-pattern=${words}`;
}

/** @param {string} why */
function fail(why) {
  console.error(`run-tests: ${why}`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));

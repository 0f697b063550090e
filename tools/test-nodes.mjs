// @ts-check
// Runs what is built under other runtimes: the whole suite under other versions of Node, the contract cases and those
// of TLS under Bun and Deno. Each runtime is fetched on demand.
//
//     npm run test:nodes -- 20 22 24 26      the newest of these majors; an exact version is fine too
//     npm run test:nodes -- bun deno
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { fetchRuntime } from './runtimes/fetch.mjs';
import { compiledTests } from './tests/compiled-tests.mjs';

/** Above the suite's own deadline, which says more. */
const suiteTimeoutMs = 21 * 60_000;
/** What is run under Bun and Deno. */
const folders = ['contract', 'tls'].map((name) => join('packages', 'landfall', 'dist-test', name));
const contractTestTimeoutMs = 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {import('./runtimes/fetch.mjs').Runtime} Runtime */

/** @param {readonly string[]} wanted */
async function main(wanted) {
  /** @type {string[]} */
  const summary = [];
  let failed = 0;
  for (const name of wanted) {
    const { ok, line } = await testUnder(name);
    if (!ok) failed += 1;
    console.log(line);
    summary.push(line);
  }
  if (wanted.length > 1) console.log(`\n${summary.join('\n')}`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {string} wanted
 * @returns {Promise<{ ok: boolean, line: string }>}
 */
async function testUnder(wanted) {
  try {
    const runtime = await fetchRuntime(wanted, root);
    const title = `${runtime.kind} ${runtime.version}`;
    console.log(`${title} …`);
    const { ok, output, timedOut, seconds } = await runSuite(runtime);
    const counted = countedIn(output);
    const isGood = ok && counted !== undefined && counted.passed > 0;
    if (!isGood) console.log(output);
    else for (const reason of skippedIn(output)) console.log(`  ${reason}`);
    const counts = counted === undefined ? 'no test ran' : `${counted.passed} passed, ${counted.failed} failed`;
    const why = timedOut ? ', ended at its deadline' : '';
    return { ok: isGood, line: `${isGood ? 'ok    ' : 'FAILED'} ${title}: ${counts}${why} (${seconds.toFixed(1)} s)` };
  } catch (error) {
    return { ok: false, line: `FAILED ${wanted}: ${error instanceof Error ? error.message : error}` };
  }
}

/** @param {Runtime} runtime */
function runSuite({ kind, binary }) {
  const env = {
    ...process.env,
    // A test that starts `node` by its name shall get this one.
    PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}`,
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    DENO_DIR: join(root, '.nodes', 'deno-cache'),
    DENO_NO_UPDATE_CHECK: '1',
  };
  // The suite ends what it started by itself when it is told to stop, so it is told rather than killed.
  return runChild(binary, argsOf(kind), { cwd: root, env, timeoutMs: suiteTimeoutMs, endWith: 'SIGTERM' });
}

/** @param {Runtime['kind']} kind */
function argsOf(kind) {
  if (kind === 'node') return [join('tools', 'run-tests.mjs')];
  const files = compiledTests(root).filter((file) => folders.some((folder) => file.startsWith(folder)));
  if (files.length === 0) throw new Error(`there are no tests in ${folders.join(' and ')}`);
  const paths = files.map((file) => `./${file}`);
  if (kind === 'bun') return ['test', `--timeout=${contractTestTimeoutMs}`, ...paths];
  return ['test', '--allow-all', '--no-check', '--no-lock', '--no-remote', '--node-modules-dir=manual', ...paths];
}

/**
 * The last count that a runner printed: `3 passed, 0 failed`, ` 3 pass` and ` 0 fail`, `3 passed (2 steps) | 0 failed`.
 *
 * @param {string} output
 */
function countedIn(output) {
  const passed = [...output.matchAll(/(\d+) pass(?:ed)?\b/g)].at(-1)?.[1];
  const failed = [...output.matchAll(/(\d+) fail(?:ed)?\b/g)].at(-1)?.[1];
  return passed === undefined || failed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}

/**
 * Why tests were skipped, or parts of them, as they say themselves; each reason once.
 *
 * @param {string} output
 */
function skippedIn(output) {
  return new Set([...output.matchAll(/^skipped[^:\n]*: .+$/gm)].map(([line]) => line));
}

const wanted = process.argv.slice(2);
process.exitCode = await main(wanted.length > 0 ? wanted : ['20', '22', '24', '26']);

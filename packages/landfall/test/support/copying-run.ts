/** Test files once more, in a process of their own in which nothing is received directly. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../../dist/testing/waiting.js';
import { isNode } from './runtime.js';

/** Below the deadline of a test file. */
const RUN_TIMEOUT_MS = 200_000;

/** Everything is copied in this process, as asked for. */
export const isCopying: boolean = process.env['LANDFALL_RECEIVE'] === 'copy';

/**
 * Runs test files where everything is copied, unless this is that run.
 *
 * @param mustRun The name of a test that only such a run has, to know that it was one.
 */
export async function runCopying(paths: readonly string[], mustRun: RegExp): Promise<void> {
  if (isCopying) return;
  if (!isNode)
    return console.log('skipped: only Node runs its tests in a process of their own; this one receives as it can');
  // Without this variable of the test runner's, which would keep the inner one from running anything.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...paths], {
    env: { ...env, LANDFALL_RECEIVE: 'copy' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  try {
    const [status] = await within('the copying run', once(child, 'close'), RUN_TIMEOUT_MS);
    const text = Buffer.concat(output).toString();
    assert.equal(status, 0, failuresIn(text) || text.slice(-4000));
    assert.match(text, mustRun);
  } finally {
    child.kill();
  }
}

/** The tests that failed, by TAP, each with what it said: the indented block behind its line. */
function failuresIn(tap: string): string {
  return tap
    .split(/^(?= *(?:not )?ok \d+ - )/m)
    .filter((report) => /^ *not ok /.test(report))
    .map((report) => report.slice(0, 2000))
    .join('');
}

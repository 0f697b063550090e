/** A suite's result, as its command prints it. */
import assert from 'node:assert/strict';
import type { SuiteResult } from '../harness/result.js';
import { runBench } from './run-bench.js';

/** Runs a suite that has to end well and to print exactly one JSON object, and looks at what all results have. */
export async function resultOf<File extends SuiteResult<string, unknown, { contender: string }>>(
  ...words: string[]
): Promise<File> {
  const { status, stdout, stderr } = await runBench(...words, '--json');
  assert.equal(status, 0, stderr);
  const file = JSON.parse(stdout) as File;
  assert.equal(file.suite, words[0]);
  assert.ok(file.machine.node !== '' && file.startedAt !== '');
  for (const [name, words] of Object.entries(file.method)) assert.ok(words !== '', name);
  assert.deepEqual([file.failed, file.interrupted], [[], false]);
  assert.ok(file.results.length > 0);
  return file;
}

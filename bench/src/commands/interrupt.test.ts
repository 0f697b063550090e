import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { findContenders } from '../echo/catalogue.js';
import type { SuiteResult } from '../harness/result.js';
import { said, startBenchInto } from '../testing/run-bench.js';

const out = mkdtempSync(join(tmpdir(), 'landfall-interrupt-'));
after(() => rmSync(out, { recursive: true }));
const noC = (await findContenders(['c'])).missing.length > 0 && 'no C compiler here';
const noProc = process.platform !== 'linux' && 'processes are looked for in /proc, which only Linux has';

/** Runs that take minutes, and the line after which they are interrupted. */
const RUNS: [words: string[], line: RegExp][] = [
  [['echo', '--frame-bytes', '1000000', '--frames', '4000', '--contenders', 'node-data'], /\[1\/5\]/],
  [['flood', '--frame-bytes', '100', '--seconds', '1', '--rounds', '99', '--contenders', 'landfall'], /\[1\/99\]/],
  [['write', '--frames', '100000', '--rounds', '999', '--contenders', 'landfall'], /\[1\/999\]/],
  [['streams', '--milliseconds', '100', '--rounds', '99', '--contenders', 'landfall-idle'], /\[1\/99\]/],
  [['tls', '--frame-bytes', '1024', '--rounds', '99', '--contenders', 'landfall'], /\[1\/495\]/],
  [['ping', '--frames', '1000', '--rounds', '999', '--contenders', 'landfall'], /\[1\/999\]/],
  [['connections', '--connections', '10', '--rounds', '99', '--contenders', 'landfall'], /\[1\/99\]/],
  [['memory', '--frames', '100000', '--rounds', '999', '--contenders', 'landfall'], /\[1\/999\]/],
  [['idle', '--quick', '--connections', '10', '--rounds', '99', '--contenders', 'landfall'], /\[1\/198\]/],
  [['soak', '--minutes', '5', '--connections', '4'], /s of 300: /],
];

/** The processes that a process has started, and theirs. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

/** Null for a process that is gone by now. */
function parentOf(pid: string): number | null {
  const file = `/proc/${pid}/status`;
  try {
    return Number(readFileSync(file, 'utf8').match(/^PPid:\s*(\d+)/m)?.[1]);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

describe('an interrupt', { skip: noC || noProc, concurrency: 2 }, () => {
  for (const [words, line] of RUNS) {
    const [suite] = words;
    it(`slow: stops ${suite}, keeps and prints what was measured, and leaves no process`, async () => {
      const bench = startBenchInto(out, ...words, '--json');
      const pid = bench.process.pid ?? assert.fail('it was not started');
      await said(bench.process.stderr, line);
      const started = descendants(pid);
      // Twice, as when npm passes on what the terminal has sent to both.
      bench.process.kill('SIGINT');
      bench.process.kill('SIGINT');
      const { status, stdout, stderr } = await bench.outcome;
      assert.equal(status, 130, stderr);
      const printed = JSON.parse(stdout) as SuiteResult<string, unknown, unknown>;
      assert.equal(printed.interrupted, true);
      assert.ok(printed.results.length > 0);
      const kept = join(out, 'results', `${suite}-interrupted.json`);
      assert.deepEqual(JSON.parse(readFileSync(kept, 'utf8')), printed);
      assert.match(stderr, new RegExp(`kept as .*${suite}-interrupted\\.json`));
      assert.equal(existsSync(join(out, 'results', `${suite}.json`)), false);
      for (const child of started) assert.equal(existsSync(`/proc/${child}`), false, `${child} is left`);
    });
  }
});

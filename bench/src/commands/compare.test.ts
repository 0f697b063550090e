import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { IdleResultFile, Machine } from '../harness/result.js';
import { MADE_MACHINE, MADE_METHOD } from '../testing/made-results.js';
import { runBench } from '../testing/run-bench.js';

const folder = mkdtempSync(join(tmpdir(), 'landfall-compare-'));
after(() => rmSync(folder, { recursive: true }));

/** A result of the idle suite, whose connections cost so many bytes, in five rounds. */
function keep(name: string, bytes: number, machine: Machine = MADE_MACHINE): string {
  const samples = [0, 1, 2, 3, 4].map((round) => ({ round, bytesPerConnection: bytes + round, isSettled: true }));
  const result: IdleResultFile = {
    suite: 'idle',
    machine,
    method: MADE_METHOD,
    startedAt: '2026-11-23T07:40:00.000Z',
    options: { connections: 10, rounds: 5, quick: false },
    results: [
      {
        contender: 'landfall',
        side: 'accepted',
        connections: 10,
        bytesPerConnection: bytes + 2,
        bytesPerConnectionMin: bytes,
        bytesPerConnectionMax: bytes + 4,
        samples,
        runtime: '',
      },
    ],
    missing: [],
    failed: [],
    interrupted: false,
  };
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(result));
  return path;
}

describe('bench compare', () => {
  const old = keep('old.json', 1000);

  it('ends with 0 when nothing is worse, and states its criterion', async () => {
    const { status, stdout } = await runBench('compare', old, keep('less.json', 500));
    assert.equal(status, 0);
    assert.match(stdout, /1 better, 0 worse/);
    assert.match(stdout, /landfall, accepted, 10 connections .* better/);
    assert.match(stdout, /A figure changed when/);
  });

  it('ends with 1 when something is worse, and prints one JSON object', async () => {
    const { status, stdout } = await runBench('compare', old, keep('more.json', 1500), '--json');
    assert.equal(status, 1);
    const { comparisons } = JSON.parse(stdout);
    assert.equal(comparisons[0].changes[0].verdict, 'worse');
  });

  it('compares the suites that two folders share, and names the others', async () => {
    keep('before/idle.json', 1000);
    keep('after/idle.json', 1000);
    writeFileSync(join(folder, 'before', 'echo.json'), JSON.stringify({ suite: 'echo', machine: {}, results: [] }));
    const { status, stdout, stderr } = await runBench('compare', join(folder, 'before'), join(folder, 'after'));
    assert.equal(status, 0, stderr);
    assert.match(stdout, /1 figures compared: 0 better, 0 worse, 1 the same/);
    assert.match(stderr, /only the old side has echo/);
  });

  it('refuses with 3 to compare two machines, unless it is forced to, and then says so', async () => {
    const other = keep('other.json', 1000, { ...MADE_MACHINE, cpu: 'Another processor' });
    const refused = await runBench('compare', old, other);
    assert.equal(refused.status, 3);
    assert.match(refused.stderr, /not comparable:\n {2}cpu: A processor, then Another processor/);
    assert.equal(refused.stdout, '');
    const forced = await runBench('compare', old, other, '--force');
    assert.equal(forced.status, 0);
    assert.match(forced.stderr, /NOT THE SAME MACHINE: cpu/);
  });

  it('says what is no result, and ends with 3', async () => {
    writeFileSync(join(folder, 'nothing.json'), '{}');
    const { status, stderr } = await runBench('compare', old, join(folder, 'nothing.json'));
    assert.equal(status, 3);
    assert.match(stderr, /nothing\.json is not a result of a suite/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldRates, rateSample } from '../harness/rates.js';
import type { FailedContender, FloodResult, FloodResultFile, MissingContender } from '../harness/result.js';
import { MADE_MACHINE, MADE_METHOD, UNKNOWN_WORK } from '../testing/made-results.js';
import { type Change, type Comparison, compareResults, differences } from './comparison.js';

const QUIET = [1, 1.01, 0.99, 1.005, 0.995, 1, 1.002];
const NOISY = [1, 1.4, 0.6, 1.3, 0.7, 1.1, 0.9];

interface Rest {
  missing?: MissingContender[];
  failed?: FailedContender[];
}

function row(contender: string, frameBytes: number, rounds: readonly number[]): FloodResult {
  const samples = rounds.map((factor, round) =>
    rateSample(round, Math.round(1e6 * factor), { seconds: 1, cpuSeconds: 0.5 * factor }),
  );
  const ratios = { ratioToC: null, ratioToGo: null, copiedBytesPerByte: null, ...UNKNOWN_WORK };
  return { contender, runtime: '', ...foldRates(samples, frameBytes), ...ratios };
}

function file(results: FloodResult[], rest: Rest = {}): FloodResultFile {
  return {
    suite: 'flood',
    machine: MADE_MACHINE,
    method: MADE_METHOD,
    startedAt: '2026-11-23T07:40:00.000Z',
    options: { frameBytes: [16], amount: { seconds: 1 }, rounds: 7 },
    results,
    missing: [],
    failed: [],
    interrupted: false,
    ...rest,
  };
}

function scaled(rounds: readonly number[], factor: number): number[] {
  return rounds.map((round) => round * factor);
}

/** What became of the frames per second of a row. */
function rateChange({ changes }: Comparison, rowName: string): Change {
  const change = changes.find(({ row: name, measure }) => name === rowName && measure === 'frames/s');
  return change ?? assert.fail(`no change of ${rowName}`);
}

describe('a comparison', () => {
  const old = file([row('landfall', 16, QUIET), row('landfall', 100, QUIET), row('c', 16, NOISY)]);

  it('finds nothing in the same figures', () => {
    const { changes, gone, added } = compareResults(old, old);
    assert.deepEqual(new Set(changes.map(({ verdict }) => verdict)), new Set(['same']));
    assert.deepEqual([gone, added], [[], []]);
    assert.equal(changes.length, 2 * 3);
  });

  it('finds what is faster and what is slower, each at its size', () => {
    const now = file([row('landfall', 16, scaled(QUIET, 1.1)), row('landfall', 100, scaled(QUIET, 0.9))]);
    const comparison = compareResults(old, now);
    const faster = rateChange(comparison, 'landfall, 16 bytes');
    assert.equal(faster.verdict, 'better');
    assert.ok(Math.abs(faster.ratio - 1.1) < 1e-6);
    assert.equal(rateChange(comparison, 'landfall, 100 bytes').verdict, 'worse');
  });

  it('takes more time for the same as worse', () => {
    const slow = row('landfall', 16, QUIET);
    const now = file([{ ...slow, samples: slow.samples.map((sample) => ({ ...sample, cpuSeconds: 1 })) }]);
    const cpu = compareResults(old, now).changes.find(({ measure }) => measure === 'CPU µs/frame');
    assert.equal(cpu?.verdict, 'worse');
  });

  it('takes a difference within the spread for noise', () => {
    const now = file([row('c', 16, scaled(NOISY, 1.1))]);
    const change = rateChange(compareResults(old, now), 'c, 16 bytes');
    assert.equal(change.verdict, 'same');
    assert.ok(change.probability > 0.2);
  });

  it('does not tell of a sure but small difference', () => {
    const now = file([row('landfall', 16, scaled(QUIET, 1.025))]);
    const change = rateChange(compareResults(old, now), 'landfall, 16 bytes');
    assert.equal(change.verdict, 'same');
    assert.ok(change.probability < 0.01);
  });

  it('says of too few rounds that they show nothing', () => {
    const now = file([row('landfall', 16, scaled(QUIET.slice(0, 4), 2))]);
    assert.equal(rateChange(compareResults(old, now), 'landfall, 16 bytes').verdict, 'unclear');
  });

  it('names rows that are gone, with the reason, and rows that are new', () => {
    const now = file([row('landfall', 16, QUIET), row('rust', 16, QUIET)], {
      failed: [{ contender: 'c', error: 'it fell over' }],
    });
    const { gone, added } = compareResults(old, now);
    assert.deepEqual(gone, [
      { row: 'landfall, 100 bytes', why: 'it was not asked for', hasFailed: false },
      { row: 'c, 16 bytes', why: 'failed: it fell over', hasFailed: true },
    ]);
    assert.deepEqual(added, ['rust, 16 bytes']);
    const missing = [{ contender: 'c', why: 'no cc', remedy: 'install it' }];
    assert.equal(compareResults(old, file([], { missing })).gone.at(-1)?.why, 'missing: no cc');
  });

  it('names options that differ, rounds left out', () => {
    const other = { ...old, options: { frameBytes: [16], amount: { seconds: 2 }, rounds: 3 } };
    assert.deepEqual(compareResults(old, other).differentOptions, ['amount: {"seconds":1}, then {"seconds":2}']);
  });
});

describe('two machines', () => {
  it('are the same with a little more memory, another Node and another commit', () => {
    const now = { ...MADE_MACHINE, memoryBytes: 8.1e9, node: '24.0.0', commit: 'abc' };
    assert.deepEqual(differences(MADE_MACHINE, now), []);
  });

  it('are not the same with another processor, system or half the memory', () => {
    for (const other of [{ cpu: 'B' }, { cores: 4 }, { system: 'Linux 7' }, { memoryBytes: 4e9 }]) {
      assert.equal(differences(MADE_MACHINE, { ...MADE_MACHINE, ...other }).length, 1);
    }
  });
});

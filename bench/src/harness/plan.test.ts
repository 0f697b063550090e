import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planLines, tookWords } from './plan.js';
import { durationWords } from './time-left.js';

describe('a plan', () => {
  const suites = [
    { name: 'echo', args: ['--quick', '--rounds', '3'], budgetSeconds: 75 },
    { name: 'flood', args: ['--rounds', '5'], budgetSeconds: 600 },
  ];

  it('names every suite with its time and its size, and when all of it ends', () => {
    assert.deepEqual(planLines(suites, new Date(2026, 10, 23, 23, 55)), [
      '2 suites, 12 min in all, until 00:06:',
      '  echo         75 s    --quick --rounds 3',
      '  flood        10 min  --rounds 5',
    ]);
  });

  it('says which suite took longer than planned', () => {
    assert.equal(tookWords({ name: 'echo', budgetSeconds: 75 }, 70.2), 'echo took 71 s');
    assert.equal(tookWords({ name: 'echo', budgetSeconds: 75 }, 90), 'echo took 90 s, more than its 75 s');
  });

  it('counts in minutes from two on', () => {
    assert.deepEqual([0.2e3, 119e3, 120e3, 121e3].map(durationWords), ['1 s', '119 s', '2 min', '3 min']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rankSumProbability } from './rank-sum.js';

/** Of published tables: the two-sided probability of each rank-sum statistic U that samples without ties can have. */
const KNOWN: [left: number[], right: number[], probability: number][] = [
  [[1, 2, 3], [4, 5, 6], 2 / 20],
  [[4, 5, 6], [1, 2, 3], 2 / 20],
  [[1, 2, 3, 4], [5, 6, 7, 8], 2 / 70],
  [[1, 2, 3, 5], [4, 6, 7, 8], 4 / 70],
  [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2 / 252],
  [[1, 4], [2, 3], 1],
  [[1], [2], 1],
];

describe('the rank-sum test', () => {
  for (const [left, right, probability] of KNOWN) {
    it(`gives ${probability.toFixed(4)} for ${left} against ${right}`, () => {
      assert.ok(Math.abs(rankSumProbability(left, right) - probability) < 1e-12);
    });
  }

  it('does not tell equal samples apart', () => {
    assert.equal(rankSumProbability([5, 5, 5, 5], [5, 5, 5, 5]), 1);
    assert.equal(rankSumProbability([1, 2, 2, 3], [1, 2, 2, 3]), 1);
  });

  it('says the same whichever set is named first', () => {
    const [left, right] = [
      [1.5, 2, 2, 9, 4],
      [3, 2, 8, 8.5, 7, 10],
    ];
    assert.equal(rankSumProbability(left ?? [], right ?? []), rankSumProbability(right ?? [], left ?? []));
  });

  it('takes dozens of samples', () => {
    const left = Array.from({ length: 40 }, (_, at) => at);
    const right = Array.from({ length: 40 }, (_, at) => at + 30);
    assert.ok(rankSumProbability(left, right) < 1e-9);
  });
});

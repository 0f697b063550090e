/**
 * Whether two rows of one run differ by more than their rounds do.
 *
 * - From LEAST_ROUNDS rounds on each side, `compare`'s rule holds: medians LEAST_CHANGE apart, and a rank-sum test.
 * - With three or four rounds that test can say nothing. Then no round of one may reach any round of the other.
 * - With fewer nothing is said.
 */
import { LEAST_CHANGE, LEAST_ROUNDS, MOST_CHANCE } from '../compare/comparison.js';
import { rankSumProbability } from '../compare/rank-sum.js';
import { median } from '../harness/statistics.js';

/** With fewer rounds on a side nothing is said. */
export const LEAST_ROUNDS_APART = 3;

/** How the first row stands to the second. */
export type Standing = 'ahead' | 'behind' | 'alike' | 'unknown';

/** Compares two rows by their rounds; `better` says which way a figure is good. */
export function standing(first: readonly number[], second: readonly number[], better: 'more' | 'less'): Standing {
  const rounds = Math.min(first.length, second.length);
  if (rounds < LEAST_ROUNDS_APART) return 'unknown';
  const [one, other] = [median(first), median(second)];
  if (!(Math.min(one, other) > 0) || Math.max(one / other, other / one) < 1 + LEAST_CHANGE) return 'alike';
  const isApart = rounds < LEAST_ROUNDS ? isDisjoint(first, second) : rankSumProbability(first, second) < MOST_CHANCE;
  if (!isApart) return 'alike';
  return one > other === (better === 'more') ? 'ahead' : 'behind';
}

function isDisjoint(first: readonly number[], second: readonly number[]): boolean {
  return Math.max(...first) < Math.min(...second) || Math.max(...second) < Math.min(...first);
}

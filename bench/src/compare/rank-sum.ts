/**
 * The rank-sum test of Mann, Whitney and Wilcoxon: how often two sets of samples would lie as far apart as these do, if
 * it were chance which set each sample is in. It asks nothing of how the samples are distributed.
 *
 * The probability is exact: the ways to choose one set among all samples are counted, by the sum of their ranks. Equal
 * samples share the mean of their ranks, so ranks are counted in halves.
 */

/** The two-sided probability; 1 when the sets cannot be told apart. Each set has at least one sample. */
export function rankSumProbability(left: readonly number[], right: readonly number[]): number {
  const ranks = doubledRanks([...left, ...right]);
  const ways = waysBySum(ranks, left.length);
  const seenSum = sum(ranks.slice(0, left.length));
  // All sums lie symmetrically around this one.
  const middle = left.length * (ranks.length + 1);
  const distance = Math.abs(seenSum - middle);
  let allWays = 0;
  let farWays = 0;
  for (const [rankSum, count] of ways) {
    allWays += count;
    if (Math.abs(rankSum - middle) >= distance) farWays += count;
  }
  return farWays / allWays;
}

/** Twice the rank of each value, in the order of the values. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((one, other) => one - other);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}

/** For each sum that `count` of the ranks can have: in how many ways. */
function waysBySum(ranks: readonly number[], count: number): Map<number, number> {
  const waysOf = Array.from({ length: count + 1 }, () => new Map<number, number>());
  waysOf[0]?.set(0, 1);
  for (const rank of ranks) {
    // From the most chosen down, so that no rank is chosen twice.
    for (let chosen = count; chosen > 0; chosen--) {
      const ways = waysOf[chosen];
      for (const [rankSum, fewer] of waysOf[chosen - 1] ?? []) {
        ways?.set(rankSum + rank, (ways.get(rankSum + rank) ?? 0) + fewer);
      }
    }
  }
  return waysOf[count] ?? new Map();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

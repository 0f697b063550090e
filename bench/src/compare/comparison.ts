/**
 * What changed between two results of the same suite, beyond the noise that their rounds show.
 *
 * A figure changed when both of these hold:
 *
 * - its medians differ by LEAST_CHANGE or more;
 * - the rank-sum test of its rounds says that chance does so in less than MOST_CHANCE of all cases.
 *
 * With fewer than LEAST_ROUNDS rounds on a side the test can never say that, and neither does this. The rounds of one run
 * know nothing of how runs differ: on a busy machine, compare several runs.
 */
import type { Machine } from '../harness/result.js';
import { median } from '../harness/statistics.js';
import { type AnyResult, type Figure, figuresOf } from './figures.js';
import { rankSumProbability } from './rank-sum.js';

/** Smaller differences of the medians are not told, however sure they are. */
export const LEAST_CHANGE = 0.03;
/** The probability of the test under which a difference is not taken for chance. */
export const MOST_CHANCE = 0.01;
/** 5 against 5 rounds that do not overlap come out by chance in 2 of 252 cases; 4 against 4 in 2 of 70. */
export const LEAST_ROUNDS = 5;

/** The rounds of a figure on one side. */
export interface Spread {
  median: number;
  min: number;
  max: number;
  rounds: number;
}

/** What became of a figure: `unclear` with too few rounds. */
export type Verdict = 'better' | 'worse' | 'same' | 'unclear';

/** One figure, old and new. */
export interface Change {
  suite: string;
  row: string;
  measure: string;
  verdict: Verdict;
  /** The new median over the old one. */
  ratio: number;
  old: Spread;
  new: Spread;
  /** How often chance alone brings rounds that lie as far apart. */
  probability: number;
}

/** Two results side by side. */
export interface Comparison {
  suite: string;
  /** What was asked for differently, rounds left out: figures of other work may differ for that. */
  differentOptions: string[];
  changes: Change[];
  /** Figures of the old result that the new one lacks, and why as far as it tells. */
  gone: { row: string; why: string; hasFailed: boolean }[];
  /** Rows that only the new result has. */
  added: string[];
}

/** What differs between two machines, in words; their figures are not comparable unless there is nothing. */
export function differences(old: Machine, now: Machine): string[] {
  const fields = ['cpu', 'cores', 'architecture', 'system'] as const;
  const different = fields.filter((field) => old[field] !== now[field]);
  const words = different.map((field) => `${field}: ${old[field]}, then ${now[field]}`);
  // The system keeps some memory for itself, not always the same.
  const isMemoryAlike = Math.abs(old.memoryBytes / now.memoryBytes - 1) < 0.05;
  return isMemoryAlike ? words : [...words, `memoryBytes: ${old.memoryBytes}, then ${now.memoryBytes}`];
}

/** Compares two results of one suite. */
export function compareResults(old: AnyResult, now: AnyResult): Comparison {
  const oldFigures = figuresOf(old);
  const newFigures = figuresOf(now);
  const changes = oldFigures.flatMap((figure) => {
    const other = newFigures.find(({ row, measure }) => row === figure.row && measure === figure.measure);
    return other === undefined ? [] : [changeOf(figure, other)];
  });
  return {
    suite: old.suite,
    differentOptions: optionDifferences(old.options, now.options),
    changes,
    gone: rowsOf(oldFigures, newFigures).map(({ row, contender }) => ({ row, ...fateOf(contender, now) })),
    added: rowsOf(newFigures, oldFigures).map(({ row }) => row),
  };
}

function changeOf(old: Figure, now: Figure): Change {
  const [oldSpread, newSpread] = [spreadOf(old.samples), spreadOf(now.samples)];
  const ratio = newSpread.median / oldSpread.median;
  const probability = rankSumProbability(old.samples, now.samples);
  const { suite, row, measure } = old;
  const verdict = verdictOf(ratio, probability, Math.min(oldSpread.rounds, newSpread.rounds), old.better);
  return { suite, row, measure, verdict, ratio, old: oldSpread, new: newSpread, probability };
}

function verdictOf(ratio: number, probability: number, rounds: number, better: Figure['better']): Verdict {
  if (rounds < LEAST_ROUNDS) return 'unclear';
  // A median of 0 on either side makes no ratio that means anything.
  if (!Number.isFinite(ratio) || Math.abs(ratio - 1) < LEAST_CHANGE || probability >= MOST_CHANCE) return 'same';
  return ratio > 1 === (better === 'more') ? 'better' : 'worse';
}

function spreadOf(samples: readonly number[]): Spread {
  return {
    median: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    rounds: samples.length,
  };
}

/** The rows of `figures` that `others` do not have, each once. */
function rowsOf(figures: readonly Figure[], others: readonly Figure[]): Figure[] {
  const isFirst = (figure: Figure, at: number): boolean => figures.findIndex(({ row }) => row === figure.row) === at;
  return figures.filter((figure, at) => isFirst(figure, at) && others.every(({ row }) => row !== figure.row));
}

function fateOf(contender: string, { missing, failed, interrupted }: AnyResult): { why: string; hasFailed: boolean } {
  const failure = failed.find((each) => each.contender === contender);
  if (failure !== undefined) return { why: `failed: ${failure.error}`, hasFailed: true };
  const absence = missing.find((each) => each.contender === contender);
  if (absence !== undefined) return { why: `missing: ${absence.why}`, hasFailed: false };
  return { why: interrupted ? 'the run was stopped' : 'it was not asked for', hasFailed: false };
}

function optionDifferences(old: unknown, now: unknown): string[] {
  const [left, right] = [old as Record<string, unknown>, now as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => name !== 'rounds' && JSON.stringify(left[name]) !== JSON.stringify(right[name]))
    .map((name) => `${name}: ${JSON.stringify(left[name])}, then ${JSON.stringify(right[name])}`);
}

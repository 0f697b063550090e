/** Where another row beats one of landfall's beyond the noise: computed from the samples of every result file. */
import { type Figure, figuresOf } from '../compare/figures.js';
import type { ResultFile } from '../harness/result.js';
import { median } from '../harness/statistics.js';
import { FLAGSHIP, isOurs } from './contender-style.js';
import { formatBytes } from './format.js';
import { grouped } from './grouping.js';
import { type Standing, standing } from './noise.js';

/** What a figure is of; losses of different kinds are told apart. */
export type Kind = 'speed' | 'processor time' | 'memory';

/** One figure in which another row is ahead. */
export interface Loss {
  suite: string;
  /** What was run, where the suite runs more than one thing: `16 bytes`, for example. */
  what: string;
  measure: string;
  kind: Kind;
  ours: string;
  contender: string;
  ourMedian: number;
  theirMedian: number;
  /** How many times better the other one is. */
  ratio: number;
  rounds: number;
}

/** What came out of all comparisons of some rows of landfall's with all rows that are not. */
export interface Tally {
  /** Largest first. */
  losses: Loss[];
  /** How many comparisons came out how, from landfall's side. */
  counts: Record<Standing, number>;
}

/** All losses: of the row that a reader asks about first, and of landfall's other rows. */
export interface Losses {
  /** `landfall` itself; where a suite has no such row, the best of landfall's. */
  flagship: Tally;
  others: Tally;
}

/** These rows do less than their task, to show what the task itself costs; nothing can lose against them. */
export const LIMITS: readonly string[] = ['unsplit', 'discard'];

/** Compares everything that can be compared. */
export function lossesOf(files: readonly ResultFile[]): Losses {
  const losses: Losses = { flagship: emptyTally(), others: emptyTally() };
  const figures = files.flatMap(figuresOf);
  // Figures of the same measure of the same thing.
  const groups = grouped(figures, (figure) => [figure.suite, whatOf(figure), figure.measure].join('|'));
  for (const group of groups.values()) {
    const ours = group.filter(({ contender }) => isOurs(contender));
    const theirs = group.filter(({ contender }) => !isOurs(contender) && !LIMITS.includes(contender));
    const first = flagshipOf(ours);
    for (const our of ours) {
      const tally = our === first ? losses.flagship : losses.others;
      for (const their of theirs) count(tally, our, their);
    }
  }
  for (const tally of [losses.flagship, losses.others]) tally.losses.sort((left, right) => right.ratio - left.ratio);
  return losses;
}

function emptyTally(): Tally {
  return { losses: [], counts: { ahead: 0, behind: 0, alike: 0, unknown: 0 } };
}

/** What tells the figure's row apart from other rows of its contender. */
function whatOf({ row, contender }: Figure): string {
  return row.slice(contender.length).replace(/^, /, '');
}

function flagshipOf(ours: readonly Figure[]): Figure | undefined {
  const sign = ours[0]?.better === 'less' ? -1 : 1;
  const best = ours.toSorted((left, right) => sign * (median(right.samples) - median(left.samples)));
  return ours.find(({ contender }) => contender === FLAGSHIP) ?? best[0];
}

function count(tally: Tally, our: Figure, their: Figure): void {
  const result = standing(our.samples, their.samples, our.better);
  tally.counts[result] += 1;
  if (result !== 'behind') return;
  const [ourMedian, theirMedian] = [median(our.samples), median(their.samples)];
  tally.losses.push({
    suite: our.suite,
    what: whatOf(our).replace(/\b(\d+) bytes/, (_, bytes: string) => formatBytes(Number(bytes))),
    measure: our.measure,
    kind: kindOf(our.measure),
    ours: our.contender,
    contender: their.contender,
    ourMedian,
    theirMedian,
    ratio: our.better === 'more' ? theirMedian / ourMedian : ourMedian / theirMedian,
    rounds: Math.min(our.samples.length, their.samples.length),
  });
}

function kindOf(measure: string): Kind {
  if (measure.startsWith('CPU')) return 'processor time';
  return measure.includes('bytes') ? 'memory' : 'speed';
}

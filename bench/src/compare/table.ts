/** A comparison in words. */
import { formatRate } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';
import type { Change, Comparison, Spread, Verdict } from './comparison.js';

const HEADS = ['row', 'measure', 'old (min–max)', 'new (min–max)', 'new/old', 'chance', ''];
const WORDS: Readonly<Record<Verdict, string>> = { better: 'better', worse: 'WORSE', same: '', unclear: '?' };

/** The table of a comparison. With `all` unchanged figures are in it too. */
export function comparisonTable({ changes }: Comparison, all: boolean): FigureTable {
  const told = changes.filter(({ verdict }) => all || verdict === 'better' || verdict === 'worse');
  return { heads: HEADS, rows: told.map(cells) };
}

function cells({ row, measure, verdict, ratio, old, new: now, probability }: Change): string[] {
  const chance = probability < 0.001 ? '<0.001' : probability.toFixed(3);
  return [row, measure, spreadWords(old), spreadWords(now), ratio.toFixed(3), chance, WORDS[verdict]];
}

function spreadWords({ median, min, max }: Spread): string {
  return `${formatRate(median)} (${formatRate(min)}–${formatRate(max)})`;
}

/** How many figures came out how, and what cannot be compared. */
export function comparisonSummary({ suite, changes, gone, added, differentOptions }: Comparison): string[] {
  const count = (verdict: Verdict): number => changes.filter((change) => change.verdict === verdict).length;
  const unclear = count('unclear');
  return [
    `${suite}: ${changes.length} figures compared: ${count('better')} better, ${count('worse')} worse, ${count('same')} the same` +
      `${unclear === 0 ? '' : `, ${unclear} with too few rounds to say`}`,
    ...differentOptions.map((words) => `  asked for differently: ${words}`),
    ...gone.map(({ row, why }) => `  gone: ${row} (${why.split('\n')[0]})`),
    ...added.map((row) => `  new: ${row}`),
  ];
}

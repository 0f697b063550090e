/** MB/s of every round of the echo suite, to see what the median hides. */
import type { EchoResult } from '../harness/result.js';
import { formatRate } from './format.js';
import type { FigureTable } from './text-table.js';

/** One row each, one column for a round. */
export function roundsTable(results: readonly EchoResult[]): FigureTable {
  const samples = results.flatMap((result) => result.samples);
  const rounds = [...new Set(samples.map(({ round }) => round))].sort((left, right) => left - right);
  return {
    heads: ['row', ...rounds.map((round) => `round ${round + 1}`)],
    rows: results.map((result) => [
      result.contender,
      ...rounds.map((round) => formatRate(result.samples.find((each) => each.round === round)?.mbPerSec ?? null)),
    ]),
  };
}

/** The rows of a table that have no figures: those that failed, and those that could not run here. */
import type { FailedContender, MissingContender } from '../harness/result.js';

/** One row each, of so many cells. */
export function absentCells(
  { failed, missing }: { failed: readonly FailedContender[]; missing: readonly MissingContender[] },
  cellCount: number,
): string[][] {
  const absent = (name: string, why: string): string[] => [name, why, ...Array<string>(cellCount - 2).fill('')];
  return [
    ...failed.map(({ contender }) => absent(contender, 'failed')),
    ...missing.map(({ contender }) => absent(contender, 'not here')),
  ];
}

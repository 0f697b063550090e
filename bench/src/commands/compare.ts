/** `compare`: what changed between two results beyond the noise. */
import {
  type Comparison,
  compareResults,
  differences,
  LEAST_CHANGE,
  LEAST_ROUNDS,
  MOST_CHANCE,
} from '../compare/comparison.js';
import type { AnyResult } from '../compare/figures.js';
import { loadResults } from '../compare/load.js';
import { comparisonSummary, comparisonTable } from '../compare/table.js';
import { textTable } from '../report/text-table.js';
import { parseWords, UsageError } from './arguments.js';

/** What `--help` says. */
export const compareHelp: string = `compare       OLD NEW: what changed between two results, files or folders of them, beyond the noise of their rounds
  --all               unchanged figures too
  --force             although the machines differ
  --json              one JSON object on standard output
                      status 0: nothing is worse; 1: something is, or a row fails now; 3: not comparable`;

const NOT_COMPARABLE_STATUS = 3;
const CRITERION =
  `A figure changed when its medians differ by ${LEAST_CHANGE * 100} % or more, and chance brings rounds so far apart in ` +
  `less than ${MOST_CHANCE * 100} % of all cases (rank-sum test, ${LEAST_ROUNDS} rounds or more on both sides).`;

/** Runs the command; resolves to the exit status. */
export async function compare(args: string[]): Promise<number> {
  const { values, words } = parseWords(args, {
    all: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  const [oldPath, newPath] = words;
  if (oldPath === undefined || newPath === undefined || words.length > 2) throw new UsageError('compare wants OLD NEW');
  const [old, now] = await Promise.all([oldPath, newPath].map(tryLoad));
  if (typeof old === 'string' || typeof now === 'string' || old === undefined || now === undefined) {
    return refuse([old, now].filter((each) => typeof each === 'string'));
  }
  const pairs = pairsOf(old, now);
  if (pairs.length === 0) return refuse([`no suite is in both: ${suitesOf(old)}, then ${suitesOf(now)}`]);
  const obstacles = [...new Set(pairs.flatMap(([one, other]) => differences(one.machine, other.machine)))];
  if (obstacles.length > 0 && !values.force) return refuse([...obstacles, '--force compares all the same']);
  for (const obstacle of obstacles) console.error(`NOT THE SAME MACHINE: ${obstacle}`);
  for (const note of notesOf(old, now, pairs)) console.error(note);
  const comparisons = pairs.map(([one, other]) => compareResults(one, other));
  if (values.json) console.log(JSON.stringify({ criterion: CRITERION, differentMachine: obstacles, comparisons }));
  else for (const line of linesOf(comparisons, values.all)) console.log(line);
  return comparisons.some(isWorse) ? 1 : 0;
}

/** The results, or why there are none. */
async function tryLoad(path: string): Promise<AnyResult[] | string> {
  try {
    return await loadResults(path);
  } catch (error) {
    return (error as Error).message;
  }
}

function isWorse({ changes, gone }: Comparison): boolean {
  return changes.some(({ verdict }) => verdict === 'worse') || gone.some(({ hasFailed }) => hasFailed);
}

function refuse(why: readonly string[]): number {
  console.error(`bench: not comparable:\n  ${why.join('\n  ')}`);
  return NOT_COMPARABLE_STATUS;
}

function pairsOf(old: readonly AnyResult[], now: readonly AnyResult[]): [AnyResult, AnyResult][] {
  return old.flatMap((one): [AnyResult, AnyResult][] => {
    const other = now.find(({ suite }) => suite === one.suite);
    return other === undefined ? [] : [[one, other]];
  });
}

/** What a reader has to know besides the figures. */
function notesOf(
  old: readonly AnyResult[],
  now: readonly AnyResult[],
  pairs: readonly (readonly [AnyResult, AnyResult])[],
): string[] {
  const inPair = ({ suite }: AnyResult): boolean => pairs.some(([one]) => one.suite === suite);
  const versions = pairs.flatMap(([{ machine: one }, { machine: other }]) =>
    one.node === other.node ? [] : [`Node ${one.node}, then ${other.node}`],
  );
  return [
    ...new Set(versions),
    ...old.filter((result) => !inPair(result)).map(({ suite }) => `only the old side has ${suite}`),
    ...now.filter((result) => !inPair(result)).map(({ suite }) => `only the new side has ${suite}`),
    ...pairs
      .flat()
      .flatMap(({ suite, interrupted, startedAt }) =>
        interrupted ? [`${suite} of ${startedAt} was stopped before its end`] : [],
      ),
  ];
}

function linesOf(comparisons: readonly Comparison[], all: boolean): string[] {
  const parts = comparisons.flatMap((comparison) => {
    const table = comparisonTable(comparison, all);
    return [...comparisonSummary(comparison), ...(table.rows.length === 0 ? [] : [textTable(table)])];
  });
  return [...parts, CRITERION];
}

function suitesOf(results: readonly AnyResult[]): string {
  return results.map(({ suite }) => suite).join(', ');
}

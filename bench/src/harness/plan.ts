/** What a run of several suites is going to do, and how long it may take. */
import { durationWords } from './time-left.js';

/** One suite of a plan. */
export interface PlannedSuite {
  name: string;
  /** The options that it is run with: its size, and its rounds. */
  args: readonly string[];
  /** What it takes on two cores that do nothing else, with every contender there. */
  budgetSeconds: number;
}

/** The plan: a line for each suite with its time and its options, and when all of it ends. */
export function planLines(suites: readonly PlannedSuite[], now: Date): string[] {
  const seconds = suites.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);
  const end = new Date(now.getTime() + seconds * 1000);
  return [
    `${suites.length} suites, ${durationWords(seconds * 1000)} in all, until ${end.toTimeString().slice(0, 5)}:`,
    ...suites.map(({ name, args, budgetSeconds }) => {
      const words = durationWords(budgetSeconds * 1000);
      return `  ${name.padEnd(12)} ${words.padEnd(7)} ${args.join(' ')}`;
    }),
  ];
}

/** How a suite of the plan kept to its budget. */
export function tookWords({ name, budgetSeconds }: Omit<PlannedSuite, 'args'>, tookSeconds: number): string {
  const took = `${name} took ${durationWords(tookSeconds * 1000)}`;
  return tookSeconds <= budgetSeconds ? took : `${took}, more than its ${durationWords(budgetSeconds * 1000)}`;
}

/** What the commands of all suites share: their options, the rows they are asked for, and how a run begins and ends. */
import type { MissingContender, SuiteResult } from '../harness/result.js';
import { stoppable } from '../harness/stoppable.js';
import { contenderNames, tellMissing } from './contenders.js';
import { finish } from './finish.js';

/** The options that every suite has, for `parseOptions`. */
export const SUITE_OPTIONS = {
  rounds: { type: 'string' },
  contenders: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
} as const;

/** The end of a suite's help. */
export function suiteHelp(suite: string): string {
  return `  --json              one JSON object on standard output
  --keep              also write bench/out/results/${suite}.json and bench/out/report.html`;
}

/** What was asked for, whatever the suite. */
export interface Asked {
  names: readonly string[];
  /** Whether the rows were named: then each of them has to be here. */
  isNamed: boolean;
  json: boolean;
  keep: boolean;
}

/** The rows among `known` that were asked for, those of `otherwise` when none was, and how the result is shown. */
export function askedOf(
  values: { contenders?: string | undefined; json: boolean; keep: boolean },
  known: readonly string[],
  otherwise: readonly string[] = known,
): Asked {
  const { contenders, json, keep } = values;
  const names = contenders === undefined ? otherwise : contenderNames(contenders, known);
  return { names, isNamed: contenders !== undefined, json, keep };
}

/** A suite that is ready to run. */
export interface SuiteCommand<File> {
  asked: Asked;
  missing: readonly MissingContender[];
  run(signal: AbortSignal): Promise<File>;
  /** The result for people. */
  text(file: File): string;
}

/** Runs the suite and shows its result; resolves to the exit status. */
export async function runSuiteCommand<File extends SuiteResult<string, unknown, unknown>>({
  asked,
  missing,
  run,
  text,
}: SuiteCommand<File>): Promise<number> {
  tellMissing(missing);
  if (asked.isNamed && missing.length > 0) return 1;
  return stoppable(async (signal) => {
    const result = await run(signal);
    return finish(result, { text: text(result), json: asked.json, keep: asked.keep });
  });
}

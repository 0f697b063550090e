/** The rows that a suite is asked for, and those that cannot run here. */
import type { MissingContender } from '../harness/result.js';
import { UsageError } from './arguments.js';

/** Names separated by commas, each of them one of `known`, none twice. */
export function contenderNames(text: string, known: readonly string[]): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`no contender "${unknown}"; there are ${known.join(', ')}`);
}

/** Says on standard error what is not here, and how to get it. */
export function tellMissing(missing: readonly MissingContender[]): void {
  for (const { contender, why, remedy } of missing) console.error(`${contender} is missing: ${why}; ${remedy}`);
}

/** The suites that the report shows, and which result of each. */
import type { ResultFile } from '../harness/result.js';

/** A suite's name. */
export type SuiteName = ResultFile['suite'];

/** Every suite, in the order of the report. */
export const SUITES: readonly SuiteName[] = [
  'echo',
  'flood',
  'connections',
  'ping',
  'streams',
  'write',
  'memory',
  'idle',
  'tls',
  'postgres',
];

/** The result of a suite; undefined when it is missing. */
export function fileOf<S extends SuiteName>(
  files: readonly ResultFile[],
  suite: S,
): Extract<ResultFile, { suite: S }> | undefined {
  return files.find((file) => file.suite === suite) as Extract<ResultFile, { suite: S }> | undefined;
}

/** What makes a suite's result. */
export function commandOf(suite: SuiteName): string {
  return `npm run -s bench -- ${suite} --keep`;
}

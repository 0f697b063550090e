/**
 * What the results of all suites have in common. A report, a README table and `--json` are pure functions of a result, so
 * it keeps the raw samples and everything needed to read them later.
 */

/** What the figures were measured on; names no host and no path. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  /** Kernel name and release, for example `Linux 6.1.0`. */
  system: string;
  architecture: string;
  node: string;
  landfall: string;
  /** Short commit hash of the working tree, followed by `+` when it holds uncommitted changes; null outside git. */
  commit: string | null;
}

/** A row that could not run at all here, and how to get it. */
export interface MissingContender {
  contender: string;
  why: string;
  remedy: string;
}

/** A row that ran and failed, and so has no result; `error` holds what its processes said. */
export interface FailedContender {
  contender: string;
  error: string;
}

/** How the figures came about, in sentences that a reader of the file needs beside them. */
export interface Method {
  /** Who ran when. */
  order: string;
  /** What was done before the clock started. */
  warmUp: string;
  /** From what to what the clock ran. */
  clock: string;
  /** What a figure is of its samples, and how its spread is told. */
  figures: string;
  /** How the answers, or what arrived, were checked. */
  verified: string;
  /** Whose processor time and memory is told, and by whom. */
  usage: string;
}

/** What the result of every suite has. Rows that did not run well are in `missing` or in `failed`, never dropped. */
export interface SuiteResult<Suite extends string, Options, Row> {
  suite: Suite;
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  method: Method;
  options: Options;
  results: Row[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its end: the rows show what was measured until then. */
  interrupted: boolean;
}

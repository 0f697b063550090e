/** What every suite does: runs the turns of its rows, alternating, and makes its result of what they showed. */
import { describeMachine } from './machine.js';
import type { Method, MissingContender, SuiteResult } from './result.js';
import { schedule, type Turn } from './schedule.js';
import { runTurns, type TurnProgress } from './turns.js';

/** One row and its rounds so far. Rows of one contender fail together. */
export interface SuiteRow<Sample> {
  contender: string;
  samples: Sample[];
}

/** What all suites are run with. */
export interface RunContext<Row, Sample> {
  progress: TurnProgress<Row, Sample>;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

/** A suite that is about to run. */
export interface SuiteRun<Suite extends string, Options, Row, Sample, Result> extends RunContext<Row, Sample> {
  suite: Suite;
  method: Method;
  options: Options & { rounds: number };
  /** In the order of a round; rows that are compared are neighbours. */
  rows: readonly Row[];
  missing: MissingContender[];
  /** Timed frames of each row in all, where they are spread over the rounds. */
  frames?: number;
  /** Runs one turn; rejects when its row failed. */
  measure(turn: Turn<Row>): Promise<Sample>;
  /** The figures of a row that has at least one sample. */
  resultOf(row: Row): Result;
}

/**
 * Runs a suite to its end, or until its signal fires.
 *
 * A row that failed has no figures, not even those of its turns before: a wrong answer makes all of them doubtful.
 */
export async function runSuite<Suite extends string, Options, Row extends SuiteRow<Sample>, Sample, Result>(
  run: SuiteRun<Suite, Options, Row, Sample, Result>,
): Promise<SuiteResult<Suite, Options, Result>> {
  const startedAt = new Date().toISOString();
  const { suite, method, options, rows, missing, frames, progress, signal } = run;
  const measure = async (turn: Turn<Row>): Promise<Sample> => {
    const sample = await run.measure(turn);
    turn.contender.samples.push(sample);
    return sample;
  };
  const turns = schedule(rows, frames ?? options.rounds, options.rounds);
  const failed = await runTurns(turns, { measure, progress, signal });
  const isWhole = ({ contender, samples }: Row): boolean =>
    samples.length > 0 && failed.every((each) => each.contender !== contender);
  return {
    suite,
    machine: await describeMachine(),
    startedAt,
    method,
    options,
    results: rows.filter(isWhole).map((row) => run.resultOf(row)),
    missing,
    failed,
    interrupted: signal.aborted,
  };
}

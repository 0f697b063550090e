/** The progress of a schedule's turns, in words. */
import { makeProgress } from './progress.js';
import type { TurnProgress } from './turns.js';

/**
 * Shows on standard error which turn runs and what the last one brought.
 *
 * @param row What is measured, without the round. Turns of the same row are taken to last equally long.
 * @param outcome A sample in a few words.
 */
export function makeTurnProgress<T, S>(
  row: (contender: T) => string,
  outcome: (sample: S) => string,
): TurnProgress<T, S> {
  const progress = makeProgress();
  return {
    start: (turns) => progress.start(turns),
    turnStarted: ({ contender, round }) =>
      progress.stepStarted(row(contender), `round ${round + 1}, ${row(contender)}`),
    turnEnded: (_turn, sample) => progress.stepEnded(sample === null ? 'failed' : outcome(sample)),
    stop: () => progress.stop(),
  };
}

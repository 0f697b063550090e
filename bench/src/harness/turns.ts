/** Runs the turns of a schedule one after the other, and tells of each. */
import type { FailedContender } from './result.js';
import type { Turn } from './schedule.js';

/** Who is told how far a run is. */
export interface TurnProgress<T, S> {
  start(turns: number): void;
  turnStarted(turn: Turn<T>): void;
  /** Also after a failed turn; then without a sample. */
  turnEnded(turn: Turn<T>, sample: S | null): void;
  stop(): void;
}

/** What `runTurns` needs besides the turns. */
export interface TurnRun<T, S> {
  /** Runs one turn; rejects when its contender failed. */
  measure(turn: Turn<T>): Promise<S>;
  progress: TurnProgress<T, S>;
  /** Stops the run after the turn that it cuts short. */
  signal: AbortSignal;
}

/** Runs all turns but those of contenders that have failed. Resolves to those contenders, with what they said. */
export async function runTurns<T extends { contender: string }, S>(
  turns: readonly Turn<T>[],
  { measure, progress, signal }: TurnRun<T, S>,
): Promise<FailedContender[]> {
  const failed = new Map<string, FailedContender>();
  progress.start(turns.length);
  for (const turn of turns) {
    const { contender } = turn.contender;
    if (signal.aborted) break;
    if (failed.has(contender)) continue;
    progress.turnStarted(turn);
    try {
      progress.turnEnded(turn, await measure(turn));
    } catch (error) {
      if (signal.aborted) break;
      failed.set(contender, { contender, error: (error as Error).message });
      progress.turnEnded(turn, null);
    }
  }
  progress.stop();
  return [...failed.values()];
}

/**
 * Who runs when. Contenders alternate inside every round, so that a slow minute of the machine meets all of them; every
 * other round goes backwards, so that none always follows the same one.
 */

/** One contender's place in one round. */
export interface Turn<T> {
  contender: T;
  /** From 0. */
  round: number;
  /** Timed frames. */
  frames: number;
}

/** All turns in order; `frames` per contender are spread evenly over `rounds`, the first ones taking what is left over. */
export function schedule<T>(contenders: readonly T[], frames: number, rounds: number): Turn<T>[] {
  return Array.from({ length: rounds }, (_, round) => {
    const share = shareOfRound(round, frames, rounds);
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    return order.map((contender) => ({ contender, round, frames: share }));
  }).flat();
}

/** How many of `frames` in all fall to a round, which counts from 0. */
export function shareOfRound(round: number, frames: number, rounds: number): number {
  return Math.floor(frames / rounds) + (round < frames % rounds ? 1 : 0);
}

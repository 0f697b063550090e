/**
 * Staying awake while bytes flow: for a few turns after a large receive, the event loop looks for more without sleeping.
 *
 * A fast sender fills the kernel's buffer in bursts. A thread that goes to sleep between two of them is woken by the
 * sender, in the middle of its send: that costs both of them more than the bytes do (docs/decisions/0012). Where bytes
 * come too seldom for that to pay, it is given up, and tried again once in a while.
 */
import { availableParallelism } from 'node:os';

/** Turns of the event loop to stay awake for: some 30 microseconds. */
const TURNS = 16;
/** So many times in a row nothing came: then bytes come too seldom. */
const FAILURES_MAX = 4;
/** How many large receives pass then before it is tried again. */
const RECEIVES_UNTIL_RETRY = 64;
/** Receives from this size on are signs of a burst. */
export const BURST_BYTES_MIN: number = 32 * 1024;

/** Keeps one thread's event loop awake. */
export class Wakefulness {
  readonly #nextTurn: (turn: () => void) => void;
  #turnsLeft = 0;
  #failures = 0;
  #receivesLeft = 0;

  /** @param nextTurn Calls a function on the next turn, and keeps the event loop from sleeping before that. */
  constructor(nextTurn: (turn: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  /** There was a large receive. */
  burst(): void {
    // One more of the same wake-up says nothing about whether staying awake pays.
    if (this.#turnsLeft === TURNS) return;
    if (this.#turnsLeft > 0) {
      this.#failures = 0;
      this.#turnsLeft = TURNS;
      return;
    }
    if (this.#failures >= FAILURES_MAX && this.#receivesLeft-- > 0) return;
    this.#turnsLeft = TURNS;
    this.#nextTurn(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turnsLeft--;
    if (this.#turnsLeft > 0) return this.#nextTurn(this.#turn);
    this.#failures++;
    this.#receivesLeft = RECEIVES_UNTIL_RETRY;
  };
}

/** The thread's. On a single processor the sender could not go on meanwhile. */
export const wakefulness: Wakefulness | null =
  availableParallelism() > 1 && process.env['LANDFALL_AWAKE'] !== '0' ? new Wakefulness(setImmediate) : null;

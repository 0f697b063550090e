/** Whose turn it is to send: calls that must write more later shut the gate, and the ones behind them wait in order. */
export class Turns {
  #last: Promise<void> | null = null;
  readonly #onFree: () => void;

  /** @param onFree Is called when nobody waits any more. Must not throw. */
  constructor(onFree: () => void = () => {}) {
    this.#onFree = onFree;
  }

  /** Whether nobody waits, or has more to write: then who comes may write at once. */
  get isFree(): boolean {
    return this.#last === null;
  }

  /**
   * Calls `write` when it is its turn, at once if nobody else's it is; the next one's comes when that has resolved.
   *
   * @param failed Is told what `write` threw or was rejected with. Must not throw.
   */
  take(write: () => Promise<void> | void, failed: (error: Error) => void): void {
    const turn = this.#run(this.#last, write, failed).then(() => {
      if (this.#last !== turn) return;
      this.#last = null;
      this.#onFree();
    });
    this.#last = turn;
  }

  /** Resolves when all that have come so far have written. */
  async allTaken(): Promise<void> {
    while (this.#last !== null) await this.#last;
  }

  async #run(
    before: Promise<void> | null,
    write: () => Promise<void> | void,
    failed: (error: Error) => void,
  ): Promise<void> {
    if (before !== null) await before;
    try {
      await write();
    } catch (error) {
      failed(error as Error);
    }
  }
}

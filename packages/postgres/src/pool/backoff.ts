/** Trying again, ever more slowly. */

const FIRST_MS = 100;
const LAST_MS = 30_000;

/** The delays between attempts that fail: each about twice the one before, up to half a minute. */
export class Backoff {
  #delayMs = FIRST_MS;
  #timer: NodeJS.Timeout | null = null;

  /** Whether it is not yet time for the next attempt. */
  get isWaiting(): boolean {
    return this.#timer !== null;
  }

  /** An attempt has failed: calls `again` when it is time for the next. Does not keep the process alive for it. */
  failed(again: () => void): void {
    if (this.#timer !== null) return;
    const delayMs = this.#delayMs * (0.5 + Math.random() / 2);
    this.#delayMs = Math.min(this.#delayMs * 2, LAST_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      again();
    }, delayMs).unref();
  }

  /** An attempt went well: the next one that fails is the first again. */
  succeeded(): void {
    this.#delayMs = FIRST_MS;
  }

  /** There is no next attempt. */
  stop(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }
}

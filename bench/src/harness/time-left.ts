/** How long the rest of a run takes, judged by the steps that have ended. */

/** Steps of a known number. Those of the same key are taken to last equally long. */
export class TimeLeft {
  readonly #durationsMs = new Map<string, number>();
  #stepsLeft = 0;
  #key = '';
  #startedMs = 0;

  start(steps: number): void {
    this.#stepsLeft = steps;
  }

  stepStarted(key: string): void {
    this.#key = key;
    this.#startedMs = performance.now();
  }

  stepEnded(): void {
    this.#durationsMs.set(this.#key, performance.now() - this.#startedMs);
    this.#stepsLeft--;
  }

  /** The mean of each key's last duration for every step that is left, and when that is over. */
  get words(): string {
    if (this.#durationsMs.size === 0) return 'time left: ?';
    const sumMs = [...this.#durationsMs.values()].reduce((sum, durationMs) => sum + durationMs, 0);
    const leftMs = (sumMs / this.#durationsMs.size) * this.#stepsLeft;
    return `time left: ${durationWords(leftMs)}, until ${clockTime(new Date(Date.now() + leftMs))}`;
  }
}

/** A duration for people: seconds, from two minutes on in minutes. */
export function durationWords(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function clockTime(time: Date): string {
  return time.toTimeString().slice(0, 5);
}

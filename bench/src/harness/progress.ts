/** How far a run is: one moving bar where standard error is a terminal, otherwise a line per finished step. */
import { SingleBar } from 'cli-progress';

/** Steps of a known number, each with a label. */
export interface Progress {
  start(steps: number): void;
  /** @param key Steps of the same key are taken to last equally long. */
  stepStarted(key: string, label: string): void;
  stepEnded(outcome: string): void;
  stop(): void;
}

/** The kind of progress that suits standard error. */
export function makeProgress(): Progress {
  return process.stderr.isTTY ? new BarProgress() : new LineProgress();
}

class LineProgress implements Progress {
  #steps = 0;
  #step = 0;
  #label = '';

  start(steps: number): void {
    this.#steps = steps;
  }

  stepStarted(_key: string, label: string): void {
    this.#step++;
    this.#label = label;
  }

  stepEnded(outcome: string): void {
    console.error(`[${this.#step}/${this.#steps}] ${this.#label}: ${outcome}`);
  }

  stop(): void {}
}

class BarProgress implements Progress {
  readonly #bar = new SingleBar({
    format: '{bar} {value}/{total}  {left}  {label}  {outcome}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    clearOnComplete: true,
    hideCursor: true,
    // Ctrl-C is ours: what was measured is still printed.
    gracefulExit: false,
    stream: process.stderr,
  });
  readonly #durationsMs = new Map<string, number>();
  #steps = 0;
  #step = 0;
  #key = '';
  #startedMs = 0;

  start(steps: number): void {
    this.#steps = steps;
    this.#bar.start(steps, 0, { left: '', label: '', outcome: '' });
  }

  stepStarted(key: string, label: string): void {
    this.#key = key;
    this.#startedMs = performance.now();
    this.#bar.update({ label, left: this.#timeLeft() });
  }

  stepEnded(outcome: string): void {
    this.#durationsMs.set(this.#key, performance.now() - this.#startedMs);
    this.#bar.update(++this.#step, { outcome: `(last: ${outcome})`, left: this.#timeLeft() });
  }

  stop(): void {
    this.#bar.stop();
  }

  /** The mean of each key's last duration, for every step that is left. */
  #timeLeft(): string {
    if (this.#durationsMs.size === 0) return 'time left: ?';
    const sumMs = [...this.#durationsMs.values()].reduce((sum, durationMs) => sum + durationMs, 0);
    const leftMs = (sumMs / this.#durationsMs.size) * (this.#steps - this.#step);
    return `time left: ${Math.ceil(leftMs / 1000)} s`;
  }
}

/** How far a run is: one moving bar where standard error is a terminal, otherwise a line per finished step. */
import { SingleBar } from 'cli-progress';
import { TimeLeft } from './time-left.js';

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
  readonly #timeLeft = new TimeLeft();
  #steps = 0;
  #step = 0;
  #label = '';

  start(steps: number): void {
    this.#steps = steps;
    this.#timeLeft.start(steps);
  }

  stepStarted(key: string, label: string): void {
    this.#step++;
    this.#label = label;
    this.#timeLeft.stepStarted(key);
  }

  stepEnded(outcome: string): void {
    this.#timeLeft.stepEnded();
    const timeLeft = this.#step === this.#steps ? '' : `  (${this.#timeLeft.words})`;
    console.error(`[${this.#step}/${this.#steps}] ${this.#label}: ${outcome}${timeLeft}`);
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
  readonly #timeLeft = new TimeLeft();
  /** The cursor is hidden while the bar moves, and must not stay so when the process is ended at once. */
  readonly #showCursor = (): void => this.#bar.stop();
  #step = 0;

  start(steps: number): void {
    this.#timeLeft.start(steps);
    this.#bar.start(steps, 0, { left: '', label: '', outcome: '' });
    process.once('exit', this.#showCursor);
  }

  stepStarted(key: string, label: string): void {
    this.#timeLeft.stepStarted(key);
    this.#bar.update({ label, left: this.#timeLeft.words });
  }

  stepEnded(outcome: string): void {
    this.#timeLeft.stepEnded();
    this.#bar.update(++this.#step, { outcome: `(last: ${outcome})`, left: this.#timeLeft.words });
  }

  stop(): void {
    process.off('exit', this.#showCursor);
    this.#bar.stop();
  }
}

/** Wall time and this process's own processor time between two moments. */

/** What a stopwatch showed. */
export interface Lap {
  seconds: number;
  /** User and system time of all threads of this process. */
  cpuSeconds: number;
  /** Of these, the user time. */
  userSeconds: number;
}

/** Runs from its making on. */
export class Stopwatch {
  readonly #startedMs: number = performance.now();
  readonly #startedCpu: NodeJS.CpuUsage = process.cpuUsage();

  /** The time since it was made. */
  lap(): Lap {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const { user, system } = process.cpuUsage(this.#startedCpu);
    return { seconds, cpuSeconds: (user + system) / 1e6, userSeconds: user / 1e6 };
  }
}

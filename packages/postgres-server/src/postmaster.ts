/** The first process of a server, which all others are children of. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Account } from './account.js';

const START_TIMEOUT_MS = 20_000;
/** What a fast shutdown may take until an immediate one follows. */
const STOP_TIMEOUT_MS = 10_000;
const KEPT_LOG_CHARACTERS = 20_000;
const READY = 'database system is ready to accept connections';

/** What ends a process that has no other idea of it. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A started one. It ends with this process, also when a signal ends that. */
export class Postmaster {
  readonly #child: ChildProcessByStdio<null, null, Readable>;
  readonly #over: Promise<void>;
  /** Resolves once it accepts connections; to false if it ended, or did not get so far in time. */
  readonly started: Promise<boolean>;
  #log = '';
  readonly #kill = (): void => void this.#child.kill('SIGQUIT');
  readonly #exit = (): never => process.exit(1);

  constructor(program: string, args: readonly string[], cwd: string, account: Account) {
    // A process group of its own: Ctrl-C reaches this process alone, which then ends the server in order.
    this.#child = spawn(program, args, { ...account, cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    process.once('exit', this.#kill);
    // Who listens already ends in its own way, at last by `exit`.
    const unheard = ENDING_SIGNALS.filter((signal) => process.listenerCount(signal) === 0);
    for (const signal of unheard) process.once(signal, this.#exit);
    this.#over = new Promise((resolve) => {
      const over = (how: string): void => {
        process.off('exit', this.#kill);
        for (const signal of unheard) process.off(signal, this.#exit);
        this.#log += `${how}\n`;
        resolve();
      };
      this.#child.on('error', (error) => over(error.message)).on('close', (status) => over(`status ${status}`));
    });
    this.started = this.#untilReady();
  }

  /** The end of what it said. */
  get log(): string {
    return this.#log;
  }

  /** Ends it and its connections. */
  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    const timer = setTimeout(this.#kill, STOP_TIMEOUT_MS);
    await this.#over.finally(() => clearTimeout(timer));
  }

  #untilReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), START_TIMEOUT_MS);
      const settle = (isReady: boolean): void => {
        clearTimeout(timer);
        resolve(isReady);
      };
      this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-KEPT_LOG_CHARACTERS);
        if (this.#log.includes(READY)) settle(true);
      });
      void this.#over.then(() => settle(false));
    });
  }
}

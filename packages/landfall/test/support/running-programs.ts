/** Programs that only some machines have: the other ends of tests that need them. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../../dist/testing/waiting.js';
import { unlessLacking } from './programs.js';

/**
 * How to register a test that needs a program: as it is where that works, or skipped.
 *
 * @param args What it is tried with.
 * @param lack What is missing where it does not work.
 */
export function unlessMissing(command: string, args: readonly string[], lack: string): { skip: string | false } {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 20_000 });
    return unlessLacking(null);
  } catch (error) {
    return unlessLacking(lack, error);
  }
}

/** A program that runs, ended when disposed of. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';
  #waiters: (() => void)[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#name = command;
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString('latin1');
        for (const waiter of this.#waiters.splice(0)) waiter();
      });
    }
    this.#child.stdin!.on('error', () => {
      // It has ended: its output says why.
    });
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.#output;
  }

  write(text: string): void {
    this.#child.stdin!.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends its input. */
  end(): void {
    this.#child.stdin!.end();
  }

  /** Resolves to what the pattern matched first in its output. */
  async untilPrinted(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray> {
    const found = async (): Promise<RegExpMatchArray> => {
      for (;;) {
        const match = this.#output.match(pattern);
        if (match !== null) return match;
        await new Promise<void>((resolve) => this.#waiters.push(resolve));
      }
    };
    return within(`${pattern} from ${this.#name}`, found(), timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}; it printed: ${this.#output.slice(-1_000)}`);
    });
  }

  async untilEnd(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const [status] = await within(`the end of ${this.#name}`, once(this.#child, 'exit'));
    return status as number | null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

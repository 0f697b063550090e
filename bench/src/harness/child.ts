/**
 * A program that speaks JSON lines: commands go in on its standard input, events come out of its standard output, and
 * what it says on standard error is kept for the message of a failure. Every wait has a deadline. The program ends when
 * its input does, so it does not outlive this process even when that one is killed.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** How to start a program. */
export interface ProgramCommand {
  command: string;
  args: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
}

/** One line of a program's output: the contract's events and their fields, which are looked at before they are used. */
export interface ProgramEvent {
  readonly event: string;
  readonly port?: unknown;
  readonly seconds?: unknown;
  readonly cpuSeconds?: unknown;
  readonly userSeconds?: unknown;
  readonly frames?: unknown;
  readonly bytes?: unknown;
  readonly bytesReceived?: unknown;
  readonly bytesCopied?: unknown;
  readonly receives?: unknown;
  readonly writes?: unknown;
  readonly collections?: unknown;
  readonly collectionSeconds?: unknown;
  readonly connections?: unknown;
  readonly opened?: unknown;
  readonly aborted?: unknown;
  readonly stalledMs?: unknown;
  readonly rssBytes?: unknown;
  readonly youngBytes?: unknown;
  readonly items?: unknown;
  readonly digest?: unknown;
  readonly nanos?: unknown;
  readonly queries?: unknown;
  readonly rows?: unknown;
  readonly columns?: unknown;
  readonly count?: unknown;
}

interface Waiter {
  resolve(event: ProgramEvent): void;
  reject(error: Error): void;
}

const KEPT_STDERR_CHARACTERS = 4000;

/** A started program. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #exited: Promise<unknown>;
  readonly #events: ProgramEvent[] = [];
  #waiter: Waiter | undefined;
  #failure: Error | undefined;
  #stderr = '';

  /** @param name What it is called in messages. */
  constructor(name: string, { command, args, env }: ProgramCommand) {
    this.#name = name;
    // A process group of its own: Ctrl-C reaches this process alone, which then ends its children in order.
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env },
    });
    this.#process.on('error', (error) => this.#fail(`could not be started: ${error.message}`));
    this.#exited = new Promise((resolve) => this.#process.on('close', resolve));
    this.#process.on('close', (status, signal) => this.#fail(`ended with ${signal ?? `status ${status}`}`));
    // Writing to a program that is gone fails here; its end is what is reported.
    this.#process.stdin.on('error', (error) => this.#fail(`takes no commands: ${error.message}`));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#take(line));
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends one command. */
  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /**
   * The next event, which has to be the one named.
   *
   * @throws {Error} Another event, an end or the deadline came first; the message holds what the program complained of.
   */
  async event(name: string, timeoutMs: number): Promise<ProgramEvent> {
    const event = await this.#next(name, timeoutMs);
    if (event.event === name) return event;
    throw this.#error(`said ${JSON.stringify(event)} where "${name}" was due`);
  }

  /** Asks it to end by ending its input, and waits for that; kills it at the deadline. */
  async end(timeoutMs: number): Promise<void> {
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), timeoutMs);
    await this.#exited.finally(() => clearTimeout(timer));
  }

  /** Tells the system to end it at once; `gone` waits for that. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Resolves when it has ended, or was never started. */
  async gone(timeoutMs: number): Promise<void> {
    if (this.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    await once(this.#process, 'exit', { signal: AbortSignal.timeout(timeoutMs) });
  }

  #next(name: string, timeoutMs: number): Promise<ProgramEvent> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(event);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#waiter?.reject(this.#error(`did not say "${name}" within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const settled = (): void => {
        clearTimeout(timer);
        this.#waiter = undefined;
      };
      this.#waiter = {
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
    });
  }

  #take(line: string): void {
    const event = parseEvent(line);
    if (event === undefined) this.#fail(`said something that is not a JSON event: ${line.slice(0, 200)}`);
    else if (this.#waiter !== undefined) this.#waiter.resolve(event);
    else this.#events.push(event);
  }

  #fail(what: string): void {
    this.#failure ??= this.#error(what);
    this.#waiter?.reject(this.#failure);
  }

  #error(what: string): Error {
    const complaint = this.#stderr.trim();
    return new Error(`${this.#name} ${what}${complaint === '' ? '' : `\n${complaint}`}`);
  }
}

function parseEvent(line: string): ProgramEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as ProgramEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** The number in a field of an event. */
export function numberField(event: ProgramEvent, field: keyof ProgramEvent): number {
  const value = event[field];
  if (typeof value !== 'number') throw new Error(`no number in "${field}" of ${JSON.stringify(event)}`);
  return value;
}

/** Programs that end by themselves, and soon. */
import { execFile } from 'node:child_process';

/** Above what `initdb` takes on a busy machine. */
const TIMEOUT_MS = 60_000;

/** Where and as whom a program runs, and what it reads. */
export interface RunOptions {
  uid?: number;
  gid?: number;
  cwd?: string;
  input?: string;
}

/**
 * Runs a program to its end.
 *
 * @returns What it printed on standard output.
 * @throws {Error} It failed, is not there, or took too long; the message holds what it complained of.
 */
export function run(program: string, args: readonly string[], { input, ...options }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { ...options, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} failed: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // One that has ended reads nothing more; its end is what is told.
    child.stdin?.on('error', () => child.kill());
    child.stdin?.end(input);
  });
}

/**
 * Runs a program to its end under a deadline. A program that is not there, that fails or that takes too long is a
 * `ProgramError` with a message fit to be shown.
 */
import { execFile } from 'node:child_process';

/** A program that could not be run, failed, or missed its deadline. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  /** True when there is no such program on this machine. */
  readonly isMissing: boolean;

  constructor(message: string, isMissing: boolean, cause: Error) {
    super(message, { cause });
    this.isMissing = isMissing;
  }
}

/** Resolves to what the program printed on standard output; the deadline kills it. It has this process's environment, unless given another. */
export function runProgram(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 << 20, env } as const;
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new ProgramError(`there is no \`${command}\` on PATH`, true, error));
      else if (error.killed) reject(new ProgramError(`\`${command}\` took longer than ${timeoutMs} ms`, false, error));
      else reject(new ProgramError(lastLines(stderr) || lastLines(stdout) || error.message, false, error));
    });
  });
}

/** The end of a program's complaint is where it says what went wrong. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join('\n');
}

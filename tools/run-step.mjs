// @ts-check
// One program that has to succeed before the next thing can begin.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program at the root of the checkout, to its end, and kills it at the deadline.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} timeoutMs
 * @returns {string | null} What went wrong, or null.
 */
export function runStep(command, args, timeoutMs) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    // All of it to stderr: stdout belongs to what comes next, which may print JSON.
    stdio: ['ignore', 2, 2],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    // npm and the programs of node_modules/.bin are scripts there, which only a shell can start.
    shell: process.platform === 'win32',
  });
  if (status === 0) return null;
  const isLate = /** @type {NodeJS.ErrnoException | undefined} */ (error)?.code === 'ETIMEDOUT';
  return isLate
    ? `it took longer than ${timeoutMs / 60_000} minutes`
    : (error?.message ?? signal ?? `exit status ${status}`);
}

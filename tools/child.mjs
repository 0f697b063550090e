// @ts-check
// Child processes with a deadline. Each gets a process group of its own, and the whole group is ended with it, so that
// what a child started in turn does not outlive it: neither at the deadline, nor at Ctrl-C, nor when the child forgot.
import { spawn } from 'node:child_process';

/** From SIGTERM to SIGKILL. */
const graceMs = 5_000;
const hasGroups = process.platform !== 'win32';
/** What ends each running child early. @type {Map<import('node:child_process').ChildProcess, 'SIGKILL' | 'SIGTERM'>} */
const running = new Map();

/**
 * Runs a command to its end.
 *
 * @typedef {{ ok: boolean, status: number | null, stdout: string, output: string, timedOut: boolean, seconds: number }} Outcome
 * `ok` means exit status 0 in time; `output` is stdout and stderr as they came, empty when shown live.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs: number, live?: boolean, endWith?: 'SIGKILL' | 'SIGTERM' }} options
 *   `live` lets the child write to our own stdout and stderr instead of keeping what it writes. `endWith` is what ends
 *   it early; SIGTERM for one that has children in groups of their own to end.
 * @returns {Promise<Outcome>} Rejects only when the command cannot be started.
 */
export function runChild(command, args, { cwd, env, timeoutMs, live = false, endWith = 'SIGKILL' }) {
  const startedAt = performance.now();
  const pipe = live ? 'inherit' : 'pipe';
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: env ?? process.env,
    stdio: ['ignore', pipe, pipe],
    detached: hasGroups,
    // npm is a script there, which only a shell can start.
    shell: !hasGroups && command === 'npm',
  });
  running.set(child, endWith);
  let stdout = '';
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const deadline = setTimeout(() => {
      timedOut = true;
      endGroup(child, endWith);
      if (endWith !== 'SIGKILL') setTimeout(() => endGroup(child, 'SIGKILL'), graceMs).unref();
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(deadline);
      running.delete(child);
      reject(error);
    });
    // At `exit`, not `close`: a grandchild that holds the pipes open would keep `close` from coming.
    child.on('exit', () => endGroup(child, 'SIGKILL'));
    child.on('close', (status) => {
      clearTimeout(deadline);
      running.delete(child);
      const seconds = (performance.now() - startedAt) / 1000;
      if (timedOut) output += `\nended after ${timeoutMs / 1000} s: ${command} ${args.join(' ')}\n`;
      resolve({ ok: status === 0 && !timedOut, status, stdout, output, timedOut, seconds });
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {'SIGKILL' | 'SIGTERM'} signal
 */
function endGroup(child, signal) {
  if (child.pid === undefined) return;
  if (!hasGroups) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The usual case: nobody is left in the group.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

for (const [signal, status] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.on(signal, () => {
    for (const [child, endWith] of running) endGroup(child, endWith);
    process.exit(status);
  });
}

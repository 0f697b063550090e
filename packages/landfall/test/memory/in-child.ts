/** Runs a function in a process of its own: for what an environment variable or an option of Node decides. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DEADLINE_MS = 20_000;
/** Compiled tests lie in a folder of the package, where its name can be imported. */
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** A warning that the process was given. */
export interface Told {
  code: string;
  message: string;
}

/** What became of it. */
export interface Outcome<T> {
  result: T;
  warnings: Told[];
}

/**
 * Runs `body` there, and returns what it resolved to and every warning.
 *
 * @param body Is passed on as text: it uses nothing from around it, and imports what it needs itself.
 * @param env Environment variables to set.
 */
export async function inChild<T>(body: () => Promise<T>, env: Record<string, string> = {}): Promise<Outcome<T>> {
  const code = `
    import { writeSync } from 'node:fs';
    const warnings = [];
    let result;
    process.on('warning', ({ code, message }) => warnings.push({ code, message }));
    process.on('exit', () => writeSync(1, JSON.stringify({ result, warnings })));
    result = await (${body})();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', code],
    { cwd: HERE, timeout: DEADLINE_MS, env: { ...process.env, LANDFALL_DEBUG: '0', ...env } },
  );
  return JSON.parse(stdout) as Outcome<T>;
}

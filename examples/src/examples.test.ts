import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs an example to its end, and returns what it printed. */
async function output(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
  return stdout;
}

test('the echo example prints each word that came back', async () => {
  assert.equal(await output('echo'), 'hello\nfrom\nlandfall\n');
});

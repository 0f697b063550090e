import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { said } from '../testing/run-bench.js';

const MODULE = new URL('./stoppable.js', import.meta.url).href;
const DEADLINE_MS = 20_000;

/** A program that does not care for its signal, and says when the next one is another Ctrl-C. */
function startStubborn(): ChildProcessByStdio<null, Readable, Readable> {
  const program = `
    const { stoppable } = await import('${MODULE}');
    await stoppable((signal) => new Promise(() => {
      console.log('running');
      signal.addEventListener('abort', () => setTimeout(() => console.log('still running'), 800));
      setTimeout(() => {}, ${DEADLINE_MS});
    }));`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
  });
}

describe('a run that can be stopped', () => {
  it('goes on in order after the first Ctrl-C, also when it comes twice at once, and ends at the next', async () => {
    const child = startStubborn();
    const ended = once(child, 'exit');
    await said(child.stdout, /running/);
    child.kill('SIGINT');
    await said(child.stderr, /stopping in order; once more ends it at once/);
    child.kill('SIGINT');
    await said(child.stdout, /still running/);
    child.kill('SIGINT');
    const [status] = await ended;
    assert.equal(status, 130);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { said } from './testing/run-bench.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The script builds first. */
const START_DEADLINE_MS = 60_000;
const END_DEADLINE_MS = 10_000;

/** The code that a connection is refused with; null when somebody listens. */
async function refusal(port: number): Promise<string | null> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(END_DEADLINE_MS) });
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

test('slow: a server that npm started ends when npm is told to', async () => {
  // A group of its own, which is killed as a whole should the test fail.
  const npm = spawn('npm', ['run', '-s', 'bench', '--', 'echo-server', '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = npm.pid ?? assert.fail('npm was not started');
  const killGroup = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // Nobody is left in it.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const startTimer = setTimeout(killGroup, START_DEADLINE_MS);
  try {
    const [, port] = await said(npm.stdout, /"listening","port":(\d+)/);
    clearTimeout(startTimer);
    assert.equal(await refusal(Number(port)), null);
    // Its output closes when the last process that holds it has ended, which is the server.
    const closed = once(npm, 'close', { signal: AbortSignal.timeout(END_DEADLINE_MS) });
    npm.kill('SIGTERM');
    npm.stderr.resume();
    await closed;
    assert.equal(await refusal(Number(port)), 'ECONNREFUSED');
  } catch (error) {
    killGroup();
    throw error;
  } finally {
    clearTimeout(startTimer);
  }
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { thisMachine } from '../../dist/config/machine.js';

test('this machine has the environment, the user and the home of this process', () => {
  const machine = thisMachine();
  assert.equal(machine.env, process.env);
  assert.equal(machine.userName(), userInfo().username);
  assert.equal(machine.homeDirectory(), homedir());
  assert.equal(machine.isWindows, process.platform === 'win32');
});

test('a file has facts and text, a folder has facts, and what is not there has none', async () => {
  const machine = thisMachine();
  const folder = await mkdtemp(join(tmpdir(), 'landfall-machine-'));
  try {
    const file = join(folder, 'file');
    await writeFile(file, 'text');
    if (!machine.isWindows) {
      await chmod(file, 0o640);
      assert.equal(machine.facts(file)!.mode, 0o640);
      assert.equal(machine.facts(file)!.isRoots, userInfo().uid === 0);
    }
    assert.equal(machine.facts(file)!.isFile, true);
    assert.equal(machine.readText(file), 'text');
    assert.equal(machine.facts(folder)!.isFile, false);
    assert.equal(machine.facts(join(folder, 'gone')), null);
    assert.equal(machine.facts(join(file, 'below')), null);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is passed over becomes a process warning', async () => {
  const warned = once(process, 'warning', { signal: AbortSignal.timeout(5000) });
  thisMachine().warn('something');
  const [warning] = (await warned) as [Error];
  assert.equal(warning.name, 'PostgresWarning');
  assert.equal(warning.message, 'something');
});

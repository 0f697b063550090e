import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { postgresLack } from '@landfall/postgres-server';

/** Runs an example to its end, and returns what it printed. */
async function output(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
  return stdout;
}

test('the echo example prints each word that came back', async () => {
  assert.equal(await output('echo'), 'hello\nfrom\nlandfall\n');
});

test('the remote call example prints the answers of both calls', async () => {
  assert.equal(await output('rpc'), "[ 'LAND IN SIGHT', 'ALL HANDS ON DECK' ]\n");
});

test('the worker example prints what the worker read of each frame', async () => {
  assert.equal(
    await output('worker'),
    'frame 1: 1000000 bytes, sum 1000000\nframe 2: 1000000 bytes, sum 2000000\nframe 3: 1000000 bytes, sum 3000000\n',
  );
});

test('the keeping example gets back what it sent', async () => {
  assert.equal(await output('keeping'), '5 bytes, as sent\n3000000 bytes, as sent\n5 bytes, as sent\n');
});

test('the chat example tells everybody what the others say, and who comes and goes', async () => {
  assert.equal(await output('chat'), 'welcome, Ann: you are 1\nBob is here\nBob: land in sight\nBob has left\n');
});

test('the PostgreSQL example copies, rolls back, and reads by columns and by rows', {
  skip: postgresLack() ?? false,
}, async () => {
  assert.equal(
    await output('postgres'),
    [
      '10000 rows copied',
      '23505 soundings_pkey',
      '9500 values, at most 2375',
      '{ id: 10000, at: 1970-01-01T00:00:00.000Z }\n',
    ].join('\n'),
  );
});

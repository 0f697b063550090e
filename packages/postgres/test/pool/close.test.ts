import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createPool } from '@landfall/postgres';
import { FakeServer } from '../support/fake-server.js';
import { strayErrors, until, within } from '../support/waiting.js';

describe('closing a pool', () => {
  let stray: AsyncDisposable;
  let server: FakeServer;

  beforeEach(async () => {
    stray = strayErrors();
    server = await FakeServer.listen();
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await stray[Symbol.asyncDispose]();
  });

  const closed = { code: 'ERR_CLOSED' };

  it('waits for what is under way, and rejects who waits or comes', async () => {
    const pool = createPool(server.url, { max: 2 });
    const conn = await pool.acquire();
    const tx = await pool.begin();
    const waiting = [pool.query('select'), pool.acquire(), pool.begin()];
    const closing = pool.close();
    for (const call of waiting) await assert.rejects(call, closed);
    await assert.rejects(pool.query('select'), closed);
    await assert.rejects(pool.acquire(), closed);
    await assert.rejects(
      pool.transaction(() => 1),
      closed,
    );
    await conn.query('still mine');
    conn.release();
    await tx.query('mine too');
    await tx.commit();
    await within('the end', closing);
    assert.deepEqual([pool.stats().size, pool.stats().destroyed, pool.stats().waiting], [0, 2, 0]);
    await pool.close();
    await pool[Symbol.asyncDispose]();
  });

  it('rejects who comes also where a connection is shared', async () => {
    const pool = createPool(server.url, { max: 1, maxPipelined: 2 });
    await pool.query('select');
    const before = pool.query('select 1');
    const closing = pool.close();
    await assert.rejects(pool.query('select 2'), closed);
    await before;
    await within('the end', closing);
  });

  it('ends what does not end in time', async () => {
    for (const timeoutMs of [0, 30]) {
      const pool = createPool(server.url);
      server.behave = (text) => (text === 'slow' ? 'silence' : 'answer');
      const conn = await pool.acquire();
      const slow = pool.query('slow');
      await until('it to be asked', () => server.asked.some(({ text }) => text === 'slow'));
      server.asked.length = 0;
      const closing = pool.close({ timeoutMs });
      const [first, second] = [slow, conn.query('slow')];
      await Promise.all([assert.rejects(first, closed), assert.rejects(second, closed), within('the end', closing)]);
      assert.equal(pool.stats().size, 0);
      conn.release();
    }
  });

  it('gives up the connections that are being made', async () => {
    server.behave = (text) => (text === 'connect' ? 'silence' : 'answer');
    const pool = createPool(server.url, { min: 2 });
    const call = pool.query('select');
    await until('connections', () => server.connections >= 2);
    const closing = pool.close();
    await assert.rejects(call, closed);
    await within('the end', closing, 2_000);
    assert.deepEqual([pool.stats().size, pool.stats().connecting], [0, 0]);
  });

  it('is over at once if there is nothing, and may be asked for again', async () => {
    const pool = createPool(server.url);
    await assert.rejects(pool.close({ timeoutMs: -1 }), RangeError);
    await assert.rejects(pool.close({ timeoutMs: 2 ** 40 }), RangeError);
    await pool.query('select');
    const [one, two] = [pool.close(), pool.close({ timeoutMs: 1 })];
    await within('both', Promise.all([one, two]));
    assert.equal(pool.stats().size, 0);
  });

  it('need not be done for the process to end, unless it is told so', async () => {
    const run = async (options: string): Promise<string> => {
      const code = `
        const { createPool } = await import(${JSON.stringify(import.meta.resolve('@landfall/postgres'))});
        const pool = createPool(${JSON.stringify(server.url)}, ${options});
        await Promise.all([pool.query('select'), pool.query('select'), pool.transaction((tx) => tx.query('select'))]);
        process.stdout.write('done');
      `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'close').then(() => 'ended');
      await within(
        'the query',
        until('the query', () => said === 'done'),
      );
      const how = await Promise.race([ended, new Promise<string>((resolve) => setTimeout(resolve, 2_000, 'runs'))]);
      child.kill('SIGKILL');
      await ended;
      return how;
    };
    assert.equal(await run('{}'), 'ended');
    assert.equal(await run('{ min: 2 }'), 'ended');
    assert.equal(await run('{ allowExitOnIdle: false }'), 'runs');
  });
});

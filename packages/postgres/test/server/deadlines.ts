/** Deadlines, on a server that takes its time. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { it } from 'node:test';
import { connect, createPool } from '@landfall/postgres';
import type { PostgresServer } from '@landfall/postgres-server';

/** Far more than anything here should take. */
const LONG_MS = 4_000;

/** Tests of deadlines. */
export function deadlines(server: () => PostgresServer): void {
  it('ends on the server what took too long, also if rows are to be sent next', async () => {
    await using connection = await connect(server().url('unix'));
    await connection.execute('CREATE TEMP TABLE sent (a int)');
    // Known to the server, so that nothing stands behind what is to be cancelled.
    await connection.executeMany('INSERT INTO sent VALUES ($1)', []);
    const beganMs = performance.now();
    const slow = connection.query('SELECT pg_sleep(20)', [], { timeoutMs: 50 });
    const sent = connection.executeMany('INSERT INTO sent VALUES ($1)', [[1], [2]]);
    await assert.rejects(slow, { code: 'ERR_TIMEOUT', safeToRetry: false });
    assert.equal(await sent, 2);
    assert.ok(performance.now() - beganMs < LONG_MS);
    assert.equal(await connection.queryValue('SELECT count(*)::int FROM sent'), 2);
  });

  it('has one for all calls, if asked to', async () => {
    await using connection = await connect(server().url('unix'), { queryTimeoutMs: 100 });
    await assert.rejects(connection.query('SELECT pg_sleep(20)'), { code: 'ERR_TIMEOUT' });
    assert.equal(await connection.queryValue('SELECT 1'), 1);
    const patient = connection.queryValue('SELECT pg_sleep(0.3)::text', [], { timeoutMs: LONG_MS });
    assert.equal(await patient, '');
  });

  it('takes one signal for many calls, without a warning, and leaves no listener on it', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    try {
      await using pool = createPool(server().url('unix'), { max: 2 });
      const stopping = new AbortController();
      const { signal } = stopping;
      const calls = Array.from({ length: 40 }, (_, i) => pool.queryValue('SELECT $1::int', [i], { signal }));
      assert.ok(getEventListeners(signal, 'abort').length <= 1);
      assert.deepEqual(await Promise.all(calls), [...calls.keys()]);
      assert.equal(getEventListeners(signal, 'abort').length, 0);

      const slow = calls.map(() => pool.query('SELECT pg_sleep(20)', [], { signal }));
      const rejected = slow.map((call) => assert.rejects(call, { code: 'ERR_ABORTED' }));
      stopping.abort();
      await Promise.all(rejected);
      assert.equal(getEventListeners(signal, 'abort').length, 0);
      assert.equal(await pool.queryValue('SELECT 1'), 1);
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', onWarning);
    }
  });
}

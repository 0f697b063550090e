/** Deadlines, on a server that takes its time. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connect } from '@landfall/postgres';
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
}

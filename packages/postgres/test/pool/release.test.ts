import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createPool, type Pool, type PoolOptions } from '@landfall/postgres';
import { type Behave, type Behaviour, FakeServer } from '../support/fake-server.js';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, until } from '../support/waiting.js';

describe('a connection that is given back to its pool', unlessNoPostgres('embedded'), () => {
  const test = useServer();
  const pools: Pool[] = [];
  let stray: AsyncDisposable;

  beforeEach(() => {
    stray = strayErrors();
  });

  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
    await stray[Symbol.asyncDispose]();
  });

  const poolOf = (options: PoolOptions = {}, url = test.url): Pool => {
    const pool = createPool(url, { max: 1, ...options });
    pools.push(pool);
    return pool;
  };
  const isIdle = (pool: Pool): Promise<void> => until('an idle connection', () => pool.stats().idle === 1);

  it('is as new for the next one', async () => {
    const pool = poolOf();
    {
      await using conn = await pool.acquire();
      await conn.query('SET statement_timeout = 12345');
      await conn.query('SELECT pg_advisory_lock(1)');
      await conn.query('LISTEN something');
      await conn.query('BEGIN');
      await conn.query('DECLARE held CURSOR WITH HOLD FOR SELECT 1');
      await conn.query('COMMIT');
    }
    assert.equal(await pool.queryValue('SHOW statement_timeout'), '0');
    assert.equal(await pool.queryValue("SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'"), 0);
    assert.equal(await pool.queryValue('SELECT count(*)::int FROM pg_listening_channels()'), 0);
    assert.equal(await pool.queryValue('SELECT count(*)::int FROM pg_cursors WHERE is_holdable'), 0);
    assert.equal(pool.stats().created, 1);
  });

  it('is who it was', async () => {
    const pool = poolOf();
    const who = "SELECT current_user || ' ' || session_user || ' ' || current_setting('role')";
    const before = await pool.queryValue(who);
    await test.admin.query('CREATE ROLE lesser');
    for (const become of ['SET ROLE lesser', 'SET SESSION AUTHORIZATION lesser']) {
      await using conn = await pool.acquire();
      await conn.query(become);
      assert.notEqual(await conn.queryValue(who), before);
      await conn[Symbol.asyncDispose]();
      assert.equal(await pool.queryValue(who), before);
    }
    const role = `ALTER ROLE ${await pool.queryValue('SELECT current_user')}`;
    await test.admin.query(`${role} SET role = 'lesser'`);
    const other = poolOf();
    (await other.acquire()).release();
    assert.equal(await other.queryValue("SELECT current_setting('role')"), 'lesser');
    await test.admin.query(`${role} RESET role`);
  });

  it('is so after a transaction, too', async () => {
    const pool = poolOf();
    await pool.transaction((tx) => tx.query('SET statement_timeout = 12345'));
    assert.equal(await pool.queryValue('SHOW statement_timeout'), '0');
  });

  it('forgets everything, or nothing, if it is told to', async () => {
    const all = poolOf({ reset: 'discard all' });
    const text = 'SELECT 1 AS one';
    {
      await using conn = await all.acquire();
      await conn.query('CREATE TEMP TABLE mine (id int)');
      await conn.query(text);
    }
    assert.equal(await all.queryValue("SELECT to_regclass('mine') IS NULL"), true);
    assert.deepEqual(await all.query(text), [{ one: 1 }]);
    assert.equal(all.stats().created, 1);
    const none = poolOf({ reset: false });
    {
      await using conn = await none.acquire();
      await conn.query('SET statement_timeout = 12345');
    }
    assert.equal(none.stats().idle, 1);
    assert.equal(await none.queryValue('SHOW statement_timeout'), '12345ms');
  });

  it('has no transaction any more, by whatever means it was begun', async () => {
    const pool = poolOf();
    await pool.query('CREATE TABLE IF NOT EXISTS released (id int)');
    {
      await using conn = await pool.acquire();
      await conn.query('BEGIN');
      await conn.query('INSERT INTO released VALUES (1)');
    }
    const conn = await pool.acquire();
    const tx = await conn.begin();
    const inner = await tx.begin();
    await inner.query('INSERT INTO released VALUES (2)');
    const waiting = conn.begin();
    conn.release();
    const closed = { code: 'ERR_CLOSED' };
    for (const handle of [tx, inner]) {
      assert.equal(handle.isOpen, false);
      await assert.rejects(handle.query('INSERT INTO released VALUES (3)'), closed);
      await assert.rejects(handle.commit(), closed);
      await assert.rejects(handle.rollback(), closed);
    }
    await assert.rejects(waiting, closed);
    await pool.query('BEGIN');
    assert.equal(await pool.queryValue('SELECT count(*)::int FROM released'), 0);
    await isIdle(pool);
  });

  it('is not touched by a commit or a begin that was under way', async () => {
    const pool = poolOf();
    await pool.query('CREATE TABLE IF NOT EXISTS late (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)');
    await pool.query('INSERT INTO late VALUES (1)');
    const conn = await pool.acquire();
    const tx = await conn.begin();
    await tx.query('INSERT INTO late VALUES (1)');
    const fails = assert.rejects(tx.commit(), { sqlstate: '23505' });
    conn.release();
    await pool.transaction(async (next) => {
      await next.query('INSERT INTO late VALUES (2)');
      await fails;
      await next.query('SELECT 1');
    });
    const again = await pool.acquire();
    const begins = assert.rejects(again.begin(), { code: 'ERR_CLOSED' });
    again.release();
    await pool.transaction(async (next) => {
      await begins;
      await next.query('INSERT INTO late VALUES (3)');
    });
    assert.equal(await pool.queryValue('SELECT count(*)::int FROM late'), 3);
    assert.equal(pool.stats().created, 1);
  });

  it('takes no more calls from who had it, and is given back once', async () => {
    const pool = poolOf();
    const conn = await pool.acquire();
    assert.equal(conn.isOpen, true);
    conn.release();
    assert.equal(conn.isOpen, false);
    const closed = { code: 'ERR_CLOSED' };
    await assert.rejects(conn.query('SELECT 1'), closed);
    await assert.rejects(conn.begin(), closed);
    await assert.rejects(conn.copyFrom('t', []), closed);
    assert.throws(() => conn.release(), closed);
    await conn.close();
    await conn[Symbol.asyncDispose]();
    assert.equal(await pool.queryValue('SELECT 1'), 1);
    assert.equal(pool.stats().created, 1);
  });

  it('may have been closed, or lost', async () => {
    const pool = poolOf();
    const conn = await pool.acquire();
    await conn.close();
    await until('another connection', () => pool.stats().size === 0);
    conn.release();
    const lost = await pool.acquire();
    const pid = await lost.queryValue('SELECT pg_backend_pid()');
    await test.admin.query('SELECT pg_terminate_backend($1)', [pid]);
    await lost.closed;
    await assert.rejects(lost.query('SELECT 1'), { code: 'ERR_LOST' });
    lost.release();
    assert.equal(await pool.queryValue('SELECT 1'), 1);
    assert.deepEqual([pool.stats().created, pool.stats().destroyed, pool.stats().size], [3, 2, 1]);
  });

  it('is waited for while something is under way on it, also its cancellation', async () => {
    const pool = poolOf();
    const conn = await pool.acquire();
    const slow = conn.query('SELECT pg_sleep(0.1)');
    const cancelled = assert.rejects(conn.query('SELECT pg_sleep(60)', [], { timeoutMs: 250 }), {
      code: 'ERR_TIMEOUT',
    });
    conn.release();
    assert.equal(pool.stats().idle, 0);
    const next = pool.queryValue('SELECT 1');
    await slow;
    await cancelled;
    assert.equal(await next, 1);
    assert.equal(pool.stats().created, 1);
  });

  it('is ended if it does not get done, cannot be rolled back, or not be reset', async () => {
    /** What happens when the first connection does so with statements that begin like this. */
    const fault = async (beginning: string, behaviour: Behaviour): Promise<void> => {
      const behave: Behave = (text, connection) =>
        connection === 1 && text.startsWith(beginning) ? behaviour : 'answer';
      await using server = await FakeServer.listen(behave);
      await using pool = createPool(server.url, { max: 1 });
      const conn = await pool.acquire();
      await conn.query('BEGIN');
      const slow = conn.query('slow').catch((error: { code: string }) => error.code);
      conn.release();
      await pool.query('next', [], { timeoutMs: 9_000 });
      if (beginning === 'slow') assert.equal(await slow, 'ERR_LOST');
      assert.deepEqual([server.connections, server.texts(2)], [2, ['next']], `${beginning}: ${behaviour}`);
    };
    const faults: [string, Behaviour][] = [
      ['slow', 'silence'],
      ['slow', 'drop'],
      ['ROLLBACK', 'silence'],
      ['ROLLBACK', 'drop'],
      ['ROLLBACK', '58000'],
      ['RESET', 'silence'],
      ['RESET', 'drop'],
      ['RESET', '58000'],
    ];
    await Promise.all(faults.map(([beginning, behaviour]) => fault(beginning, behaviour)));
  });
});

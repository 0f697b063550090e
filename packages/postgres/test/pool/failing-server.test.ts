import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { connect, createPool, type Pool, type PoolOptions } from '@landfall/postgres';
import { FakeServer } from '../support/fake-server.js';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, until, within } from '../support/waiting.js';

describe('a pool whose server fails', unlessNoPostgres('embedded'), () => {
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
    const pool = createPool(url, options);
    pools.push(pool);
    return pool;
  };

  /** Runs queries on a pool until told to stop; what went wrong meanwhile. */
  const load = (pool: Pool, callers: number): { stop: () => Promise<{ done: number; errors: string[] }> } => {
    let isOn = true;
    let done = 0;
    const errors: string[] = [];
    const caller = async (i: number): Promise<void> => {
      while (isOn) {
        const call: Promise<unknown> =
          i % 2 === 0
            ? pool.query('SELECT $1::int AS i', [i])
            : pool.transaction((tx) => tx.query('SELECT $1::int AS i', [i]));
        try {
          await call;
          done++;
        } catch (error) {
          errors.push((error as { code: string }).code);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    };
    const callers_ = Array.from({ length: callers }, (_, i) => caller(i));
    return {
      stop: async () => {
        isOn = false;
        await within('the end of the load', Promise.all(callers_));
        return { done, errors };
      },
    };
  };

  it('survives its restart while it is idle', async () => {
    const pool = poolOf();
    await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1'), pool.query('SELECT 1')]);
    await test.server.restart();
    await until('the end of all connections', () => pool.stats().size === 0);
    assert.equal(await pool.queryValue('SELECT 1'), 1);
    assert.equal(pool.stats().size, 1);
  });

  it('survives its restart under load', async () => {
    const pool = poolOf({ max: 5 });
    const running = load(pool, 20);
    await until('some load', () => pool.stats().uses > 100);
    await test.server.restart();
    const { uses } = pool.stats();
    await until('load again', () => pool.stats().uses > uses + 200);
    const { done, errors } = await running.stop();
    assert.ok(done > 100);
    assert.ok(errors.length > 0);
    const known = new Set(['57P01', '57P03', 'ERR_LOST', 'ERR_CONNECT']);
    assert.deepEqual(
      errors.filter((code) => !known.has(code)),
      [],
    );
    await until('an idle pool', () => pool.stats().idle === pool.stats().size && pool.stats().connecting === 0);
    const { size, waiting, created, destroyed } = pool.stats();
    assert.deepEqual({ size: size <= 5, waiting, sum: created - destroyed }, { size: true, waiting: 0, sum: size });
    assert.equal(await pool.queryValue('SELECT 1'), 1);
  });

  it('survives the end of its connections under load', async () => {
    const pool = poolOf({ max: 5, applicationName: 'terminated' });
    await using admin = await connect(test.url);
    const running = load(pool, 20);
    for (let i = 0; i < 10; i++) {
      const { uses } = pool.stats();
      await until('some load', () => pool.stats().uses > uses + 50);
      await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'terminated'");
    }
    const { done, errors } = await running.stop();
    assert.ok(done > 300);
    const known = new Set(['57P01', 'ERR_LOST', 'ERR_CONNECT']);
    assert.deepEqual(
      errors.filter((code) => !known.has(code)),
      [],
    );
    await until('an idle pool', () => pool.stats().idle === pool.stats().size && pool.stats().connecting === 0);
    assert.ok(pool.stats().destroyed > 10);
    assert.equal(await pool.queryValue('SELECT 1'), 1);
  });

  it('rejects each call with why no connection could be made for it, and recovers', async () => {
    await using server = await FakeServer.listen(() => '57P03');
    const pool = poolOf({ max: 2 }, server.url);
    const refused = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => pool.query('select')),
      pool.acquire(),
      pool.begin(),
    ]);
    for (const outcome of refused) {
      assert.ok(outcome.status === 'rejected');
      const { code, safeToRetry, cause } = outcome.reason;
      assert.deepEqual([code, safeToRetry, cause.sqlstate], ['ERR_CONNECT', true, '57P03']);
    }
    assert.equal(pool.stats().failed, 12);
    server.behave = () => 'answer';
    await pool.query('select');
    assert.deepEqual([pool.stats().size, pool.stats().waiting], [1, 0]);
  });

  it('keeps nobody waiting who can be served by a connection that is there', async () => {
    await using server = await FakeServer.listen((text, connection) =>
      text === 'connect' && connection > 1 ? '53300' : 'answer',
    );
    const pool = poolOf({ max: 5 }, server.url);
    await pool.query('select');
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => pool.query('select')));
    assert.ok(outcomes.some(({ status }) => status === 'fulfilled'));
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.cause.sqlstate, '53300');
    }
    assert.deepEqual([pool.stats().size, pool.stats().waiting, pool.stats().connecting], [1, 0, 0]);
  });

  it('tries to have `min` connections again and again, ever more slowly', async () => {
    await using server = await FakeServer.listen(() => 'drop');
    const pool = poolOf({ min: 2, max: 4 }, server.url);
    await until('some attempts', () => pool.stats().failed >= 4);
    assert.ok(pool.stats().failed < 20, 'no storm');
    server.behave = () => 'answer';
    await until('the connections', () => pool.stats().size === 2);
    assert.equal(pool.stats().waiting, 0);
  });

  it('says that nothing was sent if nothing was, and never sends anything twice', async () => {
    await using server = await FakeServer.listen();
    const pool = poolOf({ max: 1 }, server.url);
    await pool.query('first');
    server.behave = (text) => (text === 'dropped' ? 'drop' : 'answer');
    await assert.rejects(pool.query('dropped'), { code: 'ERR_LOST', safeToRetry: false });
    await pool.query('second');
    const dropped = server.asked.filter(({ text }) => text === 'dropped');
    assert.ok(dropped.length <= 1);
    const lost = pool.transaction(async (tx) => {
      await tx.query('in transaction');
      server.dropAll();
      await tx.query('and after');
    });
    await assert.rejects(lost, { code: 'ERR_LOST' });
    await pool.query('third');
    assert.deepEqual(server.texts(3), ['third']);
  });
});

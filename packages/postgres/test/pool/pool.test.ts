import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createPool, type Pool, type PooledConnection, type PoolOptions } from '@landfall/postgres';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, turns, until, within } from '../support/waiting.js';

describe('a pool', unlessNoPostgres('embedded'), () => {
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

  const poolOf = (options: PoolOptions = {}): Pool => {
    const pool = createPool(test.url, { applicationName: 'pool test', ...options });
    pools.push(pool);
    return pool;
  };
  const backends = (): Promise<bigint> =>
    test.admin.queryValue("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pool test'");
  const settled = (pool: Pool): Promise<void> =>
    until('an idle pool', () => pool.stats().idle === pool.stats().size && pool.stats().connecting === 0);

  it('connects when it is needed, and runs one call after the other on one connection', async () => {
    const pool = poolOf();
    assert.equal(pool.stats().size + pool.stats().connecting, 0);
    for (let i = 0; i < 5; i++) assert.equal(await pool.queryValue('SELECT $1::int', [i]), i);
    assert.deepEqual(await pool.batch([['SELECT 1 AS one'], ['SELECT 2 AS two']]), [[{ one: 1 }], [{ two: 2 }]]);
    const { size, idle, created, uses, destroyed } = pool.stats();
    assert.deepEqual({ size, idle, created, uses, destroyed }, { size: 1, idle: 1, created: 1, uses: 6, destroyed: 0 });
  });

  it('serves 20 callers on 5 connections, and is as before then', async () => {
    const pool = poolOf({ max: 5 });
    let most = 0n;
    const caller = async (i: number): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        assert.equal(await pool.queryValue('SELECT $1::int FROM pg_sleep(0.001)', [i * 100 + round]), i * 100 + round);
      }
    };
    const watcher = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) {
        const count = await backends();
        if (count > most) most = count;
      }
    };
    await Promise.all([...Array.from({ length: 20 }, (_, i) => caller(i)), watcher()]);
    assert.ok(most <= 5n, `${most} connections`);
    await settled(pool);
    const { size, idle, busy, waiting, destroyed } = pool.stats();
    assert.deepEqual({ size, idle, busy, waiting, destroyed }, { size: 5, idle: 5, busy: 0, waiting: 0, destroyed: 0 });
  });

  it('serves who waits in the order in which they came', async () => {
    const pool = poolOf({ max: 1 });
    const order: number[] = [];
    const first = await pool.acquire();
    const held = async (i: number): Promise<void> => {
      await using _conn = await pool.acquire();
      order.push(i);
    };
    const calls = [
      held(0),
      pool.query('SELECT 1').then(() => order.push(1)),
      pool.transaction(() => void order.push(2)),
      pool.executeMany('SELECT $1::int', [[1]]).then(() => order.push(3)),
      held(4),
      pool.query('SELECT 1').then(() => order.push(5)),
    ];
    assert.equal(pool.stats().waiting, 6);
    first.release();
    await Promise.all(calls);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
  });

  it('lets nobody wait for longer than they want', async () => {
    const pool = poolOf({ max: 1, acquireTimeoutMs: 30 });
    const conn = await pool.acquire();
    const code = (call: Promise<unknown>): Promise<unknown> => call.catch((error: { code: string }) => error.code);
    const controller = new AbortController();
    const calls = [
      code(pool.query('SELECT 1')),
      code(pool.acquire()),
      code(pool.begin()),
      code(pool.query('SELECT 1', [], { timeoutMs: 1 })),
      code(pool.acquire({ signal: controller.signal })),
      code(pool.query('SELECT 1', [], { signal: controller.signal })),
    ];
    controller.abort();
    const aborted = { signal: controller.signal };
    calls.push(code(pool.acquire(aborted)), code(pool.query('SELECT 1', [], aborted)), code(pool.begin(aborted)));
    const [timeout, abort] = ['ERR_TIMEOUT', 'ERR_ABORTED'];
    const expected = [timeout, timeout, timeout, timeout, abort, abort, abort, abort, abort];
    assert.deepEqual(await Promise.all(calls), expected);
    assert.equal(pool.stats().waiting, 0);
    conn.release();
    assert.equal(await pool.queryValue('SELECT 1'), 1);
    assert.equal(pool.stats().size, 1);
  });

  it('counts the waiting into the time of a call', async () => {
    const pool = poolOf({ max: 1 });
    const conn = await pool.acquire();
    const beganMs = performance.now();
    const call = pool.query('SELECT pg_sleep(60)', [], { timeoutMs: 1_000 });
    setTimeout(() => conn.release(), 500);
    await assert.rejects(call, { code: 'ERR_TIMEOUT', message: /the query/ });
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < 1_450, `${tookMs} ms`);
    await settled(pool);
  });

  it('refuses more callers than may wait', async () => {
    const pool = poolOf({ max: 1, maxQueue: 2 });
    const conn = await pool.acquire();
    const waiting = [pool.query('SELECT 1'), pool.query('SELECT 1')];
    const full = { code: 'ERR_POOL_FULL', safeToRetry: true };
    await assert.rejects(pool.query('SELECT 1'), full);
    await assert.rejects(pool.acquire(), full);
    conn.release();
    await Promise.all(waiting);
    // For whom a connection is made, nobody has to make place.
    const none = poolOf({ max: 1, maxQueue: 0 });
    const first = none.query('SELECT 1');
    await assert.rejects(none.query('SELECT 1'), full);
    await first;
  });

  it('uses one connection for several callers when it may, never beside a transaction or many rows', async () => {
    const pool = poolOf({ max: 2, maxPipelined: 3, min: 2 });
    await until('two connections', () => pool.stats().idle === 2);
    const pids = (calls: number): Promise<number[]> =>
      Promise.all(
        Array.from({ length: calls }, () => pool.queryValue<number>('SELECT pg_backend_pid() FROM pg_sleep(0.01)')),
      );
    await pids(2);
    const six = pids(6);
    assert.equal(pool.stats().waiting, 0);
    const seventh = pool.queryValue<number>('SELECT 1');
    assert.equal(pool.stats().waiting, 1);
    const counts = new Map<number, number>();
    for (const pid of await six) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    assert.deepEqual([...counts.values()], [3, 3]);
    await seventh;
    await settled(pool);

    await using tx = await pool.begin();
    const mine = await tx.queryValue<number>('SELECT pg_backend_pid()');
    const others = await pids(9);
    assert.ok(!others.includes(mine));
    const endless = async function* (): AsyncGenerator<unknown[]> {
      yield [1];
      await until('the others to wait', () => pool.stats().waiting > 0);
      yield [2];
    };
    const many = pool.executeMany('SELECT $1::int', endless());
    const behind = pool.query('SELECT 1');
    await many;
    await behind;
  });

  it('refuses options that cannot be', () => {
    const wrong: [PoolOptions, RegExp][] = [
      [{ max: 0 }, /max/],
      [{ max: 1.5 }, /max/],
      [{ max: 2, min: 3 }, /min/],
      [{ acquireTimeoutMs: -1 }, /acquireTimeoutMs/],
      [{ acquireTimeoutMs: 2 ** 31 }, /acquireTimeoutMs/],
      [{ idleTimeoutMs: Number.NaN }, /idleTimeoutMs/],
      [{ maxUses: 0 }, /maxUses/],
      [{ maxPipelined: 0 }, /maxPipelined/],
      [{ reset: 'all' as 'light' }, /reset/],
    ];
    for (const [options, message] of wrong) assert.throws(() => createPool(test.url, options), message);
    assert.throws(() => createPool(test.url, { maxx: 1 } as PoolOptions), { code: 'ERR_CONFIG' });
  });

  it('lets one caller after the other have a connection alone', async () => {
    const pool = poolOf({ max: 2 });
    const conns: PooledConnection[] = [await pool.acquire(), await pool.acquire()];
    const third = pool.acquire();
    assert.equal(pool.stats().waiting, 1);
    assert.equal(await conns[0]!.queryValue('SELECT 1'), 1);
    conns[0]!.release();
    const taken = await within('a released connection', third);
    assert.equal(await taken.queryValue('SELECT 2'), 2);
    taken.release();
    conns[1]!.release();
    await settled(pool);
    assert.equal(pool.stats().size, 2);
    await turns();
  });

  it('begins transactions on connections of their own, and gives them back whatever happens', async () => {
    const pool = poolOf({ max: 3 });
    await pool.query('CREATE TABLE IF NOT EXISTS in_pool (id int PRIMARY KEY)');
    const error = new Error('no');
    const runs = Array.from({ length: 12 }, (_, i) =>
      pool
        .transaction(async (tx) => {
          const pid = await tx.queryValue('SELECT pg_backend_pid()');
          await tx.execute('INSERT INTO in_pool VALUES ($1)', [i]);
          if (i % 3 === 0) throw error;
          assert.equal(await tx.queryValue('SELECT pg_backend_pid()'), pid);
        })
        .then(
          () => 'kept',
          (reason) => reason,
        ),
    );
    const outcomes = await Promise.all(runs);
    assert.deepEqual(
      outcomes.map((outcome) => outcome === error),
      outcomes.map((_, i) => i % 3 === 0),
    );
    assert.equal(await pool.queryValue('SELECT count(*)::int FROM in_pool'), 8);
    await using begun = await pool.begin({ readOnly: true });
    await assert.rejects(begun.execute('INSERT INTO in_pool VALUES (100)'), { sqlstate: '25006' });
    await begun.rollback();
    await assert.rejects(pool.begin({ isolation: 'none' as 'serializable' }), TypeError);
    await settled(pool);
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createPool, type Pool, type PoolOptions } from '@landfall/postgres';
import type { Target } from '../../dist/connection/queryable.js';
import { Member } from '../../dist/pool/member.js';
import { poolSettings } from '../../dist/pool/pool-options.js';
import { FakeServer } from '../support/fake-server.js';
import { strayErrors, until } from '../support/waiting.js';

describe('the connections of a pool', () => {
  const pools: Pool[] = [];
  let stray: AsyncDisposable;
  let server: FakeServer;

  beforeEach(async () => {
    stray = strayErrors();
    server = await FakeServer.listen();
  });

  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
    await server[Symbol.asyncDispose]();
    await stray[Symbol.asyncDispose]();
  });

  const poolOf = (options: PoolOptions): Pool => {
    const pool = createPool(server.url, options);
    pools.push(pool);
    return pool;
  };
  const use = (pool: Pool, connections: number): Promise<unknown> =>
    Promise.all(Array.from({ length: connections }, () => pool.query('select')));
  const idle = (pool: Pool, count: number): Promise<void> =>
    until(`${count} idle connections`, () => pool.stats().idle === count && pool.stats().size === count);

  it('are made ahead as far as `min` says, and again when they are lost', async () => {
    const pool = poolOf({ min: 3 });
    await idle(pool, 3);
    server.dropAll();
    await until('new ones', () => pool.stats().created === 6);
    await idle(pool, 3);
    assert.equal(pool.stats().destroyed, 3);
  });

  it('are closed when they were idle for long, down to `min`', async () => {
    const pool = poolOf({ min: 2, idleTimeoutMs: 50 });
    await idle(pool, 2);
    await use(pool, 6);
    await until('a large pool', () => pool.stats().created === 6);
    await idle(pool, 2);
    assert.deepEqual([pool.stats().created, pool.stats().destroyed], [6, 4]);
  });

  it('are closed when they are old, idle or not, but never in use', async () => {
    const pool = poolOf({ max: 2, maxLifetimeMs: 100 });
    const conn = await pool.acquire();
    await use(pool, 1);
    await until('the end of the idle one', () => pool.stats().size === 1);
    await conn.query('still mine');
    conn.release();
    await idle(pool, 0);
    assert.equal(pool.stats().destroyed, 2);
    await use(pool, 1);
  });

  it('do not get old all at once', () => {
    const beganMs = Date.now();
    const settings = poolSettings({ maxLifetimeMs: 1_000_000 });
    const members = Array.from({ length: 200 }, () => new Member({} as Target, settings));
    const worn = (afterMs: number): number => members.filter((member) => member.isWorn(beganMs + afterMs)).length;
    assert.equal(worn(899_000), 0);
    assert.ok(worn(950_000) > 50 && worn(950_000) < 150, `${worn(950_000)}`);
    assert.equal(worn(1_001_000 + Date.now() - beganMs), 200);
  });

  it('that a server accepts only to end them are not made without end', async () => {
    const pool = poolOf({ min: 2 });
    const storm = setInterval(() => server.dropAll(), 1);
    await until('several attempts', () => pool.stats().destroyed + pool.stats().failed >= 6);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.ok(pool.stats().destroyed + pool.stats().failed < 20, JSON.stringify(pool.stats()));
    clearInterval(storm);
    await idle(pool, 2);
  });

  it('are closed when they were used often', async () => {
    const pool = poolOf({ max: 1, maxUses: 3 });
    for (let i = 0; i < 7; i++) await use(pool, 1);
    assert.deepEqual([pool.stats().created, pool.stats().destroyed], [3, 2]);
    assert.deepEqual(
      [1, 2, 3].map((connection) => server.texts(connection).length),
      [3, 3, 1],
    );
  });

  it('that were idle for long are asked for a sign of life before they are used', async () => {
    const pool = poolOf({ max: 1, validateIdleMs: 0 });
    await use(pool, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await use(pool, 1);
    assert.deepEqual(server.texts(1), ['select', '', 'select']);
    assert.equal(pool.stats().created, 1);
  });

  it('that are dead without a word are not used: others are made in time', async () => {
    const pool = poolOf({ max: 4, validateIdleMs: 20 });
    await use(pool, 4);
    await idle(pool, 4);
    const before = server.connections;
    server.behave = (_, connection) => (connection <= before ? 'silence' : 'answer');
    await new Promise((resolve) => setTimeout(resolve, 40));
    const beganMs = performance.now();
    await use(pool, 1);
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < 8_000, `${tookMs} ms`);
    await until('the end of the dead', () => pool.stats().destroyed === 4);
    assert.deepEqual(pool.stats().size, 1);
    await use(pool, 8);
  });

  it('that go silent under a call give their place free when its time is over', async () => {
    const pool = poolOf({ max: 1 });
    await pool.query('next');
    server.behave = (text) => (text === 'lost' ? 'silence' : 'answer');
    await assert.rejects(pool.query('lost', [], { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' });
    // Its cancellation is not answered either.
    await pool.query('next');
    assert.deepEqual([server.cancels, server.connections], [1, 2]);
    assert.deepEqual(server.texts(2), ['next']);
  });

  it('that go silent while they are asked what a statement means do so, too', async () => {
    const pool = poolOf({ max: 1 });
    await pool.query('next');
    server.behave = (text, connection) => (text === 'parse lost' && connection === 1 ? 'silence' : 'answer');
    await assert.rejects(pool.query('lost', [], { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' });
    await pool.query('next');
    assert.deepEqual(server.texts(2), ['next']);
  });

  it('that go silent under the calls of several do so, too', async () => {
    const pool = poolOf({ max: 1, maxPipelined: 2 });
    await pool.query('lost');
    server.behave = (text) => (text === 'lost' ? 'silence' : 'answer');
    const lost = [50, 80].map((timeoutMs) => pool.query('lost', [], { timeoutMs }));
    for (const call of lost) await assert.rejects(call, { code: 'ERR_TIMEOUT' });
    await pool.query('next');
    assert.deepEqual([server.cancels, server.texts(2)], [1, ['next']]);
  });
});

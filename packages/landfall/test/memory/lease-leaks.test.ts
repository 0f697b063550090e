/** What becomes of leases that nobody releases, and of memory that nobody uses: in processes that can collect garbage on demand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inChild } from './in-child.js';

test('a lease that is collected without a release is told once, with a hint, and counted', async () => {
  const { result, warnings } = await inChild(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool({ maxBytes: 1000 });
    (() => void pool.acquire(700))();
    const held = pool.acquire(300);
    for (let turns = 0; pool.stats().leaked === 0 && turns < 2000; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { leaked, usedBytes } = pool.stats();
    pool.acquire(700).release();
    held.release();
    return { leaked, usedBytes };
  });
  assert.deepEqual(result, { leaked: 1, usedBytes: 300 }, 'and what it used does not count any more');
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['LANDFALL_LEAK'],
  );
  assert.match(warnings[0]!.message, /700 bytes.*`using`.*release\(\).*LANDFALL_DEBUG=1/);
});

test('in debug mode, a leak is told with where the lease was acquired', async () => {
  const { warnings } = await inChild(
    async () => {
      const { BufferPool } = await import('landfall');
      const pool = new BufferPool();
      function forgetful(): void {
        pool.acquire(700);
      }
      forgetful();
      for (let turns = 0; pool.stats().leaked === 0 && turns < 2000; turns++) {
        globalThis.gc!();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    { LANDFALL_DEBUG: '1' },
  );
  assert.match(warnings[0]?.message ?? '', /at forgetful/);
});

test('a view of a leaked lease stays as it is', async () => {
  const { result } = await inChild(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    const view = (() => pool.acquire(100).bytes)();
    view.fill(5);
    for (let turns = 0; pool.stats().leaked === 0 && turns < 2000; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let i = 0; i < 3000; i++) pool.acquire(100).bytes.fill(6);
    return [pool.stats().leaked, view.every((byte) => byte === 5)];
  });
  assert.deepEqual(result, [1, true]);
});

test('with warnOnLeak: false a leak is not told', async () => {
  const { result, warnings } = await inChild(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool({ warnOnLeak: false });
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    (() => registry.register(pool.acquire(700), null))();
    for (let turns = 0; collected === 0 && turns < 2000; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
    return [collected, pool.stats().leaked];
  });
  assert.deepEqual(result, [1, 0]);
  assert.deepEqual(warnings, []);
});

test('leases that are released, kept, disposed of or passed on are never told of as leaks', async () => {
  const { result, warnings } = await inChild(async () => {
    const { BufferPool, connect, listen } = await import('landfall');
    const pool = new BufferPool();
    const server = await listen({ host: '127.0.0.1', port: 0 }, () => ({ dataReceived() {} }));
    const { port } = server.address as { port: number };
    const { transport } = await connect({ host: '127.0.0.1', port }, () => ({ dataReceived() {} }));
    (() => {
      pool.acquire(100).release();
      pool.acquire(100).keep();
      pool.acquire(100)[Symbol.dispose]();
      transport.write(pool.acquire(100_000));
    })();
    await transport.flushed();
    transport.close();
    await transport.closed;
    await server.close();
    for (let turns = 0; turns < 20; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { leaked, usedBytes } = pool.stats();
    return [leaked, usedBytes];
  });
  assert.deepEqual(result, [0, 0]);
  assert.deepEqual(warnings, []);
});

test('close() after a burst gives the memory back to the system', async () => {
  const { result } = await inChild(async () => {
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    const before = process.memoryUsage.rss();
    // In a function of its own: this one, which waits, would hold the last of them until it is compiled.
    const burst = (): void => {
      for (const lease of [1, 2, 3, 4].map(() => pool.acquire(50_000_000))) {
        lease.bytes.fill(1);
        lease.release();
      }
    };
    burst();
    const during = process.memoryUsage.rss();
    pool.close();
    for (let turns = 0; process.memoryUsage.rss() - before > 40e6 && turns < 2000; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { during: during - before, after: process.memoryUsage.rss() - before };
  });
  assert.ok(result.during > 40e6, `${result.during} bytes more during the burst`);
  assert.ok(result.after < 40e6, `${result.after} bytes more after it`);
});

test('memory that nobody uses for a minute goes back to the system', async () => {
  const { result } = await inChild(async () => {
    const { mock } = await import('node:test');
    mock.timers.enable({ apis: ['setInterval'] });
    const { BufferPool } = await import('landfall');
    const pool = new BufferPool();
    const before = process.memoryUsage.rss();
    const burst = (): number => {
      const leases = Array.from({ length: 150 }, () => pool.acquire(1_000_000));
      for (const lease of leases) lease.bytes.fill(1);
      const rss = process.memoryUsage.rss();
      for (const lease of leases) lease.release();
      return rss;
    };
    const during = burst();
    mock.timers.tick(60_000);
    const { reservedBytes } = pool.stats();
    for (let turns = 0; process.memoryUsage.rss() - before > 30e6 && turns < 2000; turns++) {
      globalThis.gc!();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { during: during - before, reservedBytes, after: process.memoryUsage.rss() - before };
  });
  assert.ok(result.during > 150e6, `${result.during} bytes more during the burst`);
  assert.equal(result.reservedBytes, 0);
  assert.ok(result.after < 30e6, `${result.after} bytes more after it`);
});

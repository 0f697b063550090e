import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPool, type Pool, type Queryable } from '@landfall/postgres';
import { FakeServer } from '../support/fake-server.js';
import { strayErrors, until, within } from '../support/waiting.js';

const CALLERS = 25;
const CALLS = 20;

/** Numbers from 0 to 1, the same ones for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a pool whose server does anything', { concurrency: true }, () => {
  for (const [seed, maxPipelined] of [
    [1, 1],
    [2, 1],
    [3, 4],
    [4, 2],
  ] as const) {
    it(`settles every call, and is as it was when it is over (seed ${seed}, ${maxPipelined} at once)`, async () => {
      await using _stray = strayErrors();
      const next = random(seed);
      await using server = await FakeServer.listen(() => 'answer');
      const faults = ['drop', '40001', '23505', '57014', 'silence'];
      server.behave = (text) => {
        if (text === 'connect') return next() < 0.1 ? 'drop' : 'answer';
        const fault = next() < 0.04 ? faults[Math.floor(next() * faults.length)]! : 'answer';
        // Nobody but the caller knows how long these may take: who sets no limit waits.
        return fault === 'silence' && /^(BEGIN|COMMIT|SAVEPOINT|RELEASE)/.test(text) ? 'drop' : fault;
      };
      await using pool = createPool(server.url, {
        ...{ max: 5, min: 1, maxPipelined, acquireTimeoutMs: 2_000, maxUses: 30, validateIdleMs: 5 },
        connectTimeoutMs: 1_000,
      });
      const outcomes: { kept: number; failed: number } = { kept: 0, failed: 0 };
      const caller = async (): Promise<void> => {
        for (let i = 0; i < CALLS; i++) {
          try {
            await anything(pool, next);
            outcomes.kept++;
          } catch (error) {
            assert.ok(error instanceof Error, `${error}`);
            outcomes.failed++;
          }
        }
      };
      await within('the end of all calls', Promise.all(Array.from({ length: CALLERS }, caller)), 60_000);
      assert.ok(outcomes.kept > 10 && outcomes.failed > 10, JSON.stringify(outcomes));

      server.behave = () => 'answer';
      await until('an idle pool', () => {
        const { size, idle, waiting, connecting } = pool.stats();
        return size === idle && size >= 1 && waiting === 0 && connecting === 0;
      });
      const { created, destroyed, size } = pool.stats();
      assert.equal(created - destroyed, size);
      await Promise.all(Array.from({ length: 20 }, () => pool.query('select')));
      checkTransactions(server);
    });
  }
});

/** One of the things that callers do. */
async function anything(pool: Pool, next: () => number): Promise<unknown> {
  const kind = Math.floor(next() * 8);
  const timeoutMs = 10 + Math.floor(next() * 200);
  const some = async (on: Queryable): Promise<void> => {
    await on.query(`select ${Math.floor(next() * 20)}`, [], { timeoutMs });
    if (next() < 0.1) throw new Error('thrown');
  };
  if (kind < 2) return some(pool);
  if (kind === 2) return pool.executeMany('insert', [[], [], []], { timeoutMs });
  if (kind === 3) return pool.query('select', [], { signal: AbortSignal.timeout(Math.floor(next() * 20)) });
  if (kind === 4) return pool.transaction(some);
  if (kind === 5) return pool.transaction({ timeoutMs }, (tx) => tx.transaction(some));
  if (kind === 6) {
    await using conn = await pool.acquire({ timeoutMs });
    if (next() < 0.2) void conn.query('select late', [], { timeoutMs }).catch(() => undefined);
    if (next() < 0.2) void conn.begin({ timeoutMs }).catch(() => undefined);
    else await some(conn);
    if (next() < 0.1) await conn.close();
    return undefined;
  }
  await using tx = await pool.begin({ timeoutMs });
  await some(tx);
  return next() < 0.5 ? tx.commit({ timeoutMs }) : undefined;
}

/** What is not part of a transaction was never sent while one was open. */
function checkTransactions(server: FakeServer): void {
  for (const { connection, text, status } of server.asked) {
    if (!/^(BEGIN|insert|RESET)/.test(text)) continue;
    assert.equal(status, 'I', `${text} in a transaction: ${server.texts(connection).join(', ')}`);
  }
}

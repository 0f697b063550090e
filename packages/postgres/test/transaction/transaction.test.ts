import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Connection, connect, type Transaction } from '@landfall/postgres';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, turns, within } from '../support/waiting.js';

/** What the server was asked last on a connection, and whether a transaction is open on it. */
async function lastAsked(admin: Connection, pid: number): Promise<{ query: string; state: string }> {
  return admin.queryRow('SELECT query, state FROM pg_stat_activity WHERE pid = $1', [pid]);
}

describe('a transaction', unlessNoPostgres('embedded'), () => {
  const test = useServer();
  let db: Connection;
  let pid: number;
  let stray: AsyncDisposable;

  beforeEach(async () => {
    stray = strayErrors();
    db = await connect(test.url);
    pid = await db.queryValue('SELECT pg_backend_pid()');
    await db.query('CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)');
    await db.query('TRUNCATE kept');
  });

  afterEach(async () => {
    await db.close();
    await stray[Symbol.asyncDispose]();
  });

  const ids = async (): Promise<number[]> =>
    (await test.admin.query<{ id: number }>('SELECT id FROM kept ORDER BY id')).map(({ id }) => id);
  const insert = (tx: Transaction, id: number): Promise<number> => tx.execute('INSERT INTO kept VALUES ($1)', [id]);

  it('resolves to what its function came to, and is kept', async () => {
    const result = await db.transaction(async (tx) => {
      await insert(tx, 1);
      return 'done';
    });
    assert.equal(result, 'done');
    assert.deepEqual(await ids(), [1]);
    assert.equal(await db.transaction(() => 2), 2);
  });

  for (const thrown of [new Error('no'), undefined, null, 'text', 0]) {
    it(`is undone by what its function throws, and rejects with that: ${String(thrown)}`, async () => {
      const fails = db.transaction(async (tx) => {
        await insert(tx, 1);
        throw thrown;
      });
      const outcome = await fails.then(
        () => 'resolved',
        (reason) => ({ reason }),
      );
      assert.deepEqual(outcome, { reason: thrown });
      assert.deepEqual(await ids(), []);
      assert.equal(await db.queryValue('SELECT 1'), 1);
    });
  }

  it('that the server cannot keep rejects with its error, and is not rolled back besides', async () => {
    await db.transaction((tx) => insert(tx, 1));
    const fails = db.transaction((tx) => insert(tx, 1));
    await assert.rejects(fails, { sqlstate: '23505' });
    assert.deepEqual(await lastAsked(test.admin, pid), { query: 'COMMIT', state: 'idle' });
  });

  it('with a failed statement whose error was swallowed is no success', async () => {
    const fails = db.transaction(async (tx) => {
      await insert(tx, 1);
      await assert.rejects(tx.query('SELECT 1 / 0'), { sqlstate: '22012' });
      await assert.rejects(tx.query('SELECT 1'), { sqlstate: '25P02' });
    });
    await assert.rejects(fails, (error: Error & { code?: string; cause?: { sqlstate?: string } }) => {
      assert.equal(error.code, 'ERR_ROLLED_BACK');
      assert.equal(error.cause?.sqlstate, '22012');
      return true;
    });
    assert.deepEqual(await ids(), []);
  });

  it('runs statements that nobody awaited before its end', async () => {
    let late: Promise<number> | undefined;
    await db.transaction(async (tx) => {
      void insert(tx, 1);
      late = insert(tx, 2);
    });
    assert.equal(await late, 1);
    assert.deepEqual(await ids(), [1, 2]);
    await assert.rejects(
      db.transaction(async (tx) => {
        late = tx.execute('SELECT 1 / 0');
        late.catch(() => undefined);
      }),
      { code: 'ERR_ROLLED_BACK' },
    );
    await assert.rejects(late!, { sqlstate: '22012' });
  });

  for (const known of [true, false]) {
    it(`cancels what still runs when it is rolled back, ${known ? 'known' : 'not known'} before, and all that waits behind it`, async () => {
      const kept = await db.queryValue('SELECT pg_backend_pid()');
      const ends = [
        (tx: Transaction): Promise<unknown> => tx.rollback(),
        (tx: Transaction): Promise<unknown> => tx.commit({ timeoutMs: 50 }),
      ];
      for (const end of ends) {
        const tx = await db.begin();
        await insert(tx, 1);
        if (known) await tx.query('SELECT pg_sleep($1)', [0]);
        const sleeps = [1, 2].map((i) => tx.query(`SELECT pg_sleep($1)${known ? '' : ` AS a${i}`}`, [60]));
        const outcomes = Promise.allSettled([...sleeps, tx.query('SELECT 2')]);
        const beganMs = performance.now();
        await Promise.allSettled([within('the end', end(tx))]);
        assert.ok(performance.now() - beganMs < 4_000, 'it was waited for');
        for (const outcome of await within('the calls', outcomes)) {
          assert.equal(outcome.status, 'rejected');
          assert.match(outcome.reason.sqlstate, /^57014$|^25P02$/);
        }
      }
      assert.equal(await db.queryValue('SELECT pg_backend_pid()'), kept);
      assert.deepEqual(await ids(), []);
    });
  }

  it('cancels what its function did not wait for when that throws', async () => {
    let sleeping: Promise<unknown> | undefined;
    const error = new Error('no');
    const fails = db.transaction(async (tx) => {
      sleeping = assert.rejects(tx.query('SELECT pg_sleep(60)'), { sqlstate: '57014' });
      await turns();
      throw error;
    });
    await assert.rejects(within('the end', fails, 4_000), error);
    await sleeping;
    assert.equal(await db.queryValue('SELECT 1'), 1);
  });

  it('that does not begin in time cancels nothing of what came before it', async () => {
    await db.query('SELECT pg_sleep($1)', [0]);
    const before = db.query('SELECT pg_sleep($1)', [0.3]);
    await assert.rejects(db.begin({ timeoutMs: 20 }), { code: 'ERR_TIMEOUT' });
    assert.equal((await before).length, 1);
    await (await db.begin()).rollback();
    assert.equal(await db.queryValue('SELECT 1'), 1);
  });

  it('takes no calls after its end, whatever that was', async () => {
    const handles: Transaction[] = [];
    await db.transaction((tx) => void handles.push(tx));
    await assert.rejects(
      db.transaction((tx) => {
        handles.push(tx);
        throw new Error('no');
      }),
    );
    const begun = await db.begin();
    await begun.commit();
    handles.push(begun);
    for (const tx of handles) {
      assert.equal(tx.isOpen, false);
      for (const call of [tx.query('SELECT 1'), tx.commit(), tx.rollback(), tx.begin(), tx.execute('SELECT 1')]) {
        await assert.rejects(call, { code: 'ERR_CLOSED' });
      }
      await tx[Symbol.asyncDispose]();
    }
  });

  it('that its function ended is left as it was ended', async () => {
    await db.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.rollback();
    });
    const error = new Error('after the commit');
    const fails = db.transaction(async (tx) => {
      await insert(tx, 2);
      await tx.commit();
      throw error;
    });
    await assert.rejects(fails, error);
    assert.deepEqual(await ids(), [2]);
  });

  it('begun by hand is rolled back when it is disposed of, unless committed', async () => {
    {
      await using tx = await db.begin();
      await insert(tx, 1);
    }
    {
      await using tx = await db.begin();
      await insert(tx, 2);
      await tx.commit();
    }
    assert.deepEqual(await ids(), [2]);
    assert.equal((await lastAsked(test.admin, pid)).state, 'idle');
  });

  it('is what its options say', async () => {
    for (const isolation of ['read committed', 'repeatable read', 'serializable'] as const) {
      const shown = await db.transaction({ isolation }, (tx) => tx.queryValue('SHOW transaction_isolation'));
      assert.equal(shown, isolation);
    }
    const options = { isolation: 'serializable', readOnly: true, deferrable: true } as const;
    await db.transaction(options, async (tx) => {
      assert.equal(await tx.queryValue('SHOW transaction_read_only'), 'on');
      assert.equal(await tx.queryValue('SHOW transaction_deferrable'), 'on');
    });
    await assert.rejects(
      db.transaction({ readOnly: true }, (tx) => insert(tx, 1)),
      { sqlstate: '25006' },
    );
    await assert.rejects(db.begin({ isolation: 'none' as 'serializable' }), TypeError);
    await assert.rejects(db.transaction({}, undefined as never), TypeError);
    assert.equal(await db.queryValue('SELECT 1'), 1);
  });

  it('has its connection for itself: other calls reject, another transaction waits', async () => {
    const order: string[] = [];
    const first = db.transaction(async (tx) => {
      order.push('first begins');
      await assert.rejects(db.query('SELECT 1'), { code: 'ERR_UNSUPPORTED' });
      await assert.rejects(db.executeMany('SELECT $1::int', [[1]]), { code: 'ERR_UNSUPPORTED' });
      await tx.query('SELECT pg_sleep(0.01)');
      order.push('first ends');
    });
    await assert.rejects(db.query('SELECT 1'), { code: 'ERR_UNSUPPORTED' });
    const second = db.transaction(() => void order.push('second'));
    const aborted = db.begin({ signal: AbortSignal.timeout(1) });
    await assert.rejects(aborted, { code: 'ERR_ABORTED', safeToRetry: true });
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first begins', 'first ends', 'second']);
    assert.equal(await db.queryValue('SELECT 1'), 1);
  });

  it('fails when a statement of it is cut short, and is rolled back then', async () => {
    const fails = db.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.query('SELECT pg_sleep($1)', [0]); // known from now on, so that it is sent at once
      await assert.rejects(tx.query('SELECT pg_sleep($1)', [60], { timeoutMs: 20 }), { code: 'ERR_TIMEOUT' });
      await tx.query('SELECT 1');
    });
    await assert.rejects(fails, { sqlstate: '25P02' });
    assert.equal((await lastAsked(test.admin, pid)).query, 'ROLLBACK');
    assert.equal(await db.queryValue('SELECT 1'), 1);
    assert.deepEqual(await ids(), []);
  });

  it('whose connection is lost rejects everything, and is done nowhere else', async () => {
    const results: string[] = [];
    const note = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => results.push('done'),
        (error: { code: string; sqlstate?: string }) => results.push(error.code),
      );
    const fails = db.transaction(async (tx) => {
      await insert(tx, 1);
      const queued = [tx.query('SELECT pg_sleep(60)'), insert(tx, 2), insert(tx, 3)].map(note);
      await test.admin.query('SELECT pg_terminate_backend($1)', [pid]);
      await within('the end of what was under way', Promise.all(queued));
      await note(insert(tx, 4));
      await note(tx.transaction((inner) => insert(inner, 5)));
      return 'never kept';
    });
    await assert.rejects(fails, { code: 'ERR_LOST' });
    // Those under way hear what the server said, those that were not sent that it is lost.
    assert.equal(results.length, 5);
    assert.deepEqual(
      results.filter((result) => result !== '57P01' && result !== 'ERR_LOST'),
      [],
    );
    assert.deepEqual(await ids(), []);
    await assert.rejects(
      db.transaction((tx) => insert(tx, 6)),
      { code: 'ERR_LOST', safeToRetry: true },
    );
  });

  it('is run again after a conflict, as often as it is told to', async () => {
    const url = test.url;
    let attempts = 0;
    await db.query('INSERT INTO kept VALUES (1)');
    const run = (retries: number): Promise<number> =>
      db.transaction({ isolation: 'serializable', retries }, async (tx) => {
        attempts++;
        await tx.query('SELECT * FROM kept');
        if (attempts < 3) {
          await using other = await connect(url);
          await other.query('UPDATE kept SET id = id + 1');
        }
        return tx.execute('UPDATE kept SET id = id + 10');
      });
    await assert.rejects(run(0), { sqlstate: '40001' });
    assert.equal(attempts, 1);
    attempts = 0;
    assert.equal(await run(5), 1);
    assert.equal(attempts, 3);
    attempts = 0;
    await assert.rejects(run(1), { sqlstate: '40001' });
    assert.equal(attempts, 2);
    await turns();
  });
});

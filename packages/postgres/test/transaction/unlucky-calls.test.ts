/** Transactions whose calls come in an unlucky order. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Connection, connect, type Transaction } from '@landfall/postgres';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, within } from '../support/waiting.js';

describe('a transaction among other calls', unlessNoPostgres('embedded'), () => {
  const test = useServer();
  let db: Connection;
  let pid: number;
  let stray: AsyncDisposable;

  beforeEach(async () => {
    stray = strayErrors();
    db = await connect(test.url);
    pid = await db.queryValue('SELECT pg_backend_pid()');
    await db.query('CREATE TABLE IF NOT EXISTS kept (id int)');
    await db.query('TRUNCATE kept');
  });

  afterEach(async () => {
    await db.close();
    await stray[Symbol.asyncDispose]();
  });

  const ids = async (): Promise<number[]> =>
    (await test.admin.query<{ id: number }>('SELECT id FROM kept ORDER BY id')).map(({ id }) => id);
  const insert = (tx: Transaction, id: number): Promise<number> => tx.execute('INSERT INTO kept VALUES ($1)', [id]);

  it('is run again after a conflict that was passed over', async () => {
    let attempts = 0;
    await db.transaction({ retries: 1 }, async (tx) => {
      if (++attempts > 1) return;
      await assert.rejects(tx.query("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"), { sqlstate: '40P01' });
    });
    assert.equal(attempts, 2);
  });

  for (const end of ['ROLLBACK', 'COMMIT']) {
    it(`takes no more calls once a statement in it was ${end}: they would be part of none`, async () => {
      const over = { code: 'ERR_CLOSED', message: /ended by a statement/ };
      const tx = await db.begin();
      await insert(tx, 1);
      await tx.query(end);
      for (const call of [insert(tx, 2), tx.begin(), tx.commit()]) await assert.rejects(call, over);
      await tx.rollback();
      assert.deepEqual(await ids(), end === 'COMMIT' ? [1] : []);
      const outer = await db.begin();
      const inner = await outer.begin();
      await inner.query(end);
      await assert.rejects(inner.commit(), over);
      await inner.rollback();
      await outer.rollback();
      assert.equal(await db.queryValue('SELECT 1'), 1);
    });
  }

  it('does not take in what was sent before it and has to be sent again', async () => {
    const text = 'INSERT INTO kept VALUES ($1) RETURNING *';
    await db.query(text, [1]);
    await db.query('ALTER TABLE kept ADD COLUMN more int');
    const before = db.query(text, [2]);
    await using tx = await db.begin();
    await tx.rollback();
    assert.deepEqual([...(await before)], [{ id: 2, more: null }]);
    assert.deepEqual(await ids(), [1, 2]);
    await db.query('ALTER TABLE kept DROP COLUMN more');
  });

  it('that waits for what was sent before it can be given up', async () => {
    const slow = db.query('SELECT pg_sleep(0.3)');
    await assert.rejects(db.begin({ timeoutMs: 10 }), { code: 'ERR_TIMEOUT', safeToRetry: true });
    assert.equal(await db.queryValue('SELECT 1'), 1);
    await slow;
  });

  it('fails with an executeMany that was run in part', async () => {
    const many = 'INSERT INTO kept VALUES ($1)';
    for (const bad of [2 ** 31, 'no number']) {
      const tx = await db.begin();
      await assert.rejects(tx.executeMany(many, [[1], [bad]]), { code: 'ERR_ENCODE' });
      await assert.rejects(tx.query('SELECT 1'), { sqlstate: '25P02' });
      await assert.rejects(tx.commit(), { code: 'ERR_ROLLED_BACK' });
    }
    const never = async function* (): AsyncGenerator<[number]> {
      yield [1];
      await new Promise<never>(() => {});
    };
    const tx = await db.begin();
    await assert.rejects(tx.executeMany(many, never(), { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' });
    await assert.rejects(tx.commit(), { code: 'ERR_ROLLED_BACK' });
    // Nothing was run of this one.
    await db.transaction(async (whole) => {
      await assert.rejects(whole.executeMany(many, [['no number']]), { code: 'ERR_ENCODE' });
      await insert(whole, 3);
    });
    assert.deepEqual(await ids(), [3]);
  });

  it('that waits for another one is told when the connection is over', async () => {
    for (const end of [() => db.close(), () => test.admin.query('SELECT pg_terminate_backend($1)', [pid])]) {
      const open = await db.begin();
      const waiting = db.begin();
      const [waited] = await Promise.all([
        within(
          'the rejection',
          waiting.catch((error) => error),
        ),
        end(),
      ]);
      assert.match(waited.code, /ERR_CLOSED|ERR_LOST/);
      await open.rollback();
      await assert.rejects(db.begin(), { code: waited.code });
      db = await connect(test.url);
      pid = await db.queryValue('SELECT pg_backend_pid()');
    }
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Connection, connect, type Transaction } from '@landfall/postgres';
import { useServer } from '../support/server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, turns, within } from '../support/waiting.js';

describe('a transaction in a transaction', unlessNoPostgres('embedded'), () => {
  const test = useServer();
  let db: Connection;
  let stray: AsyncDisposable;

  beforeEach(async () => {
    stray = strayErrors();
    db = await connect(test.url);
    await db.query('CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)');
    await db.query('TRUNCATE kept');
  });

  afterEach(async () => {
    await db.close();
    await stray[Symbol.asyncDispose]();
  });

  const ids = async (): Promise<number[]> =>
    (await test.admin.query<{ id: number }>('SELECT id FROM kept ORDER BY id')).map(({ id }) => id);
  const insert = (tx: Transaction, id: number): Promise<number> => tx.execute('INSERT INTO kept VALUES ($1)', [id]);

  it('cancels what still runs in it when it is rolled back, and the transaction goes on', () =>
    db.transaction(async (tx) => {
      await insert(tx, 1);
      const inner = await tx.begin();
      await insert(inner, 2);
      const calls = ['SELECT pg_sleep(60)', 'SELECT 1'].map((text) => inner.query(text));
      const outcomes = Promise.allSettled(calls);
      await turns();
      await within('the rollback', inner.rollback(), 4_000);
      assert.deepEqual(
        (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason.sqlstate),
        ['57014', '25P02'],
      );
      await insert(tx, 2);
      await tx.commit();
      assert.deepEqual(await ids(), [1, 2]);
    }));

  it('is rolled back together with all that it is in, whenever that is asked for', async () => {
    const pid = await db.queryValue('SELECT pg_backend_pid()');
    for (let round = 0; round < 30; round++) {
      const tx = await db.begin();
      const outer = await tx.begin();
      const inner = await outer.begin();
      inner.query('SELECT pg_sleep(60)').catch(() => undefined);
      const ends = [inner.rollback()];
      await turns(round % 6);
      if (round % 2 === 0) ends.push(outer.rollback());
      await turns((round * 7) % 5);
      ends.push(tx.rollback());
      await within('the ends', Promise.all(ends), 4_000);
      assert.equal(await db.queryValue('SELECT pg_backend_pid()'), pid);
    }
  });

  it('is undone alone when its error is caught', async () => {
    const error = new Error('no');
    await db.transaction(async (tx) => {
      await insert(tx, 1);
      const fails = tx.transaction(async (inner) => {
        await insert(inner, 2);
        throw error;
      });
      await assert.rejects(fails, error);
      await assert.rejects(
        tx.transaction((inner) => insert(inner, 1)),
        { sqlstate: '23505' },
      );
      await insert(tx, 3);
    });
    assert.deepEqual(await ids(), [1, 3]);
  });

  it('undoes all when its error is not caught', async () => {
    const fails = db.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.transaction((inner) => insert(inner, 1));
    });
    await assert.rejects(fails, { sqlstate: '23505' });
    assert.deepEqual(await ids(), []);
  });

  it('with a failed statement whose error was swallowed is undone, and says so; the outer one goes on', async () => {
    await db.transaction(async (tx) => {
      await insert(tx, 1);
      const fails = tx.transaction(async (inner) => {
        await insert(inner, 2);
        await assert.rejects(insert(inner, 1), { sqlstate: '23505' });
      });
      await assert.rejects(fails, (error: Error & { code?: string; cause?: { sqlstate?: string } }) => {
        return error.code === 'ERR_ROLLED_BACK' && error.cause?.sqlstate === '23505';
      });
      await insert(tx, 3);
    });
    assert.deepEqual(await ids(), [1, 3]);
  });

  it('may be as deep as one likes, one after the other, each with a name of its own', async () => {
    await db.transaction(async (tx) => {
      await insert(tx, 0);
      const nest = async (outer: Transaction, depth: number): Promise<void> => {
        if (depth === 0) return;
        await outer.transaction(async (inner) => {
          await insert(inner, depth * 10);
          await nest(inner, depth - 1);
        });
        const fails = outer.transaction(async (inner) => {
          await insert(inner, depth * 10 + 1);
          throw new Error('no');
        });
        await assert.rejects(fails, /no/);
      };
      await nest(tx, 4);
    });
    assert.deepEqual(await ids(), [0, 10, 20, 30, 40]);
  });

  it('closes the outer one to calls while it is open', async () => {
    await db.transaction(async (tx) => {
      const inner = await tx.begin();
      const refused = { code: 'ERR_UNSUPPORTED', message: /savepoint is open/ };
      for (const call of [tx.query('SELECT 1'), tx.begin(), tx.commit()]) await assert.rejects(call, refused);
      await insert(inner, 1);
      await inner.rollback();
      await assert.rejects(insert(inner, 2), { code: 'ERR_CLOSED' });
      await insert(tx, 3);
    });
    assert.deepEqual(await ids(), [3]);
  });

  it('is over with the outer one', async () => {
    const tx = await db.begin();
    const inner = await tx.begin();
    const innermost = await inner.begin();
    await insert(innermost, 1);
    await tx.rollback();
    for (const handle of [inner, innermost]) {
      assert.equal(handle.isOpen, false);
      await assert.rejects(insert(handle, 2), { code: 'ERR_CLOSED' });
      await handle[Symbol.asyncDispose]();
    }
    assert.deepEqual(await ids(), []);
    assert.equal(await db.queryValue('SELECT 1'), 1);
  });

  it('that nobody awaits makes the commit of the outer one fail, and is undone with it', async () => {
    let inner: Promise<unknown> | undefined;
    const fails = db.transaction(async (tx) => {
      inner = tx.transaction(async (handle) => {
        await insert(handle, 1);
        await handle.query('SELECT pg_sleep(0.05)');
        await insert(handle, 2);
      });
      inner.catch(() => undefined);
      await tx.query('SELECT 1').catch(() => undefined);
    });
    await assert.rejects(fails, { code: 'ERR_UNSUPPORTED' });
    await assert.rejects(inner!, { code: 'ERR_CLOSED' });
    assert.deepEqual(await ids(), []);
  });

  it('is of the same kind as the outer one, or refused', async () => {
    const refused = { code: 'ERR_UNSUPPORTED' };
    await db.transaction({ isolation: 'serializable' }, async (tx) => {
      await tx.transaction({ isolation: 'serializable' }, (inner) => insert(inner, 1));
      await assert.rejects(tx.begin({ isolation: 'read committed' }), refused);
      await assert.rejects(tx.begin({ readOnly: true }), refused);
      await assert.rejects(tx.begin({ deferrable: true }), refused);
      await assert.rejects(
        tx.transaction({ retries: 1 }, () => 1),
        refused,
      );
      await tx.transaction(async (inner) => {
        await inner.transaction({ isolation: 'serializable' }, (innermost) => insert(innermost, 2));
        await assert.rejects(inner.begin({ isolation: 'repeatable read' }), refused);
      });
    });
    assert.deepEqual(await ids(), [1, 2]);
  });
});

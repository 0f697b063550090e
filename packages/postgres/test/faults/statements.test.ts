/** What a real server keeps of statements, and what changes behind them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Connection, type ConnectOptions, connect } from '@landfall/postgres';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import { resolveConfig } from '../../dist/config/connection-config.js';
import { sharedOf } from '../../dist/connection/connect.js';
import { Connection as ConnectionOf } from '../../dist/connection/connection.js';
import { openLink } from '../../dist/connection/open-link.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, within } from '../support/waiting.js';

describe('statements on a server', unlessNoPostgres('embedded'), () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server[Symbol.asyncDispose]());

  async function on(play: (connection: Connection) => Promise<void>, options: ConnectOptions = {}): Promise<void> {
    await using _stray = strayErrors();
    const connection = await connect(server.url(), { sslmode: 'disable', ...options });
    try {
      await within('the test', play(connection));
    } finally {
      await connection.close();
    }
  }

  /** Two connections that share what they know of statements, as those of a pool do. */
  async function onTwo(play: (one: Connection, other: Connection) => Promise<void>): Promise<void> {
    const config = resolveConfig(server.url(), { sslmode: 'disable' });
    const shared = sharedOf(config, undefined, undefined);
    const open = async (): Promise<Connection> => {
      const { link, statements } = await openLink(config, shared);
      return new ConnectionOf(link, statements);
    };
    const [one, other] = [await open(), await open()];
    try {
      await within('the test', play(one, other));
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  }

  /** What the server has prepared. */
  async function kept(connection: Connection): Promise<string[]> {
    const text = 'select statement from pg_prepared_statements order by prepare_time, name';
    const rows = await connection.query<{ statement: string }>(text, [], { prepare: false });
    return rows.map(({ statement }) => statement).filter((statement) => statement !== text);
  }

  it('are closed when others need their place', () =>
    on(
      async (connection) => {
        for (const text of ['select 1', 'select 2', 'select 1', 'select 3']) await connection.query(text);
        // What is to be closed goes with what is sent next.
        await connection.query('select 1');
        assert.deepEqual(await kept(connection), ['select 1', 'select 3']);
      },
      { statementCacheSize: 2 },
    ));

  it('are closed also while a transaction has failed', () =>
    on(
      async (connection) => {
        for (const text of ['select 1', 'select 2', 'begin']) await connection.query(text);
        await assert.rejects(connection.query('select 1/0'), { sqlstate: '22012' });
        await assert.rejects(connection.query('select 3'), { sqlstate: '25P02' });
        await connection.query('rollback');
        await connection.query('select 4');
        await connection.query('select 4');
        assert.equal((await kept(connection)).length, 2);
        assert.equal(await connection.queryValue('select 1'), 1);
      },
      { statementCacheSize: 2 },
    ));

  it('can be more in a batch than are kept, known before and not', () =>
    on(
      async (connection) => {
        const texts = [1, 2, 3, 4, 1].map((i) => `select ${i} as v`);
        for (const text of texts) await connection.query(text, [], { prepare: false });
        for (let round = 0; round < 3; round++) {
          const results = await connection.batch(texts.map((text) => [text]));
          assert.deepEqual(
            results.map((rows) => (rows[0] as { v: number }).v),
            [1, 2, 3, 4, 1],
          );
        }
        await connection.query('select 1 as v');
        assert.equal((await kept(connection)).length, 2);
      },
      { statementCacheSize: 2 },
    ));

  it('need not be kept at all', () =>
    on(
      async (connection) => {
        for (let round = 0; round < 2; round++) {
          assert.equal(await connection.queryValue('select $1::int4', [5]), 5);
          assert.equal((await connection.batch([['select 1'], ['select $1::int4', [2]]])).length, 2);
          assert.equal(await connection.executeMany('select $1::int4', [[1], [2]]), 2);
        }
        assert.deepEqual(await kept(connection), []);
      },
      { statementCacheSize: 0 },
    ));

  for (const text of ['discard all', 'deallocate all']) {
    it(`go by ${text}: calls find out`, () =>
      on(async (connection) => {
        await connection.execute('create temp table if not exists d (a int4)');
        for (let round = 0; round < 2; round++) {
          assert.equal(await connection.queryValue('select 1'), 1);
          assert.equal((await connection.batch([['select 2'], ['select 3']])).length, 2);
          assert.equal((await connection.columns('select 4')).rowCount, 1);
          await connection.execute(text);
        }
        assert.equal(await connection.executeMany('select $1::int4', [[1]]), 1);
        await connection.execute(text);
        await assert.rejects(connection.executeMany('select $1::int4', [[1]]), { sqlstate: '26000' });
        assert.equal(await connection.executeMany('select $1::int4', [[1]]), 1);
        await connection.execute(text);
        const both = await Promise.all([connection.queryValue('select 1'), connection.queryValue('select 1')]);
        assert.deepEqual(both, [1, 1]);
        await connection.query('begin');
        await connection.execute('deallocate all', [], { prepare: false });
        await assert.rejects(connection.query('select 1'), { sqlstate: '26000' });
        await connection.query('rollback');
        assert.equal(await connection.queryValue('select 1'), 1);
      }));
  }

  it('have other columns after the table changed, on this connection and another one', () =>
    onTwo(async (one, other) => {
      await one.query('create table changing (a int4, b text)');
      await one.query("insert into changing values (1, 'one')");
      const both = async (): Promise<unknown[]> =>
        (await Promise.all([one, other].map((connection) => connection.query('select * from changing')))).map(
          (rows) => rows[0],
        );
      assert.deepEqual(await both(), [
        { a: 1, b: 'one' },
        { a: 1, b: 'one' },
      ]);
      await one.query('alter table changing add column c int4 default 3');
      assert.deepEqual(await both(), [
        { a: 1, b: 'one', c: 3 },
        { a: 1, b: 'one', c: 3 },
      ]);
      await one.query('alter table changing drop column b');
      assert.deepEqual(await both(), [
        { a: 1, c: 3 },
        { a: 1, c: 3 },
      ]);
      await one.query('alter table changing alter column a type text');
      assert.deepEqual(await both(), [
        { a: '1', c: 3 },
        { a: '1', c: 3 },
      ]);
      await one.query('alter table changing rename column c to d');
      assert.deepEqual(await both(), [
        { a: '1', d: 3 },
        { a: '1', d: 3 },
      ]);
      for (const connection of [one, other]) {
        const statements = await kept(connection);
        assert.ok(statements.filter((text) => text.includes('from changing')).length <= 1, statements.join('; '));
      }

      await other.query('begin');
      await one.query('alter table changing add column e int4');
      await assert.rejects(other.query('select * from changing'), { sqlstate: '0A000' });
      await other.query('rollback');
      assert.deepEqual((await other.query('select * from changing'))[0], { a: '1', d: 3, e: null });
      assert.equal(await one.copyFrom('changing', [['2', 4, 5]]), 1);
      await one.query('alter table changing add column f int4');
      await one.copyFrom('changing', [['2', 4, 5]]).catch(() => undefined);
      assert.equal(await one.copyFrom('changing', [['2', 4, 5, 6]]), 1);
      assert.equal((await other.batch([['select * from changing']]))[0]!.length, 3);
    }));

  it('have two columns after the table changed, and are read into memory: nothing but the call fails', () =>
    onTwo(async (one, other) => {
      await one.query('create table widening (a bytea)');
      await one.query("insert into widening values ('abc')");
      const readings = (): Promise<unknown[]> =>
        Promise.all(
          [one, other, one].map((connection) =>
            connection
              .readInto('select * from widening', [], new Uint8Array(10))
              .catch(({ code }: { code: string }) => code),
          ),
        );
      await one.readInto('select * from widening', [], new Uint8Array(10));
      await one.query("alter table widening add column b bytea default 'x'");
      assert.deepEqual(await readings(), ['ERR_ROWS', 'ERR_ROWS', 'ERR_ROWS']);
      await one.query('alter table widening drop column b');
      // Once it may have to find out.
      await readings();
      assert.deepEqual(await readings(), [3, 3, 3]);
    }));

  it('are about types that are made anew', () =>
    onTwo(async (one, other) => {
      const text = 'select $1::mood as mood';
      for (let round = 0; round < 3; round++) {
        await one.query("create type mood as enum ('ok')");
        for (const connection of [one, other]) {
          // Once it may have to find out.
          if (round > 0) await connection.query(text, ['ok']).catch(() => undefined);
          assert.equal(await connection.queryValue(text, ['ok']), 'ok');
        }
        await one.query('drop type mood');
      }
    }));

  it('are parsed once for all that ask at the same time, in their order', () =>
    on(async (connection) => {
      const texts = Array.from({ length: 30 }, (_, i) => `select ${i % 3} as v, ${i % 3} as w`);
      const rows = await Promise.all(texts.map((text) => connection.query(text)));
      assert.deepEqual(
        rows.map(([row]) => row!['v']),
        texts.map((_, i) => i % 3),
      );
      assert.equal((await kept(connection)).length, 3);
    }));

  it('refuse what cannot be sent, and go on', () =>
    on(async (connection) => {
      const refused = { code: 'ERR_ENCODE' };
      await assert.rejects(connection.query('select 1\0; select 2'), refused);
      await assert.rejects(connection.batch([['select 1'], ['select 1\0']]), refused);
      await assert.rejects(connection.executeMany('select 1\0', [[]]), refused);
      await assert.rejects(connection.copyFrom('a\0b', [[]]), TypeError);
      await assert.rejects(connection.query('select $1::text', ['a\0b']), refused);
      await assert.rejects(connection.query('select $1::text', ['\ud800']), refused);
      await assert.rejects(connection.query('select $1::int4', new Array(65_536).fill(1)), refused);
      const many = Array.from({ length: 65_535 }, (_, i) => i);
      const places = many.map((i) => `$${i + 1}`).join(',');
      assert.equal(await connection.queryValue(`select cardinality(array[${places}]::int4[])`, many), 65_535);
      assert.equal(await connection.queryValue('select 1'), 1);
      assert.equal(connection.isOpen, true);
    }));

  it('in a batch that cannot be sent are none the worse for it', () =>
    on(async (connection) => {
      const texts = ['select $1::int4 as a', 'select $1::int4 as b'];
      for (const text of texts) await connection.query(text, [1], { prepare: false });
      await assert.rejects(
        connection.batch([
          [texts[0]!, [1]],
          [texts[1]!, ['x']],
        ]),
        { code: 'ERR_ENCODE' },
      );
      assert.equal((await connection.batch(texts.map((text) => [text, [1]]))).length, 2);
      assert.equal((await kept(connection)).length, 2);
    }));

  it('that copy from this side are refused wherever they are, and the connection goes on if it can', async () => {
    await on(async (connection) => {
      await connection.execute('create temp table copied (a int4)');
      const text = 'copy copied from stdin';
      for (let round = 0; round < 2; round++) {
        await assert.rejects(connection.query(text), { code: 'ERR_UNSUPPORTED' });
        await assert.rejects(connection.batch([['select 1'], [text]]), { code: 'ERR_UNSUPPORTED' });
        await assert.rejects(connection.query('copy (select 1) to stdout'), { code: 'ERR_UNSUPPORTED' });
        assert.equal(await connection.queryValue('select 5'), 5);
      }
    });
    await on(async (connection) => {
      await connection.execute('create temp table copied (a int4)');
      const entries = ['select 1', 'copy copied from stdin', 'select 2'].map((text) => [text] as const);
      await assert.rejects(connection.batch(entries), { code: 'ERR_UNSUPPORTED' });
      await connection.closed;
    });
    // What is sent behind it is taken for its data: nobody may get another one's answer.
    await on(async (connection) => {
      await connection.execute('create temp table copied (a int4)');
      for (const text of ['select 1', 'select 2']) await connection.query(text);
      await assert.rejects(connection.query('copy copied from stdin'), { code: 'ERR_UNSUPPORTED' });
      const calls = ['copy copied from stdin', 'select 1', 'select 2'].map((text) => connection.query(text));
      const outcomes = await Promise.allSettled(calls);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['rejected', 'rejected', 'rejected'],
      );
    });
  });
});

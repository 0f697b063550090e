/** Rows that are sent: executeMany, batches, COPY. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Connection } from '@landfall/postgres';

const COLUMNS = 'a int, b text, c float8, d bytea';

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

function rows(count: number): [number, string, number | null, Uint8Array][] {
  return Array.from({ length: count }, (_, i) => [
    i,
    `text ${i} ü`,
    i % 3 === 0 ? null : i / 7,
    Uint8Array.of(i, i >> 8),
  ]);
}

/** Runs `job` while there is a table `sent`. */
async function withTable(connection: Connection, job: () => Promise<void>): Promise<void> {
  await connection.execute(`CREATE TEMP TABLE sent (${COLUMNS})`);
  try {
    await job();
  } finally {
    await connection.execute('DROP TABLE sent');
  }
}

function count(connection: Connection): Promise<number> {
  return connection.queryValue<number>('SELECT count(*)::int FROM sent');
}

/** Tests that send rows. */
export function manyRows(connection: () => Connection): void {
  for (const [how, source] of [
    ['at hand', (all: readonly unknown[][]) => all],
    ['still to come', (all: readonly unknown[][]) => later(all)],
  ] as const) {
    it(`copies rows that are ${how}`, () =>
      withTable(connection(), async () => {
        const sent = rows(20_000);
        assert.equal(await connection().copyFrom('sent', source(sent)), 20_000);
        const got = await connection().query('SELECT * FROM sent ORDER BY a', [], { rowMode: 'array' });
        assert.deepEqual(got, sent);
        assert.equal(await connection().copyFrom('sent', source([])), 0);
        assert.equal(await connection().copyFrom('sent', source([[7, null]]), { columns: ['a', 'b'] }), 1);
        assert.equal(await count(connection()), 20_001);
      }));

    it(`runs a statement for rows that are ${how}`, () =>
      withTable(connection(), async () => {
        const text = 'INSERT INTO sent VALUES ($1, $2, $3, $4)';
        assert.equal(await connection().executeMany(text, source(rows(5_000))), 5_000);
        assert.equal(await connection().executeMany(text, source([])), 0);
        const got = await connection().query('SELECT * FROM sent ORDER BY a', [], { rowMode: 'array' });
        assert.deepEqual(got, rows(5_000));
      }));
  }

  it('sends all of the rows or none', () =>
    withTable(connection(), async () => {
      const bad = [...rows(3_000), ['no number', '', 0, null]];
      const text = 'INSERT INTO sent VALUES ($1, $2, $3, $4)';
      await assert.rejects(connection().copyFrom('sent', bad), { code: 'ERR_ENCODE', position: 1 });
      await assert.rejects(connection().executeMany(text, bad), { code: 'ERR_ENCODE', position: 1 });
      const mine = new Error('no more rows');
      const failing = function* (): Generator<unknown[]> {
        yield* rows(3_000);
        throw mine;
      };
      await assert.rejects(connection().copyFrom('sent', failing()), (error) => error === mine);
      await assert.rejects(connection().executeMany(text, failing()), (error) => error === mine);
      await assert.rejects(
        connection().executeMany('INSERT INTO sent (a) SELECT 100 / (3 - $1::int)', [[1], [2], [3], [4]]),
        {
          sqlstate: '22012',
        },
      );
      assert.equal(await count(connection()), 0);
    }));
}

/** Tests of what else sends rows. */
export function otherRows(connection: () => Connection): void {
  it('copies into a table with a schema and awkward names', async () => {
    await connection().execute('CREATE SCHEMA "My.Schema"');
    await connection().execute('CREATE TABLE "My.Schema"."a "" b" ("x y" int, z text)');
    const options = { schema: 'My.Schema', columns: ['z', 'x y'] };
    assert.equal(await connection().copyFrom('a " b', [['one', 1]], options), 1);
    assert.deepEqual(await connection().query('SELECT * FROM "My.Schema"."a "" b"'), [{ 'x y': 1, z: 'one' }]);
    await connection().execute('DROP TABLE "My.Schema"."a "" b"');
    await connection().execute('DROP SCHEMA "My.Schema"');
    await assert.rejects(connection().copyFrom('missing', []), { sqlstate: '42P01' });
  });

  it('copies into a table as it is now, and takes no other count of values', async () => {
    const connected = connection();
    await connected.execute('CREATE TABLE changing (a int, b date)');
    assert.equal(await connected.copyFrom('changing', [[1, '2000-01-02']]), 1);
    // As many bytes as before, which COPY would take for other values.
    await connected.execute('ALTER TABLE changing ALTER a TYPE real');
    assert.equal(await connected.copyFrom('changing', [[2, '2000-01-03']]), 1);
    assert.deepEqual(await connected.query('SELECT a FROM changing ORDER BY a'), [{ a: 1 }, { a: 2 }]);
    await connected.execute('DROP TABLE changing');
    await connected.execute('CREATE TABLE changing (b date, a int)');
    await assert.rejects(connected.copyFrom('changing', [[3, '2000-01-04']]), { code: 'ERR_ENCODE', position: 1 });
    for (const row of [[], ['2000-01-04'], ['2000-01-04', 3, 4]]) {
      await assert.rejects(connected.copyFrom('changing', [row]), { code: 'ERR_ENCODE' });
    }
    assert.equal(await connected.queryValue('SELECT count(*)::int FROM changing'), 0);
    await connected.execute('DROP TABLE changing');
  });

  it('runs a batch in one go, all of it or nothing', () =>
    withTable(connection(), async () => {
      const results = await connection().batch([
        ['INSERT INTO sent (a) VALUES ($1)', [1]],
        ['INSERT INTO sent (a) VALUES ($1)', [2]],
        ['SELECT a FROM sent ORDER BY a'],
        ['DELETE FROM sent WHERE a = 1'],
      ]);
      assert.deepEqual(
        results.map(({ command, rowCount }) => [command, rowCount]),
        [
          ['INSERT', 1],
          ['INSERT', 1],
          ['SELECT', 2],
          ['DELETE', 1],
        ],
      );
      assert.deepEqual(results[2], [{ a: 1 }, { a: 2 }]);
      const failing = connection().batch([['INSERT INTO sent (a) VALUES (9)'], ['SELECT 1 / 0'], ['SELECT 1']]);
      await assert.rejects(failing, { sqlstate: '22012', batchIndex: 1 });
      assert.equal(await count(connection()), 1);
      assert.deepEqual(await connection().batch([]), []);
    }));

  it('refuses COPY anywhere else', async () => {
    await assert.rejects(connection().query('COPY pg_class TO STDOUT'), { code: 'ERR_UNSUPPORTED' });
    await connection().execute('CREATE TEMP TABLE target (a int)');
    await assert.rejects(connection().query('COPY target FROM STDIN'), { code: 'ERR_UNSUPPORTED' });
    await connection().execute('DROP TABLE target');
  });
}

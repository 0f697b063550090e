/** Queries and what they come to. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Connection, DecodeError, EncodeError, PostgresError } from '@landfall/postgres';

/** Tests that query. */
export function queries(connection: () => Connection): void {
  it('gives rows as plain objects with properties of their own', async () => {
    const rows = await connection().query("SELECT 1 AS one, 'x' AS text, NULL::int AS none");
    assert.deepEqual(rows, [{ one: 1, text: 'x', none: null }]);
    assert.equal(Object.getPrototypeOf(rows[0]), Object.prototype);
    assert.deepEqual(Object.keys(rows[0]!), ['one', 'text', 'none']);
    assert.equal(rows.command, 'SELECT');
    assert.equal(rows.rowCount, 1);
    assert.deepEqual(
      rows.columns.map(({ name }) => name),
      ['one', 'text', 'none'],
    );
    assert.equal(Array.isArray(rows), true);
  });

  it('gives rows as arrays', async () => {
    const rows = await connection().query('SELECT i, i * 2 FROM generate_series(1, 3) i', [], { rowMode: 'array' });
    assert.deepEqual(rows, [
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
  });

  it('takes any name of a column for a property', async () => {
    const rows = await connection().query(
      `SELECT 1 AS "__proto__", 2 AS constructor, 3 AS "1", 4 AS "a""b\\c", 5 AS twice, 6 AS twice, 7 AS "${'ü'.repeat(31)}"`,
    );
    const expected = { constructor: 2, 1: 3, 'a"b\\c': 4, twice: 6, ['ü'.repeat(31)]: 7 };
    assert.deepEqual(Object.entries(rows[0]!).sort(), [...Object.entries(expected), ['__proto__', 1]].sort());
    assert.equal(Object.getPrototypeOf(rows[0]), Object.prototype);
  });

  it('gives rows without columns, no rows, and what is no query', async () => {
    assert.deepEqual(await connection().query('SELECT FROM generate_series(1, 3)'), [{}, {}, {}]);
    assert.deepEqual(await connection().query('SELECT 1 AS a WHERE false'), []);
    const none = await connection().query('');
    assert.deepEqual([none.length, none.command, none.rowCount], [0, '', 0]);
    assert.deepEqual([...(await connection().query('-- nothing'))], []);
    const created = await connection().query('CREATE TEMP TABLE made (a int)');
    assert.deepEqual([created.command, created.rowCount], ['CREATE TABLE', 0]);
    const inserted = await connection().query('INSERT INTO made SELECT generate_series(1, 12) RETURNING a');
    assert.deepEqual([inserted.command, inserted.rowCount, inserted.length], ['INSERT', 12, 12]);
    await connection().execute('DROP TABLE made');
  });

  it('gives 1,600 columns', async () => {
    const columns = Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`).join(', ');
    const [row] = await connection().query<Record<string, number>>(`SELECT ${columns}`);
    assert.equal(Object.keys(row!).length, 1600);
    assert.equal(row!['c1599'], 1599);
  });
}

/** Tests of calls and their errors. */
export function calls(connection: () => Connection): void {
  it('sends templates with parameters', async () => {
    const name = "Robert'); DROP TABLE students;--";
    assert.deepEqual(await connection().sql`SELECT ${name}::text AS name, ${2}::int4 AS two`, [{ name, two: 2 }]);
  });

  it('gives one row, perhaps none, one value, a count', async () => {
    assert.deepEqual(await connection().queryRow('SELECT $1::int AS a', [5]), { a: 5 });
    await assert.rejects(connection().queryRow('SELECT 1 WHERE false'), { code: 'ERR_ROWS' });
    await assert.rejects(connection().queryRow('SELECT generate_series(1, 2)'), { code: 'ERR_ROWS' });
    assert.equal(await connection().queryMaybeRow('SELECT 1 WHERE false'), null);
    assert.equal(await connection().queryValue('SELECT NULL'), null);
    await assert.rejects(connection().queryValue('SELECT 1, 2'), { code: 'ERR_ROWS' });
    await assert.rejects(connection().queryValue('SELECT 1 WHERE false'), { code: 'ERR_ROWS' });
    assert.equal(await connection().execute('SELECT generate_series(1, 5)'), 5);
  });

  it('isolates errors of queries that are under way together, and keeps their order', async () => {
    const outcomes = await Promise.allSettled([
      connection().queryValue('SELECT 1'),
      connection().queryValue('SELECT 1 / $1::int', [0]),
      connection().queryValue('SELEC 1'),
      connection().queryValue('SELECT $1::int', ['x']),
      connection().queryValue("SELECT 'last'"),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as Error).name)),
      [1, 'DataError', 'SyntaxOrAccessError', 'EncodeError', 'last'],
    );
    await connection().execute('CREATE TEMP SEQUENCE taken');
    const order = Array.from({ length: 50 }, (_, i) =>
      connection().queryValue(i % 7 === 0 ? `SELECT nextval('taken') + ${i} * 0` : "SELECT nextval('taken')"),
    );
    assert.deepEqual(
      (await Promise.all(order)).map(Number),
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    await connection().execute('DROP SEQUENCE taken');
  });

  it('tells what the server says', async () => {
    await assert.rejects(connection().query('SELECT missing FROM pg_class'), (error) => {
      assert.ok(error instanceof PostgresError);
      assert.deepEqual([error.sqlstate, error.severity, error.position], ['42703', 'ERROR', 8]);
      return true;
    });
  });

  it('refuses parameters that do not fit, and goes on', async () => {
    for (const [text, params] of [
      ['SELECT $1::int4', [2 ** 31]],
      ['SELECT $1::int4', [undefined]],
      ['SELECT $1::int4', [1.5]],
      ['SELECT $1::text', ['a\0b']],
      ['SELECT $1::int4', []],
      ['SELECT 1', [1]],
    ] as const) {
      await assert.rejects(connection().query(text, params), { code: 'ERR_ENCODE' });
    }
    await assert.rejects(connection().query('SELECT $1::int4, $2::int4', [1, 'x']), (error) => {
      return error instanceof EncodeError && error.position === 2 && error.typeName === 'int4';
    });
    assert.equal(await connection().queryValue('SELECT 1'), 1);
  });

  it('fails a query alone when a value cannot be had', async () => {
    const far = "SELECT i, interval '300000000 hours' AS far, repeat('x', 100) AS t FROM generate_series(1, 3000) i";
    await assert.rejects(connection().query(far), DecodeError);
    await assert.rejects(connection().columns(far), DecodeError);
    assert.equal(await connection().queryValue('SELECT 1'), 1);
  });
}

/** Tests of what is known of statements. */
export function descriptions(connection: () => Connection): void {
  it('asks anew what parameters are, once they do not fit', async () => {
    const connected = connection();
    const text = 'INSERT INTO retyped VALUES ($1)';
    const one = (): Promise<number> => connected.execute(text, ['one']);
    await connected.execute('CREATE TABLE retyped (a int)');
    await connected.execute(text, [1]);
    await connected.execute('ALTER TABLE retyped ALTER a TYPE text');
    await assert.rejects(one(), { code: 'ERR_ENCODE' });
    assert.equal(await one(), 1);
    await connected.execute('DROP TABLE retyped');
    await connected.execute('CREATE TABLE retyped (a jsonb)');
    await assert.rejects(one(), { sqlstate: '42804' });
    assert.equal(await one(), 1);
    const many = (): Promise<number> => connected.executeMany(text, [['one'], ['two']]);
    await connected.execute('DROP TABLE retyped');
    await connected.execute('CREATE TABLE retyped (a int)');
    await assert.rejects(many(), { sqlstate: '42804' });
    await assert.rejects(many(), { code: 'ERR_ENCODE' });
    await connected.execute('ALTER TABLE retyped ALTER a TYPE text');
    await assert.rejects(connected.executeMany(text, [[{}]]), { code: 'ERR_ENCODE' });
    assert.equal(await many(), 2);
    await connected.execute('DROP TABLE retyped');
  });

  it('leaves names as they are', async () => {
    const row = await connection().queryRow('SELECT 1 AS "\ufeffa", 2 AS "__proto__"');
    assert.deepEqual(Object.entries(row).flat(), ['\ufeffa', 1, '__proto__', 2]);
  });

  it('gives columns that cannot be changed: other results have the same', async () => {
    const { columns } = await connection().query('SELECT 1 AS a');
    assert.throws(() => Object.assign(columns, { length: 0 }), TypeError);
    assert.throws(() => Object.assign(columns[0]!, { name: 'b' }), TypeError);
  });
}

/** Tests of results. */
export function results(connection: () => Connection): void {
  it('gives results of every size', async () => {
    for (const [rows, bytes] of [
      [1, 1],
      [1, 65_000],
      [3, 300_000],
      [100_000, 10],
      [700, 5_000],
      [2, 5_000_000],
    ] as const) {
      const result = await connection().query<{ i: number; t: string }>(
        "SELECT i, repeat('x', $2::int) AS t FROM generate_series(1, $1::int) i",
        [rows, bytes],
      );
      assert.equal(result.length, rows);
      assert.ok(result.every(({ i, t }, at) => i === at + 1 && t.length === bytes));
    }
  });

  it('keeps values when the memory they came in is used again', async () => {
    const first = await connection().query<{ b: Uint8Array }>(
      "SELECT decode(repeat(to_hex(i % 10) || '0', i * 20), 'hex') AS b FROM generate_series(1, 200) i",
    );
    const copies = first.map(({ b }) => b.slice());
    await connection().query("SELECT repeat('z', 1000)::bytea FROM generate_series(1, 500)");
    first.forEach(({ b }, i) => {
      assert.deepEqual(b, copies[i]);
    });
    first.forEach(({ b }, i) => {
      assert.equal(b.length, (i + 1) * 20);
    });
  });

  it('gives columns', async () => {
    const { rowCount, values, nulls } = await connection().columns(
      "SELECT i, i / 2.0::float8 AS half, i::int8 AS big, nullif(i, 2) AS maybe, 't' || i AS text FROM generate_series(1, 3) i",
    );
    assert.equal(rowCount, 3);
    assert.deepEqual(values['i'], Int32Array.of(1, 2, 3));
    assert.deepEqual(values['half'], Float64Array.of(0.5, 1, 1.5));
    assert.deepEqual(values['big'], BigInt64Array.of(1n, 2n, 3n));
    assert.deepEqual(values['maybe'], Int32Array.of(1, 0, 3));
    assert.deepEqual(nulls['maybe'], Uint8Array.of(0, 1, 0));
    assert.equal(nulls['i'], null);
    assert.deepEqual(values['text'], ['t1', 't2', 't3']);
    const many = await connection().columns('SELECT i FROM generate_series(1, 100000) i');
    assert.equal((many.values['i'] as Int32Array)[99_999], 100_000);
  });
}

/** Faults that need a real server: cancelling, errors at every step, what a query costs, code that may not be generated. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Connection, type ConnectOptions, connect } from '@landfall/postgres';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, within } from '../support/waiting.js';

describe('faults on a server', unlessNoPostgres('embedded'), () => {
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

  for (const over of ['tcp', 'unix', 'tls'] as const) {
    it(`cancels what is cut short, over ${over}, and nothing else`, async () => {
      await using _stray = strayErrors();
      const connection = await connect(server.url(over), over === 'tcp' ? { sslmode: 'disable' } : {});
      try {
        await connection.query('select 1');
        const sleeping = connection.query('select pg_sleep(100)', [], { timeoutMs: 50 });
        await assert.rejects(sleeping, { code: 'ERR_TIMEOUT' });
        for (let i = 0; i < 10; i++) {
          const call = connection.query('select pg_sleep(0.002 * $1)', [i], { timeoutMs: 5 });
          const outcome = await call.then(
            () => 'done',
            (error: { code: string }) => error.code,
          );
          assert.ok(outcome === 'done' || outcome === 'ERR_TIMEOUT', outcome);
          assert.equal(await within('the next one', connection.queryValue('select 1')), 1);
        }
      } finally {
        await connection.close();
      }
    });
  }

  it('fails the transaction of what is cut short', () =>
    on(async (connection) => {
      await connection.query('begin');
      await assert.rejects(connection.query('select pg_sleep(100)', [], { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' });
      await assert.rejects(connection.query('select 1'), { sqlstate: '25P02' });
      await connection.query('rollback');
      assert.equal(await connection.queryValue('select 1'), 1);
    }));

  it('keeps nothing of many rows that are cut short or come to no good end', () =>
    on(async (connection) => {
      await connection.query('create temp table many (a int4)');
      const failing = function* (): Generator<number[]> {
        for (let i = 0; i < 20_000; i++) yield [i];
        throw new Error('no more');
      };
      const stuck = async function* (): AsyncGenerator<number[]> {
        for (let i = 0; i < 20_000; i++) yield [i];
        await new Promise(() => {});
      };
      const insert = 'insert into many values ($1)';
      const attempts = [
        () => assert.rejects(connection.executeMany(insert, failing()), /no more/),
        () => assert.rejects(connection.copyFrom('many', failing()), /no more/),
        () => assert.rejects(connection.executeMany(insert, stuck(), { timeoutMs: 400 }), { code: 'ERR_TIMEOUT' }),
        () => assert.rejects(connection.copyFrom('many', stuck(), { timeoutMs: 400 }), { code: 'ERR_TIMEOUT' }),
      ];
      for (const attempt of attempts) {
        await attempt();
        assert.equal(await connection.queryValue('select count(*)::int4 from many'), 0);
        await connection.query('begin');
        await connection.query('insert into many values (-1)');
        await connection.query('savepoint before');
        await attempt();
        await connection.query('rollback to before');
        await connection.query('commit');
        assert.equal(await connection.queryValue('select count(*)::int4 from many'), 1);
        await connection.query('delete from many');
      }
    }));

  it('isolates errors at every step from the queries beside them', () =>
    on(async (connection) => {
      await connection.query('create temp table parents (a int4 primary key)');
      await connection.query('create temp table children (a int4 references parents deferrable initially deferred)');
      const steps = [
        ['42601', 'selec 1', []],
        ['42P01', 'select * from nowhere', []],
        ['22012', 'select 1 / (500 - i) from generate_series(1, 1000) i', []],
        ['22003', 'select $1::int4 + 2147483647', [1]],
        ['23503', 'insert into children values ($1)', [1]],
      ] as const;
      for (let round = 0; round < 3; round++) {
        for (const [sqlstate, text, params] of steps) {
          const [first, failed, last] = await Promise.allSettled([
            connection.queryValue('select $1::int4', [1]),
            connection.query(text, params),
            connection.queryValue('select $1::int4', [2]),
          ]);
          assert.equal(first.status === 'fulfilled' && first.value, 1);
          assert.equal(failed.status === 'rejected' && (failed.reason as { sqlstate: string }).sqlstate, sqlstate);
          assert.equal(last.status === 'fulfilled' && last.value, 2);
        }
      }
    }));

  it('tells of a server that ends the connection, however many wait', () =>
    on(async (connection) => {
      const pid = await connection.queryValue('select pg_backend_pid()');
      const texts = ['select pg_sleep(100)', 'select 1', 'select 2'];
      const calls = texts.map((text) =>
        assert.rejects(connection.query(text), (error: { sqlstate?: string; code?: string }) => {
          assert.ok(error.sqlstate === '57P01' || error.code === 'ERR_LOST');
          return true;
        }),
      );
      await on(async (other) => void (await other.query('select pg_terminate_backend($1, 5000)', [pid])));
      await Promise.all(calls);
      await connection.closed;
    }));

  it('costs one round trip and few bytes for a query that is known', async () => {
    const { host, port } = server.where.TCP;
    const counts = { sentBytes: 0, receivedBytes: 0, flights: 0 };
    const proxy = createServer((client) => {
      const upstream = connectSocket({ host, port });
      client.on('data', (data) => {
        counts.sentBytes += data.length;
        counts.flights++;
        upstream.write(data);
      });
      upstream.on('data', (data) => {
        counts.receivedBytes += data.length;
        client.write(data);
      });
      client.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
      upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const url = server.url().replace(`:${port}/`, `:${(proxy.address() as AddressInfo).port}/`);
      const connection = await connect(url, { sslmode: 'disable' });
      const cost = async (work: () => Promise<unknown>): Promise<typeof counts> => {
        Object.assign(counts, { sentBytes: 0, receivedBytes: 0, flights: 0 });
        await work();
        return { ...counts };
      };
      const ask = (): Promise<unknown> => connection.query('select $1::int4 as a', [5]);
      assert.equal((await cost(ask)).flights, 2);
      // Bind 1+4+1+11+2+2+2+8+2+2, Execute 10, Sync 5; BindComplete 5, DataRow 15, CommandComplete 14, ReadyForQuery 6.
      assert.deepEqual(await cost(ask), { sentBytes: 50, receivedBytes: 40, flights: 1 });
      const pipelined = await cost(() => Promise.all(Array.from({ length: 10 }, ask)));
      assert.deepEqual([pipelined.sentBytes, pipelined.receivedBytes], [500, 400]);
      const batch = await cost(() => connection.batch(Array.from({ length: 10 }, () => ['select $1::int4 as a', [5]])));
      assert.deepEqual([batch.sentBytes, batch.flights], [455, 1]);
      await connection.close();
    } finally {
      proxy.close();
    }
  });

  it('gives the same rows where code may not be generated, and uses nothing that is deprecated', async () => {
    const program = fileURLToPath(new URL('./sample-rows.js', import.meta.url));
    const outputs = await Promise.all(
      [['--pending-deprecation', '--throw-deprecation'], ['--disallow-code-generation-from-strings']].map(
        async (options) => {
          const run = promisify(execFile)(process.execPath, [...options, program, server.url()], { timeout: 60_000 });
          const { stdout, stderr } = await run;
          assert.equal(stderr, '');
          return stdout.split('\n');
        },
      ),
    );
    const [compiled, closures] = outputs;
    assert.deepEqual([compiled!.shift(), closures!.shift()], ['compiled', 'closures']);
    assert.ok(compiled!.length > 10);
    assert.deepEqual(closures, compiled);
  });
});

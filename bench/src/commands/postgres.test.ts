import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type PostgresServer, postgresLack, startPostgres } from '@landfall/postgres-server';
import pg from 'pg';
import type { PostgresResultFile } from '../harness/result.js';
import { canDo, DISCARD, findPostgresContenders, POSTGRES_CONTENDERS } from '../postgres/catalogue.js';
import { LARGE_VALUE, QUERY_NAMES, readQuery } from '../postgres/query.js';
import { runBench } from '../testing/run-bench.js';
import { resultOf } from '../testing/suite-result.js';

const VALUE_BYTES = 1_000_000;
const TINY = [
  ...['--milliseconds', '50', '--warm-up-ms', '20', '--rounds', '1', '--connections', '2'],
  ...['--value-bytes', String(VALUE_BYTES)],
];

const { found } = await findPostgresContenders(POSTGRES_CONTENDERS);
const here = found.map(({ contender }) => contender);
const lack = postgresLack() ?? false;

describe('bench postgres', { skip: lack }, () => {
  let server: PostgresServer;
  let admin: pg.Client;

  before(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url() });
    await admin.connect();
  });
  after(async () => {
    await admin?.end();
    await server?.[Symbol.asyncDispose]();
  });

  it('slow: asks all queries by every client that is here, and prints exactly one JSON object', async () => {
    // What a run left that was killed.
    await admin.query('CREATE TABLE _test(z text); CREATE TABLE _bytes(z text); CREATE TABLE _large(z text)');
    const { results, options } = await resultOf<PostgresResultFile>(
      ...['postgres', '--url', server.url(), ...TINY, '--contenders', here.join(',')],
    );
    assert.deepEqual(options.over, ['tcp']);
    assert.deepEqual(
      results.map(({ contender, query }) => `${contender} ${query}`),
      QUERY_NAMES.flatMap((name) =>
        here
          .filter((contender) => canDo(contender, readQuery(name, VALUE_BYTES), 'tcp'))
          .map((each) => `${each} ${name}`),
      ),
    );
    for (const { contender, query, queriesPerSec, rowsPerSec, rowsPerQuery, cpuMicrosPerRow } of results) {
      const words = `${contender} ${query}`;
      assert.ok(queriesPerSec > 0 && cpuMicrosPerRow > 0, words);
      assert.ok(Math.abs(rowsPerSec / (queriesPerSec * rowsPerQuery) - 1) < 0.001, words);
      assert.equal(rowsPerQuery, results.find((other) => other.query === query)?.rowsPerQuery, words);
    }
    const { rows } = await admin.query(`SELECT relname FROM pg_class WHERE relname IN ('_test', '_bytes', '_large')`);
    assert.deepEqual(rows, []);
  });

  it('slow: receives a large value into memory, and says how much of it was copied', async () => {
    const { results } = await resultOf<PostgresResultFile>(
      ...[
        'postgres',
        '--url',
        server.url(),
        ...TINY,
        '--query',
        LARGE_VALUE,
        '--contenders',
        'landfall,landfall-data,pg',
      ],
    );
    for (const { queriesPerSec, mbPerSec, rowsPerQuery } of results) {
      assert.equal(rowsPerQuery, 1);
      assert.ok(Math.abs((mbPerSec ?? 0) / queriesPerSec - VALUE_BYTES / 1e6) < 0.001);
    }
    const [direct, data, unknown] = results.map(({ copiedBytesPerByte }) => copiedBytesPerByte);
    assert.ok(typeof direct === 'number' && direct < 0.2, `${direct} copies for each byte`);
    assert.ok(typeof data === 'number' && data > 0.8, `${data} copies for each byte by data events`);
    assert.equal(unknown, null);
  });

  it('slow: asks over a Unix socket and over TLS, and by password', async () => {
    const names = ['pg', 'landfall', 'asyncpg', 'pgx'].filter((name) => here.includes(name));
    for (const [url, over] of [
      [server.url('unix'), 'unix'],
      [server.url('tls'), 'tls'],
      [server.url('tcp', 'scram'), 'tcp'],
    ] as const) {
      const { results } = await resultOf<PostgresResultFile>(
        ...['postgres', '--url', url, ...TINY, '--query', '1-pg_type', '--contenders', names.join(',')],
      );
      assert.deepEqual(
        results.map((result) => [result.contender, result.over]),
        names.map((name) => [name, over]),
      );
    }
  });

  it('fails where the server refuses, and names the row', async () => {
    const url = server.url('tcp', 'encrypted');
    const { status, stderr } = await runBench('postgres', '--url', url, '--contenders', 'pg', '--rounds', '1');
    assert.equal(status, 1);
    assert.match(stderr, /pg_hba\.conf/);
  });
});

describe('bench postgres on a server of its own', () => {
  for (const origin of ['embedded', 'debian'] as const) {
    const name = here.includes(DISCARD) ? `pg,${DISCARD}` : 'pg';
    it(`slow: starts one (${origin}), and prints a table`, { skip: postgresLack(origin) ?? false }, async () => {
      const { stdout, stderr } = await runBench(
        ...['postgres', '--server', origin, ...TINY, '--query', '7-oneplusone', '--contenders', name],
      );
      assert.match(stdout, /7-oneplusone, over TCP\n.*\n.*client .* queries\/s .* × asyncpg .* CPU µs\/row/, stderr);
      assert.match(stdout, new RegExp(`asked of PostgreSQL \\d+\\.\\d+, ${origin}`));
    });
  }
});

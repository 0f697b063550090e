/** `pg` on a connection of ours, with its `stream` option, against a real PostgreSQL. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import { type ByteStream, openStream } from 'landfall';
import pg from 'pg';
import { within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';

type Family = 'TCP' | 'Unix';

const options = unlessNoPostgres();
let server: PostgresServer;

before(async () => {
  if (options.skip === false) server = await startPostgres();
});
after(async () => {
  if (options.skip === false) await server[Symbol.asyncDispose]();
});

/** A client that is connected, and what it runs on. */
interface Connected extends AsyncDisposable {
  readonly client: pg.Client;
  readonly stream: ByteStream;
}

async function connected(family: Family, config: pg.ClientConfig = {}): Promise<Connected> {
  const { user, password, database, where } = server;
  const stream = await openStream({ ...where[family], timeoutMs: 10_000 });
  const duplex = stream.toNode();
  const client = new pg.Client({ user, password, database, ...config, stream: () => duplex });
  await within('client.connect()', client.connect());
  return { client, stream, [Symbol.asyncDispose]: () => within('client.end()', client.end()) };
}

/** Registers one test over TCP and one over a Unix socket. */
function onBoth(sentence: string, body: (family: Family) => Promise<void>): void {
  for (const family of ['TCP', 'Unix'] as const) test(`${sentence} (${family})`, options, () => body(family));
}

onBoth('a client logs in by password, asks with and without parameters, and ends', async (family) => {
  const { client, stream } = await connected(family);
  const greeting = await within('a query', client.query<{ sum: number }>('SELECT 1 + 1 AS sum'));
  assert.deepEqual(greeting.rows, [{ sum: 2 }]);
  const row = ['grün', 12.5, null, [1, 2, 3]];
  const echo = 'SELECT $1::text AS a, $2::float8 AS b, $3::text AS c, $4::int[] AS d';
  assert.deepEqual((await within('a query', client.query(echo, row))).rows, [
    { a: 'grün', b: 12.5, c: null, d: [1, 2, 3] },
  ]);
  await within('client.end()', client.end());
  await within('the close', stream.closed);
});

onBoth('20 MB go into a table and come back as they were', async (family) => {
  await using connection = await connected(family);
  const { client } = connection;
  const payload = patterned(20_000_000, 1);
  await client.query('CREATE TEMPORARY TABLE files (content bytea)');
  await within('the insertion', client.query('INSERT INTO files VALUES ($1)', [payload]), 20_000);
  const { rows } = await within('the file', client.query<{ content: Buffer }>('SELECT content FROM files'), 20_000);
  assert.ok(payload.equals(rows[0]!.content));
});

onBoth('a thousand small queries, sent before the first answer, are answered in order', async (family) => {
  await using connection = await connected(family, { pipeline: true });
  const { client } = connection;
  const asked = Array.from({ length: 1_000 }, (_, i) => client.query<{ n: number }>('SELECT $1::int AS n', [i]));
  const answers = await within('the answers', Promise.all(asked));
  assert.deepEqual(
    answers.map(({ rows }) => rows[0]!.n),
    Array.from({ length: 1_000 }, (_, i) => i),
  );
});

onBoth('a query that fails is told to its caller, and the connection goes on', async (family) => {
  await using connection = await connected(family);
  const { client } = connection;
  for (let i = 0; i < 3; i++) {
    await assert.rejects(within('a query', client.query('SELECT 1 / $1::int', [0])), { code: '22012' });
    assert.equal((await within('a query', client.query('SELECT $1::text AS t', ['on']))).rows[0].t, 'on');
  }
});

onBoth('a notification reaches a client that waits for nothing', async (family) => {
  await using listening = await connected(family);
  await using notifying = await connected(family);
  await listening.client.query('LISTEN news');
  const notified = once(listening.client, 'notification');
  await notifying.client.query("NOTIFY news, 'hello'");
  const [{ payload }] = (await within('the notification', notified)) as [pg.Notification];
  assert.equal(payload, 'hello');
});

/** What a client reports, and its end. */
function endingOf(client: pg.Client): { readonly errors: readonly Error[]; readonly ended: Promise<void> } {
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  return { errors, ended: within('the end of the client', ended) };
}

/** Resolves once the server is at work on what a client asked. */
async function untilAsleep(client: pg.Client, pid: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  const question = 'SELECT wait_event AS event FROM pg_stat_activity WHERE pid = $1';
  while ((await within('a query', client.query<{ event: string }>(question, [pid]))).rows[0]?.event !== 'PgSleep')
    if (performance.now() > deadline) throw new Error('the query does not run');
}

onBoth('a connection that the server ends is told to the query that runs and to the client', async (family) => {
  await using watching = await connected(family);
  const { client, stream } = await connected(family);
  const { errors, ended } = endingOf(client);
  const { pid } = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!;
  const ran = assert.rejects(client.query('SELECT pg_sleep(60)'), { code: '57P01' });
  await untilAsleep(watching.client, pid);
  await watching.client.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  await within('the end of the query', ran);
  await ended;
  await within('the close', stream.closed);
  assert.match(errors[0]!.message, /terminated unexpectedly/);
  await assert.rejects(within('a late query', client.query('SELECT 1')), /not queryable/);
});

onBoth('a connection that breaks is told to every query that waits', async (family) => {
  const { client, stream } = await connected(family, { pipeline: true });
  const { errors, ended } = endingOf(client);
  const failed = [1, 2, 3].map((n) => assert.rejects(client.query('SELECT pg_sleep($1)', [60 + n])));
  stream.abort();
  await within('the failures', Promise.all(failed));
  await ended;
  assert.match(errors[0]!.message, /terminated unexpectedly/);
});

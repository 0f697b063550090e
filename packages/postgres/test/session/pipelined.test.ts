/** Calls that are under way together, and what becomes of one when the other is not as it was believed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Connection, createPool, type Pool } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

describe('values that are received where they belong, one behind the other', () => {
  it('the second is given up: the first arrives whole', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const known = connection.readInto('select a', [], new Uint8Array(1));
    await end.describe(['a', backend.BYTEA]);
    await end.take('BES');
    end.send(backend.selected(backend.row(Uint8Array.of(1))));
    await known;
    const value = new Uint8Array(100_000).fill(7);
    const target = new Uint8Array(100_000);
    const abort = new AbortController();
    const first = connection.readInto('select a', [], target);
    const second = connection.readInto('select a', [], new Uint8Array(100_000), { signal: abort.signal });
    await end.take('BESBES');
    const answer = backend.selected(backend.row(value));
    end.send(answer.subarray(0, 50_000));
    await within(
      'a part',
      (async () => {
        while (target[40_000] !== 7) await new Promise((resolve) => setImmediate(resolve));
      })(),
    );
    abort.abort();
    await assert.rejects(second, { code: 'ERR_ABORTED' });
    end.send(answer.subarray(50_000), backend.selected(backend.row(value)));
    assert.equal(await within('the first', first), 100_000);
    assert.deepEqual(target, value);
    await connection.close({ timeoutMs: 100 });
  });
});

describe('a value that is refused', () => {
  it('is not received in small pieces', async () => {
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const call = connection.readInto('select a', [], new Uint8Array(1_000));
    call.catch(() => undefined);
    await end.describe(['a', backend.BYTEA]);
    await end.take('BES');
    const { reads } = connection.stats();
    end.send(backend.selected(backend.row(new Uint8Array(4_000_000))));
    await assert.rejects(call, { code: 'ERR_LIMIT' });
    assert.ok(connection.stats().reads - reads < 1_000, `${connection.stats().reads - reads} reads`);
    await connection.close({ timeoutMs: 100 });
  });
});

/** A real number in four bytes, and what has no binary form. */
const [FLOAT4, ACLITEM] = [700, 1033];
const ONE_AND_A_HALF = Uint8Array.of(0x3f, 0xc0, 0, 0);

/** Two connections of a pool, of which one was told of one column `v` of a `select v`. */
async function toldAndOther(
  server: ScriptedServer,
  pool: Pool,
  oid: number,
  value: Buffer,
): Promise<{ connection: Connection; end: ServerEnd }[]> {
  const opened = async () => {
    const acquiring = pool.acquire();
    const end = await server.accept();
    await end.startup();
    end.send(backend.welcome());
    return { connection: await acquiring, end };
  };
  const [told, other] = [await opened(), await opened()];
  const first = told.connection.query('select v');
  await told.end.describe(['v', oid]);
  await told.end.take('BES');
  told.end.send(backend.selected(value));
  assert.equal((await first).length, 1);
  return [told, other];
}

describe('a statement whose columns are not what another connection was told', () => {
  for (const how of ['a query', 'a batch'] as const) {
    it(`is cancelled in ${how} before it was parsed: it is sent anew the next time`, async () => {
      await using _stray = strayErrors();
      await using server = await ScriptedServer.listen();
      await using pool = createPool(server.url, { sslmode: 'disable', max: 2 });
      const [told, other] = await toldAndOther(server, pool, backend.INT4, backend.row(1));
      const { connection, end } = other!;
      const abort = new AbortController();
      const { signal } = abort;
      const call: Promise<unknown> =
        how === 'a query'
          ? connection.query('select v', [], { signal })
          : connection.batch([['select v'], ['select v']], { signal });
      await end.take(how === 'a query' ? 'PDBES' : 'PDBEBES');
      abort.abort();
      await assert.rejects(call, { code: 'ERR_ABORTED' });
      const cancel = await server.accept();
      await cancel.cancelRequest();
      cancel.end();
      end.send(backend.refusal('57014'), backend.ready());
      const again = connection.query('select v');
      await within('the statement', end.take('PDBES'));
      const columns = backend.rowDescription(['v', backend.INT4]);
      end.send(backend.PARSED, backend.parameterDescription(), columns, backend.selected(backend.row(2)));
      assert.deepEqual([...(await within('the rows', again))], [{ v: 2 }]);
      for (const each of [told!, other!]) each.end.end();
    });
  }

  it('has two, and is read into memory: that call is refused, also if its row is large', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    await using pool = createPool(server.url, { sslmode: 'disable', max: 2 });
    const [told, other] = await toldAndOther(server, pool, backend.BYTEA, backend.row('x'));
    const { connection, end } = other!;
    const target = new Uint8Array(100);
    const calls = Promise.allSettled([
      connection.readInto('select v', [], target),
      connection.readInto('select v', [], target),
      connection.query('select v').then((rows) => rows.length),
    ]);
    await end.take('PDBESBESBES');
    const { reads } = connection.stats();
    const answer = backend.selected(backend.row(new Uint8Array(1_000_000), 'y'));
    const columns = backend.rowDescription(['v', backend.BYTEA], ['w', backend.BYTEA]);
    end.send(backend.PARSED, backend.parameterDescription(), columns, answer, answer, answer);
    const results = (await within('the results', calls)).map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason.code,
    );
    assert.deepEqual(results, ['ERR_ROWS', 'ERR_ROWS', 1]);
    assert.ok(connection.stats().reads - reads < 1_000, `${connection.stats().reads - reads} reads`);
    assert.ok(connection.isOpen);
    await assert.rejects(connection.readInto('select v', [], target), { code: 'ERR_ROWS' });
    for (const each of [told!, other!]) each.end.end();
  });

  for (const [what, oid] of [
    ['read as they are', FLOAT4],
    ['refused if they are not in binary', ACLITEM],
  ] as const) {
    it(`is run twice at once: the rows of both are ${what}`, async () => {
      await using _stray = strayErrors();
      await using server = await ScriptedServer.listen();
      await using pool = createPool(server.url, { sslmode: 'disable', max: 2 });
      const [told, other] = await toldAndOther(server, pool, backend.INT4, backend.row(1));
      const { connection, end } = other!;
      const calls = Promise.allSettled([
        connection.query('select v').then((rows) => [...rows]),
        connection.query('select v', [], { rowMode: 'array' }).then((rows) => [...rows]),
        connection.columns('select v').then(({ values }) => values),
      ]);
      await end.take('PDBESBESBES');
      const answer = backend.selected(backend.row(ONE_AND_A_HALF));
      const description = [backend.PARSED, backend.parameterDescription(), backend.rowDescription(['v', oid])];
      end.send(...description, answer, answer, answer);
      const results = (await within('the results', calls)).map((result) =>
        result.status === 'fulfilled' ? result.value : result.reason.code,
      );
      if (oid === FLOAT4) assert.deepEqual(results, [[{ v: 1.5 }], [[1.5]], { v: Float32Array.of(1.5) }]);
      else assert.deepEqual(results, ['ERR_DECODE', 'ERR_DECODE', 'ERR_DECODE']);
      assert.ok(connection.isOpen);
      for (const each of [told!, other!]) each.end.end();
    });
  }
});

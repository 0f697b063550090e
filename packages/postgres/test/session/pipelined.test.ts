/** Calls that are under way together, and what becomes of one when the other is not as it was believed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPool } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer } from '../support/scripted-server.js';
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

describe('a statement whose columns are not what another connection was told', () => {
  for (const [what, oid] of [
    ['read as they are', FLOAT4],
    ['refused if they are not in binary', ACLITEM],
  ] as const) {
    it(`is run twice at once: the rows of both are ${what}`, async () => {
      await using _stray = strayErrors();
      await using server = await ScriptedServer.listen();
      await using pool = createPool(server.url, { sslmode: 'disable', max: 2 });
      const opened = async () => {
        const acquiring = pool.acquire();
        const end = await server.accept();
        await end.startup();
        end.send(backend.welcome());
        return { connection: await acquiring, end };
      };
      const [told, other] = [await opened(), await opened()];
      const first = told.connection.query('select v');
      await told.end.describe(['v', backend.INT4]);
      await told.end.take('BES');
      told.end.send(backend.selected(backend.row(1)));
      assert.deepEqual([...(await first)], [{ v: 1 }]);
      const calls = Promise.allSettled([
        other.connection.query('select v').then((rows) => [...rows]),
        other.connection.query('select v', [], { rowMode: 'array' }).then((rows) => [...rows]),
        other.connection.columns('select v').then(({ values }) => values),
      ]);
      await other.end.take('PDBESBESBES');
      const answer = backend.selected(backend.row(ONE_AND_A_HALF));
      const description = [backend.PARSED, backend.parameterDescription(), backend.rowDescription(['v', oid])];
      other.end.send(...description, answer, answer, answer);
      const results = (await within('the results', calls)).map((result) =>
        result.status === 'fulfilled' ? result.value : result.reason.code,
      );
      if (oid === FLOAT4) assert.deepEqual(results, [[{ v: 1.5 }], [[1.5]], { v: Float32Array.of(1.5) }]);
      else assert.deepEqual(results, ['ERR_DECODE', 'ERR_DECODE', 'ERR_DECODE']);
      assert.ok(other.connection.isOpen);
      for (const { end } of [told, other]) end.end();
    });
  }
});

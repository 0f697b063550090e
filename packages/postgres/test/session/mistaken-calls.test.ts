/** Calls that are not what they should be, or come at a moment that nobody thought of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPool, type RunOptions } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { strayErrors, turns, within } from '../support/waiting.js';

const JSON_OID = 114;

describe('a mistaken call', () => {
  it('has no text: it is rejected, and the connection goes on', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    for (const text of [{ text: 'select 1', values: [] }, 5, undefined, null] as unknown as string[]) {
      for (const call of [
        () => connection.query(text),
        () => connection.execute(text),
        () => connection.executeMany(text, [[]]),
        () => connection.batch([[text]]),
      ]) {
        await assert.rejects(within('the refusal', (async () => call())(), 500), TypeError);
      }
    }
    assert.equal(end.unreadBytes, 0);
    await connection.close();
  });

  it('has options or memory that cannot be: it rejects, also where it could be sent at once, and nothing is', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const known = connection.query('select a');
    await end.describe(['a', backend.INT4]);
    await end.take('BES');
    end.send(backend.selected());
    await known;
    await using pool = createPool(server.url, { sslmode: 'disable', max: 1 });
    for (const [options, error] of [
      [{ signal: {} }, TypeError],
      [{ signal: null }, TypeError],
      [{ timeoutMs: -1 }, RangeError],
      [{ timeoutMs: Number.NaN }, RangeError],
    ] as [RunOptions, typeof TypeError][]) {
      for (const on of [connection, pool]) {
        const calls = [
          on.query('select a', [], options),
          on.queryValue('select a', [], options),
          on.execute('select a', [], options),
          on.columns('select a', [], options),
          on.executeMany('select a', [[]], options),
          on.batch([['select a']], options),
          on.readInto('select a', [], new Uint8Array(1), options),
          on.copyFrom('t', [[1]], options),
          on.begin(options),
          on.transaction(options, () => assert.fail('it began')),
        ];
        for (const call of calls) await assert.rejects(within('the refusal', call, 500), error);
        await turns();
      }
    }
    for (const target of [undefined, null, 5, new ArrayBuffer(4)] as unknown as Uint8Array[]) {
      await assert.rejects(connection.readInto('select a', [], target), TypeError);
    }
    assert.equal(end.unreadBytes, 0);
    const next = connection.query('select a');
    await end.take('BES');
    end.send(backend.selected(backend.row(1)));
    assert.deepEqual([...(await within('the next', next))], [{ a: 1 }]);
    await connection.close({ timeoutMs: 100 });
  });

  it('comes from inside of a value: it is sent behind the call that the value is of', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const first = connection.query('select a', [null]);
    await end.take('PDS');
    end.send(
      backend.PARSED,
      backend.parameterDescription(JSON_OID),
      backend.rowDescription(['a', 23]),
      backend.ready(),
    );
    await end.take('BES');
    end.send(backend.selected());
    await first;
    let inner: Promise<unknown> | undefined;
    const value = {
      toJSON() {
        inner = connection.query('select a', ['inner']);
        return 'outer';
      },
    };
    const outer = connection.query('select a', [value]);
    const [outerBind] = await end.take('BES');
    const [innerBind] = await end.take('BES');
    assert.match(outerBind!.toString('latin1'), /outer/);
    assert.match(innerBind!.toString('latin1'), /inner/);
    end.send(backend.selected(backend.row(1)), backend.selected(backend.row(2)));
    assert.deepEqual([...(await within('the outer result', outer))], [{ a: 1 }]);
    assert.deepEqual([...((await within('the inner result', inner!)) as unknown[])], [{ a: 2 }]);
    await connection.close({ timeoutMs: 100 });
  });

  it('was made before close(), and has to wait for its turn: it is run', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const calls = [connection.query('select a'), connection.query('select b')];
    const results = Promise.all(calls);
    results.catch(() => undefined);
    const closing = connection.close();
    for (const name of ['a', 'b']) {
      await end.describe([name, backend.INT4]);
      await end.take('BES');
      end.send(backend.selected(backend.row(1)));
    }
    assert.equal((await within('the results', results)).length, 2);
    await end.take('X');
    end.end();
    await closing;
  });
});

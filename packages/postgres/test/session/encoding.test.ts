/** A server that begins to send text in another encoding. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connect } from '@landfall/postgres';
import { startPostgres } from '@landfall/postgres-server';
import * as backend from '../support/backend.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { unlessNoPostgres } from '../support/unless-no-postgres.js';
import { strayErrors, within } from '../support/waiting.js';

const LOST = { code: 'ERR_LOST', message: /client_encoding was set to LATIN1/ };

describe('another client_encoding', () => {
  it('ends the connection, and no call gets a result that is behind it', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const known = connection.query('select a');
    await end.describe(['a', backend.TEXT]);
    await end.take('BES');
    end.send(backend.parameterStatus('client_encoding', 'UTF8'), backend.selected(backend.row('\u00e9')));
    assert.deepEqual([...(await known)], [{ a: '\u00e9' }]);
    const calls = [connection.query('select a'), connection.query('select a')];
    const rejected = Promise.all(calls.map((call) => assert.rejects(within('the error', call), LOST)));
    await end.take('BESBES');
    const encoding = backend.parameterStatus('client_encoding', 'LATIN1');
    const answer = backend.selected(backend.row(Uint8Array.of(0xe9)));
    end.send(answer.subarray(0, 5), encoding, answer.subarray(5), answer);
    await rejected;
    await within('the end', connection.closed);
    await assert.rejects(connection.query('select a'), { ...LOST, safeToRetry: true });
  });

  it('is refused whichever way it is set', unlessNoPostgres('embedded'), async () => {
    await using _stray = strayErrors();
    await using server = await startPostgres();
    for (const text of ["set client_encoding to 'latin1'", "select set_config('client_encoding', 'latin1', false)"]) {
      const connection = await connect(server.url(), { sslmode: 'disable' });
      assert.equal(await connection.execute("set client_encoding to 'utf8'"), 0);
      await assert.rejects(connection.query(text), LOST);
      await connection.closed;
    }
  });
});

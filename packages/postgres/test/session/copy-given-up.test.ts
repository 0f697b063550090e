/** A copy that is given up before the server has asked for its rows. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, turns, within } from '../support/waiting.js';

/** Makes `select a` known. */
async function prepare(connection: Connection, end: ServerEnd): Promise<void> {
  const query = connection.query('select a');
  await end.describe(['a', backend.INT4]);
  await end.take('BES');
  end.send(backend.selected());
  await query;
}

const COPY_IN = backend.message('G', Uint8Array.of(1), 1, 1);

describe('a copy that is given up before its rows are asked for', () => {
  it('gives the server none when it asks, and nothing else is sent before', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    await prepare(connection, end);
    const abort = new AbortController();
    const slow = connection.query('select a');
    const copy = connection.copyFrom('t', [[1]], { signal: abort.signal });
    await end.take('BES');
    end.send(backend.selected(backend.row(1)));
    await end.describe(['a', backend.INT4]);
    await end.take('Q');
    abort.abort();
    await assert.rejects(copy, { code: 'ERR_ABORTED' });
    const next = connection.query('select a');
    await turns();
    assert.equal(end.unreadBytes, 0, 'sent where the server expects the rows');
    end.send(COPY_IN);
    assert.deepEqual([...(await within('the slow one', slow))], [{ a: 1 }]);
    const cancel = await server.accept();
    await cancel.cancelRequest();
    cancel.end();
    // The rows come to no end: CopyFail.
    await end.take('df');
    end.send(backend.refusal('57014'), backend.ready());
    await end.take('BES');
    end.send(backend.selected(backend.row(2)));
    assert.deepEqual([...(await within('the next', next))], [{ a: 2 }]);
    await connection.close({ timeoutMs: 100 });
  });

  it('lets nobody who waited for it go on before the request to cancel was taken', async () => {
    await using _stray = strayErrors();
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    await prepare(connection, end);
    const abort = new AbortController();
    const copy = connection.copyFrom('t', [[1]], { signal: abort.signal });
    const next = connection.query('select a');
    await end.describe(['a', backend.INT4]);
    await end.take('Q');
    abort.abort();
    await assert.rejects(copy, { code: 'ERR_ABORTED' });
    const cancel = await server.accept();
    await cancel.cancelRequest();
    end.send(COPY_IN);
    await end.take('df');
    end.send(backend.refusal('57014'), backend.ready());
    await turns();
    assert.equal(end.unreadBytes, 0, 'the next one was sent too soon');
    cancel.end();
    await end.take('BES');
    end.send(backend.selected(backend.row(2)));
    assert.deepEqual([...(await within('the next', next))], [{ a: 2 }]);
    await connection.close({ timeoutMs: 100 });
  });
});

/** Results that are whole, with something else behind them; and those that end early. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as backend from '../support/backend.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

const { message, row, selected } = backend;
const NOTIFICATION = message('A', backend.int32(1), 'channel\0payload\0');
const ROWS = [{ a: 1 }, { a: 2 }];

/** A connection whose query is asked, and the answer is to be sent. */
async function asked() {
  const server = await ScriptedServer.listen();
  const { connection, end } = await server.opened();
  const query = connection.query('select a');
  query.catch(() => undefined);
  await end.describe(['a', backend.INT4]);
  await end.take('BES');
  return { server, connection, end, query };
}

describe('a result', () => {
  for (const [what, behind] of [
    ['a notification', NOTIFICATION],
    ['a notice', backend.notice('by the way')],
    ['a setting', backend.parameterStatus('TimeZone', 'UTC')],
    ['half a message', NOTIFICATION.subarray(0, 7)],
    ['the start of a message', NOTIFICATION.subarray(0, 1)],
  ] as const) {
    it(`is given out when ${what} comes behind it`, async () => {
      await using _stray = strayErrors();
      const { server, connection, end, query } = await asked();
      await using _server = server;
      end.send(selected(row(1), row(2)), behind);
      assert.deepEqual([...(await within('the result', query, 1_000))], ROWS);
      await connection.close({ timeoutMs: 100 });
    });
  }

  it('is given out when the server ends the connection behind it', async () => {
    await using _stray = strayErrors();
    const { server, connection, end, query } = await asked();
    await using _server = server;
    end.send(selected(row(1), row(2)), backend.refusal('57P01', 'FATAL'));
    end.end();
    assert.deepEqual([...(await within('the result', query, 1_000))], ROWS);
    await within('the end', connection.closed);
  });

  it('is rejected with what the server said when it ended the connection between the rows', async () => {
    await using _stray = strayErrors();
    const { server, connection, end, query } = await asked();
    await using _server = server;
    end.send(backend.BOUND, row(1), row(2), backend.refusal('57P01', 'FATAL'));
    end.end();
    await assert.rejects(within('the error', query, 1_000), { sqlstate: '57P01' });
    await within('the end', connection.closed);
  });

  it('is rejected for a row of a length that cannot be, without more having to come', async () => {
    await using _stray = strayErrors();
    const { server, connection, end, query } = await asked();
    await using _server = server;
    end.send(backend.BOUND, row(1), Uint8Array.of(0x44, 0xff, 0xff, 0xff, 0xff, 0, 0));
    await assert.rejects(within('the error', query, 1_000), { code: 'ERR_PROTOCOL' });
    await within('the end', connection.closed);
  });
});

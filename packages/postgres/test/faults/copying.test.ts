/** copyFrom() that is cut short, refused, or held up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as backend from '../support/backend.js';
import type { ServerEnd } from '../support/scripted-server.js';
import { turns, within } from '../support/waiting.js';
import { ABORTED, COLUMN, cancelled, on } from './prepared.js';

const { row, selected } = backend;
const ASKED = backend.message('G', Buffer.of(1, 0, 1, 0, 1));

/** Takes messages until one of this type. */
async function until(end: ServerEnd, type: string): Promise<void> {
  while ((await end.message()).type !== type);
}

describe('copyFrom() that is cut short', () => {
  const never = async function* (): AsyncGenerator<number[]> {
    yield [1];
    await new Promise(() => {});
  };
  const endless = function* (): Generator<number[]> {
    for (;;) yield [1];
  };

  for (const [what, source] of [
    ['rows that do not come', never],
    ['rows without end', endless],
  ] as const) {
    it(`waits for ${what}: the server is told that it failed`, () =>
      on(async (connection, end, server) => {
        const abort = new AbortController();
        const copy = connection.copyFrom('t', source(), { signal: abort.signal });
        await end.describe(COLUMN);
        await end.take('Q');
        end.send(ASKED);
        if (source === endless) await end.take('d');
        else await turns();
        abort.abort();
        await assert.rejects(copy, ABORTED);
        await cancelled(server);
        await until(end, 'f');
        end.send(backend.refusal('57014'), backend.ready());
        const next = connection.query('select a');
        await end.take('BES');
        end.send(selected(row(1)));
        assert.equal((await next).length, 1);
      }));
  }

  it('is held up by a server that reads nothing: the connection is given up', () =>
    on(
      async (connection, end) => {
        const copy = connection.copyFrom('t', endless(), { timeoutMs: 300 });
        await end.describe(COLUMN);
        await end.take('Q');
        end.send(ASKED);
        end.socket.pause();
        await assert.rejects(within('the timeout', copy), { code: 'ERR_TIMEOUT' });
        await within('the end', connection.closed);
        end.socket.resume();
      },
      { cancelTimeoutMs: 150 },
    ));

  it('is refused in the middle: it stops at once, also if no more rows come', () =>
    on(async (connection, end) => {
      for (const source of [never, endless]) {
        const copy = connection.copyFrom('t', source());
        await end.describe(COLUMN);
        await end.take('Q');
        end.send(ASKED);
        if (source === endless) await end.take('d');
        else await turns();
        end.send(backend.refusal('22P04'), backend.ready());
        await assert.rejects(within('the refusal', copy), { sqlstate: '22P04' });
        const next = connection.query('select a');
        await until(end, 'f');
        await end.take('BES');
        end.send(selected(row(1)));
        assert.equal((await next).length, 1);
      }
    }));

  it('is refused before it begins: no row is taken', () =>
    on(async (connection, end) => {
      let taken = 0;
      const source = function* (): Generator<number[]> {
        taken++;
        yield [1];
      };
      const copy = connection.copyFrom('t', source());
      await end.describe(COLUMN);
      await end.take('Q');
      end.send(backend.refusal('42501'), backend.ready());
      await assert.rejects(copy, { sqlstate: '42501' });
      assert.equal(taken, 0);
      await turns();
      assert.equal(end.unreadBytes, 0);
    }));
});

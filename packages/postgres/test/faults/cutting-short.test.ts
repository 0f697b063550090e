/** Calls that are aborted or take too long: what the server is told, and what becomes of the calls beside them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as backend from '../support/backend.js';
import { turns, within } from '../support/waiting.js';
import { ABORTED, CANCELED, COLUMN, cancelled, on } from './prepared.js';

const { row, selected } = backend;

describe('a call that is cut short', () => {
  it('was so before it began: nothing is written', () =>
    on(async (connection, end, server) => {
      const signal = AbortSignal.abort(new Error('enough'));
      for (const call of [
        connection.query('select a', [], { signal }),
        connection.query('select b', [], { signal }),
        connection.execute('select a', [], { signal }),
        connection.executeMany('select a', [[]], { signal }),
        connection.batch([['select a']], { signal }),
        connection.columns('select a', [], { signal }),
        connection.readInto('select a', [], new Uint8Array(1), { signal }),
        connection.copyFrom('t', [[1]], { signal }),
      ]) {
        await assert.rejects(call, { ...ABORTED, safeToRetry: true, cause: new Error('enough') });
      }
      await turns();
      assert.equal(end.unreadBytes + server.unaccepted, 0);
    }));

  it('runs alone: the server is asked to cancel it, and the next one is not hit', () =>
    on(async (connection, end, server) => {
      const abort = new AbortController();
      const running = connection.query('select a', [], { signal: abort.signal });
      await end.take('BES');
      end.send(backend.BOUND, row(1));
      abort.abort();
      await assert.rejects(running, ABORTED);
      const next = connection.query('select a');
      await cancelled(server);
      await turns();
      assert.equal(end.unreadBytes, 0, 'the next one was sent too soon');
      end.send(CANCELED);
      await end.take('BES');
      end.send(selected(row(2)));
      assert.deepEqual([...(await next)], [{ a: 2 }]);
    }));

  it('is over by the time: the next one waits until the request to cancel has been taken', () =>
    on(async (connection, end, server) => {
      const running = connection.query('select a', [], { timeoutMs: 20 });
      await end.take('BES');
      await assert.rejects(running, { code: 'ERR_TIMEOUT', safeToRetry: false });
      const next = connection.query('select a');
      const cancel = await server.accept();
      await cancel.cancelRequest();
      end.send(selected(row(1)));
      await turns();
      assert.equal(end.unreadBytes, 0, 'the next one was sent too soon');
      cancel.end();
      await end.take('BES');
      end.send(selected(row(2)));
      assert.deepEqual([...(await next)], [{ a: 2 }]);
    }));

  it('is sent and not begun: nobody is cancelled, and its answer is dropped', () =>
    on(async (connection, end, server) => {
      const abort = new AbortController();
      const before = connection.query('select a');
      const call = connection.query('select a', [], { signal: abort.signal });
      const behind = connection.query('select a');
      await end.take('BESBESBES');
      abort.abort();
      await assert.rejects(call, ABORTED);
      end.send(selected(row(1)), selected(row(2), row(3)), selected(row(4)));
      assert.deepEqual([[...(await before)], [...(await behind)]], [[{ a: 1 }], [{ a: 4 }]]);
      assert.equal(server.unaccepted, 0);
    }));

  it('comes to be run alone later: it is cancelled then', () =>
    on(async (connection, end, server) => {
      const abort = new AbortController();
      const before = connection.query('select a');
      const calls = [1, 2].map(() => connection.query('select a', [], { signal: abort.signal }));
      await end.take('BESBESBES');
      abort.abort();
      for (const call of calls) await assert.rejects(call, ABORTED);
      assert.equal(server.unaccepted, 0);
      end.send(selected(row(1)));
      await before;
      await cancelled(server);
      end.send(CANCELED);
      // The second of them, too.
      await cancelled(server);
      end.send(CANCELED);
      const next = connection.query('select a');
      await end.take('BES');
      end.send(selected(row(2)));
      assert.deepEqual([...(await next)], [{ a: 2 }]);
    }));

  it('waits for its turn: nothing of it is sent', () =>
    on(async (connection, end) => {
      const abort = new AbortController();
      const preparing = connection.query('select b');
      const waiting = connection.query('select a', [], { signal: abort.signal });
      abort.abort();
      await assert.rejects(waiting, { ...ABORTED, safeToRetry: true });
      await end.describe(COLUMN);
      await end.take('BES');
      end.send(selected(row(1)));
      assert.equal((await preparing).length, 1);
      await turns();
      assert.equal(end.unreadBytes, 0);
    }));

  it('is being prepared: that is cancelled, and nothing of the statement is left', () =>
    on(async (connection, end, server) => {
      const abort = new AbortController();
      const call = connection.query('select b', [], { signal: abort.signal });
      await end.take('PDS');
      abort.abort();
      await assert.rejects(call, { ...ABORTED, safeToRetry: true });
      const again = connection.query('select b');
      await cancelled(server);
      end.send(backend.described(COLUMN));
      await end.take('C');
      await end.describe(COLUMN);
      await end.take('BES');
      end.send(selected(row(1)));
      assert.equal((await again).length, 1);
    }));

  it('has one behind it that waits for all to be over: that one is not hit', () =>
    on(async (connection, end, server) => {
      const abort = new AbortController();
      const running = connection.query('select a', [], { signal: abort.signal });
      await end.take('BES');
      const many = connection.executeMany('select a', [[]]);
      abort.abort();
      await assert.rejects(running, ABORTED);
      const cancel = await server.accept();
      await cancel.cancelRequest();
      end.send(CANCELED);
      await turns();
      assert.equal(end.unreadBytes, 0, 'the next one was sent too soon');
      cancel.end();
      await end.take('BES');
      end.send(selected(row(1)));
      assert.equal(await many, 1);
    }));

  for (const how of ['is refused', 'hangs', 'is reset', 'is of no use'] as const) {
    it(`cannot be cancelled, since the connection for that ${how}: this one is given up in time`, () =>
      on(
        async (connection, end, server) => {
          if (how === 'is refused') await server.refuse();
          const running = connection.query('select a', [], { timeoutMs: 20 });
          await end.take('BES');
          await assert.rejects(running, { code: 'ERR_TIMEOUT' });
          const next = assert.rejects(connection.query('select a'), { code: 'ERR_LOST', safeToRetry: true });
          if (how === 'is reset') (await server.accept()).reset();
          if (how === 'hangs') await (await server.accept()).cancelRequest();
          if (how === 'is of no use') await cancelled(server);
          await within('the end', connection.closed);
          await next;
          await end.ended();
        },
        { cancelTimeoutMs: 150 },
      ));
  }

  it('is one that reads into memory, which is not touched any more', () =>
    on(async (connection, end, server) => {
      const target = new Uint8Array(100_000).fill(0xee);
      const first = connection.readInto('select b', [], target);
      await end.describe(['b', backend.BYTEA]);
      await end.take('BES');
      const value = row(Buffer.alloc(100_000, 0x11));
      end.send(backend.BOUND, value, backend.complete('SELECT 1'), backend.ready());
      assert.equal(await first, 100_000);
      for (const sent of [9, 11, 12, 20_000, 99_000]) {
        target.fill(0xee);
        const abort = new AbortController();
        const call = connection.readInto('select b', [], target, { signal: abort.signal });
        await end.take('BES');
        end.send(backend.BOUND, value.subarray(0, sent));
        await turns(20);
        abort.abort();
        await assert.rejects(call, ABORTED);
        const canary = target.fill(0xcc).slice();
        const cancelling = cancelled(server);
        end.send(value.subarray(sent), backend.complete('SELECT 1'), backend.ready());
        await cancelling;
        const again = connection.query('select a');
        await end.take('BES');
        end.send(selected(row(5)));
        assert.deepEqual([...(await again)], [{ a: 5 }]);
        assert.deepEqual(target, canary, `cut behind ${sent} bytes`);
      }
    }));

  it('reads into memory behind another one that does: that one gets all of its value', () =>
    on(async (connection, end, server) => {
      const prepared = connection.readInto('select b', [], new Uint8Array(8));
      await end.describe(['b', backend.BYTEA]);
      await end.take('BES');
      end.send(selected(row('x')));
      await prepared;
      const [target, other] = [new Uint8Array(50_000), new Uint8Array(50_000).fill(0xee)];
      const abort = new AbortController();
      const first = connection.readInto('select b', [], target);
      const second = connection.readInto('select b', [], other, { signal: abort.signal });
      await end.take('BESBES');
      const value = row(Buffer.alloc(50_000, 0x11));
      end.send(backend.BOUND, value.subarray(0, 10_000));
      await turns(20);
      abort.abort();
      await assert.rejects(second, ABORTED);
      end.send(value.subarray(10_000), backend.complete('SELECT 1'), backend.ready(), selected(value));
      assert.equal(await first, 50_000);
      assert.ok(target.every((byte) => byte === 0x11));
      assert.ok(other.every((byte) => byte === 0xee));
      await cancelled(server);
    }));
});

/** What a connection keeps from being freed, and what it does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as backend from '../support/backend.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { until, within } from '../support/waiting.js';

const MB = 1_000_000;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that live after a collection. */
async function living(what: 'arrayBuffers' | 'heapUsed'): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  return process.memoryUsage()[what];
}

describe('memory', () => {
  it('that a large value was received in is free once the value is', async () => {
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    const before = await living('arrayBuffers');
    const call = connection.query('select a').then((rows) => rows.length);
    await end.describe(['a', backend.BYTEA]);
    await end.take('BES');
    end.send(backend.selected(backend.row(new Uint8Array(20 * MB))));
    assert.equal(await within('the value', call), 1);
    const again = connection.execute('select a');
    await end.take('BES');
    end.send(backend.selected());
    await again;
    // The collector gives such memory back in a thread of its own.
    await until('the memory', async () => (await living('arrayBuffers')) - before < 5 * MB);
    await connection.close({ timeoutMs: 100 });
  });

  it('of rows that come one by one to be copied in is free once they are sent', async () => {
    await using server = await ScriptedServer.listen();
    const { connection, end } = await server.opened();
    let keptBytes = 0;
    async function* rows(): AsyncGenerator<unknown[]> {
      const before = await living('heapUsed');
      for (let i = 0; i < 30_000; i++) yield [i, i, i, i, i, i, i, i];
      keptBytes = (await living('heapUsed')) - before;
    }
    const copy = connection.copyFrom('t', rows());
    await end.describe(...Array.from({ length: 8 }, (_, i) => [`c${i}`, backend.INT4] as const));
    await end.take('Q');
    end.socket.removeAllListeners('data').resume();
    end.send(backend.message('G', Uint8Array.of(1), 8, 1, 1, 1, 1, 1, 1, 1, 1));
    await within(
      'the rows',
      new Promise<void>((resolve) => {
        const timer = setInterval(() => keptBytes !== 0 && resolve(clearInterval(timer)), 5);
      }),
    );
    end.send(backend.complete('COPY 30000'), backend.ready());
    assert.equal(await within('the copy', copy), 30_000);
    assert.ok(keptBytes < 5 * MB, `${keptBytes} bytes are kept`);
    await connection.close({ timeoutMs: 100 });
  });
});

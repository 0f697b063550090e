/** Whole conversations, with what the server says cut at every byte. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Connection, connect } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { within } from '../support/waiting.js';

/** How what the server says is sent: in pieces, each when the one before has had time to arrive. */
type Send = (end: ServerEnd, bytes: Uint8Array) => Promise<void>;

const LARGE = Buffer.alloc(300, 0xab);

/** Says everything that can be said in a few messages; returns how many bytes the server sent. */
async function converse(server: ScriptedServer, send: Send): Promise<number> {
  const connecting = connect(server.url, { sslmode: 'disable' });
  const end = await server.accept();
  let sentBytes = 0;
  const say = async (...parts: readonly Uint8Array[]): Promise<void> => {
    const bytes = Buffer.concat(parts);
    sentBytes += bytes.length;
    await send(end, bytes);
  };
  await end.startup();
  await say(backend.authentication(3));
  await end.take('p');
  await say(backend.welcome());
  const connection = await within('the connection', connecting);
  const script = serve(end, say);
  await Promise.race([ask(connection), script.then(() => assert.fail('it ended too soon'))]);
  await within('the end', Promise.all([connection.close(), script]));
  return sentBytes;
}

async function ask(connection: Connection): Promise<void> {
  const rows = await connection.query('select a, t');
  assert.deepEqual(
    [...rows],
    [
      { a: 1, t: 'one' },
      { a: null, t: '' },
    ],
  );
  const [failed, columns] = await Promise.allSettled([
    connection.query('select a, t'),
    connection.columns('select a, t'),
  ]);
  assert.equal(failed.status === 'rejected' && (failed.reason as { sqlstate: string }).sqlstate, '22012');
  assert.deepEqual(columns.status === 'fulfilled' && [...columns.value.values['a']!], [7]);
  const target = new Uint8Array(LARGE.length + 8).fill(0xee);
  assert.equal(await connection.readInto('select b', [], target), LARGE.length);
  assert.deepEqual(Buffer.from(target), Buffer.concat([LARGE, Buffer.alloc(8, 0xee)]));
  assert.equal(await connection.copyFrom('c', [[1], [2]]), 2);
}

async function serve(end: ServerEnd, say: (...parts: readonly Uint8Array[]) => Promise<void>): Promise<void> {
  const columns = [
    ['a', backend.INT4],
    ['t', backend.TEXT],
  ] as const;
  await end.take('PDS');
  await say(backend.described(...columns));
  await end.take('BES');
  await say(backend.selected(backend.row(1, 'one'), backend.notice('n'), backend.row(null, '')));
  await end.take('BESBES');
  const refused = [backend.BOUND, backend.row(1, 'x'), backend.refusal('22012'), backend.ready()];
  await say(...refused, backend.selected(backend.row(7, 'seven')));
  await end.take('PDS');
  await say(backend.described(['b', backend.BYTEA]));
  await end.take('BES');
  await say(backend.selected(backend.row(LARGE)));
  await end.take('PDS');
  await say(backend.described(['a', backend.INT4]));
  await end.take('Q');
  await say(backend.message('G', Buffer.of(1, 0, 1, 0, 1)));
  await end.take('dc');
  await say(backend.complete('COPY 2'), backend.ready());
  await end.take('X');
}

describe('a conversation', () => {
  it('is understood byte by byte', async () => {
    await using server = await ScriptedServer.listen();
    await converse(server, (end, bytes) => end.trickle(bytes));
  });

  it('is understood wherever it is cut', async () => {
    await using server = await ScriptedServer.listen();
    const total = await converse(server, async (end, bytes) => end.send(bytes));
    assert.ok(total > 700);
    let cut = 1;
    const several = Array.from({ length: 8 }, async () => {
      // A server each: nobody may take another one's connection.
      await using server = await ScriptedServer.listen();
      for (let at = cut++; at < total; at = cut++) {
        let sentBytes = 0;
        await converse(server, async (end, bytes) => {
          const here = at - sentBytes;
          sentBytes += bytes.length;
          if (here <= 0 || here >= bytes.length) return end.send(bytes);
          end.socket.setNoDelay();
          end.send(bytes.subarray(0, here));
          await new Promise((resolve) => setImmediate(resolve));
          end.send(bytes.subarray(here));
        });
      }
    });
    await Promise.all(several);
  });
});

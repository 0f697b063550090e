/** Answers to queries that are not what they should be, and connections that end in the middle of one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection, ConnectOptions } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

type Failure = Error & { code?: string; sqlstate?: string; safeToRetry?: boolean };
type Play = (connection: Connection, end: ServerEnd) => Promise<void>;

/** Plays the server's part on a connection. */
async function on(play: Play, options: ConnectOptions = {}): Promise<void> {
  await using _stray = strayErrors();
  await using server = await ScriptedServer.listen();
  const { connection, end } = await server.opened(options);
  await play(connection, end);
  await within('the end', connection.close({ timeoutMs: 100 }));
}

function failure(promise: Promise<unknown>): Promise<Failure> {
  const failed = promise.then(
    (value) => assert.fail(`it came to ${JSON.stringify(value)}`),
    (error: Failure) => error,
  );
  return within('a failure', failed);
}

const COLUMN = ['a', backend.INT4] as const;
const FATAL = backend.refusal('57P01', 'FATAL');
const { BOUND, row, ready, complete } = backend;

/** The codes of what `select a` fails with when it is answered with these bytes. */
async function answered(bytes: Uint8Array, options: ConnectOptions = {}): Promise<Failure> {
  let error: Failure | undefined;
  await on(async (connection, end) => {
    const failed = failure(connection.query('select a'));
    await end.describe(COLUMN);
    await end.take('BES');
    end.send(bytes);
    error = await failed;
    assert.equal(connection.isOpen, false);
    await end.ended();
    const next = await failure(connection.query('select a'));
    assert.equal(next.safeToRetry, true);
  }, options);
  return error!;
}

describe('an answer that the protocol does not allow', () => {
  const R = row(1);
  const damaged = (change: (bytes: Buffer) => void, bytes = Buffer.from(row(1))): Buffer => {
    change(bytes);
    return bytes;
  };
  for (const [what, ...parts] of [
    ['ready twice', BOUND, complete('SELECT 0'), ready(), ready()],
    ['ready before the end of the statement', BOUND, R, ready()],
    ['ready at once', ready()],
    ['ready with a body of two bytes', BOUND, complete('SELECT 0'), backend.message('Z', 'II')],
    ['a row before anything', R],
    ['a row behind the end of the statement', BOUND, complete('SELECT 0'), R, ready()],
    ['a row of two columns', BOUND, row(1, 2), ready()],
    ['a row of no columns', BOUND, row(), ready()],
    ['a row without a count', BOUND, backend.message('D'), ready()],
    ['a row that is cut short', BOUND, backend.message('D', 1, Buffer.of(0, 0)), ready()],
    ['a value that reaches out of its row', BOUND, damaged((b) => b.writeInt32BE(5, 7)), ready()],
    ['a value of 2 GiB', BOUND, damaged((b) => b.writeInt32BE(0x7fff_ffff, 7)), ready()],
    ['a value of -2 bytes', BOUND, damaged((b) => b.writeInt32BE(-2, 7)), ready()],
    ['bytes behind the last value', BOUND, backend.message('D', 1, backend.int32(4), backend.int32(1), 'x'), ready()],
    ['an int4 of three bytes', BOUND, row('abc'), ready()],
    ['a message of no bytes', BOUND, Buffer.from([0x44, 0, 0, 0, 0])],
    ['a message of 3 bytes', BOUND, Buffer.from([0x44, 0, 0, 0, 3])],
    ['a message of -1 bytes', BOUND, Buffer.from([0x44, 255, 255, 255, 255]), R],
    ['a message of -2 GiB', BOUND, Buffer.from([0x44, 128, 0, 0, 0]), R],
    ['an unknown type', BOUND, backend.message('?')],
    ['a description that is cut short', backend.rowDescription(COLUMN).fill(9, 5, 7), ready()],
    ['a setting without its end', backend.message('S', 'a\0b'), ready()],
    ['an end without its end', BOUND, backend.message('C'), ready()],
    ['another authentication', backend.authentication(0)],
    ['a key', backend.backendKey(1, 2)],
  ] as const) {
    it(what, async () => {
      const error = await (what === 'ready twice' ? twice(parts) : answered(Buffer.concat(parts)));
      assert.equal(error.code, 'ERR_PROTOCOL', error.stack);
    });
  }

  /** One too many does not answer the next question. */
  async function twice(parts: readonly Uint8Array[]): Promise<Failure> {
    let error: Failure | undefined;
    await on(async (connection, end) => {
      const first = connection.query('select a');
      await end.describe(COLUMN);
      await end.take('BES');
      end.send(backend.selected(row(1)));
      await first;
      const [again, next] = [connection.query('select a'), failure(connection.query('select a'))];
      await end.take('BESBES');
      end.send(...parts);
      assert.deepEqual([...(await again)], []);
      error = await next;
    });
    return error!;
  }

  it('a message over the limit, which is not waited for', async () => {
    for (const type of [0x44, 0x45, 0x43]) {
      const error = await answered(Buffer.concat([BOUND, Buffer.from([type, 0, 1, 0, 0])]), { maxMessageBytes: 1_000 });
      assert.equal(error.code, 'ERR_LIMIT');
    }
  });

  it('a description of parameters of another size, or of columns that are not there', async () => {
    for (const bytes of [
      backend.message('t', 2, backend.int32(23)),
      backend.message('t', 0, backend.int32(23)),
      backend.message('t'),
      backend.message('T'),
      backend.message('T', 1, 'a\0', backend.int32(0)),
      backend.message('T', 65_535, 'a\0'),
      backend.message('T', 1, 'a'),
    ]) {
      await on(async (connection, end) => {
        const failed = failure(connection.query('select a'));
        await end.take('PDS');
        end.send(backend.PARSED, bytes, ready());
        assert.equal((await failed).code, 'ERR_PROTOCOL');
      });
    }
  });

  for (const [what, bytes] of [
    ['a row', row(1)],
    ['ready', ready()],
    ['the end of a statement', complete('SELECT 1')],
    ['an error', backend.refusal('42601')],
    ['data', backend.message('d', 'x')],
  ] as const) {
    it(`${what} while nothing was asked`, () =>
      on(async (connection, end) => {
        end.send(bytes);
        await within('the end', connection.closed);
        assert.equal((await failure(connection.query('select a'))).code, 'ERR_LOST');
      }));
  }
});

describe('what may come anywhere', () => {
  const asides = Buffer.concat([
    backend.notice('by the way'),
    backend.parameterStatus('TimeZone', 'UTC'),
    backend.message('A', backend.int32(7), 'channel\0payload\0'),
    backend.CLOSED,
  ]);
  const answer = Buffer.concat([BOUND, row(1), row(2), complete('SELECT 2'), ready()]);

  it('changes no answer, wherever it comes', () =>
    on(async (connection, end) => {
      end.send(asides);
      const described = [backend.PARSED, backend.parameterDescription(), backend.rowDescription(COLUMN), ready()];
      const query = connection.query('select a');
      await end.take('PDS');
      for (const part of described) end.send(asides, part, asides);
      await end.take('BES');
      for (const part of [BOUND, row(1), row(2), complete('SELECT 2'), ready()]) end.send(asides, part, asides);
      assert.deepEqual([...(await query)], [{ a: 1 }, { a: 2 }]);
      for (let at = 0; at <= answer.length; at = next(at)) {
        const again = connection.query('select a');
        await end.take('BES');
        end.send(answer.subarray(0, at), asides, answer.subarray(at));
        assert.deepEqual([...(await within('the rows', again))], [{ a: 1 }, { a: 2 }], `behind ${at}`);
      }

      function next(at: number): number {
        return at === answer.length ? at + 1 : at + 1 + answer.readInt32BE(at + 1);
      }
    }));

  it('is told to who wants to know, also if it is cut short', async () => {
    const told: string[] = [];
    await on(
      async (connection, end) => {
        const query = connection.query('select a');
        await end.describe(COLUMN);
        await end.take('BES');
        end.send(
          backend.message('N', 'SNOTICE\0Mwithout an end'),
          backend.message('N', ''),
          backend.message('N', `M${'long '.repeat(13_000)}\0?x\0\0`),
          answer,
        );
        await query;
        assert.deepEqual(
          told.map((text) => text.length),
          [14, 0, 65_000],
        );
      },
      { onNotice: ({ message }) => void told.push(message) },
    );
  });

  it('tells of an error that is cut short', () =>
    on(async (connection, end) => {
      const failed = failure(connection.query('select a'));
      await end.take('PDS');
      end.send(backend.message('E', 'SERROR\0C42601\0Mno end'), ready());
      assert.deepEqual([(await failed).sqlstate, (await failed).message], ['42601', 'no end']);
      const empty = failure(connection.query('select a'));
      await end.take('PDS');
      end.send(backend.message('E'), ready());
      assert.equal((await empty).name, 'PostgresError');
      assert.equal(connection.isOpen, true);
    }));
});

describe('a connection that ends', () => {
  const PARTS: readonly (readonly [when: string, ...bytes: readonly Uint8Array[]])[] = [
    ['before the answer'],
    ['behind BindComplete', BOUND],
    ['in the middle of a row', BOUND, row(1).subarray(0, 9)],
    ['behind a row', BOUND, row(1)],
    ['behind the last row', BOUND, row(1), complete('SELECT 1')],
    ['in the middle of ReadyForQuery', BOUND, row(1), complete('SELECT 1'), ready().subarray(0, 5)],
  ];
  for (const [when, ...bytes] of PARTS) {
    for (const how of ['end', 'reset', 'fatal', 'fatal, and no end'] as const) {
      it(`${how} ${when}, with others behind it`, () =>
        on(async (connection, end) => {
          const first = connection.query('select a');
          await end.describe(COLUMN);
          await end.take('BES');
          end.send(backend.selected(row(1)));
          await first;
          const failures = [1, 2, 3].map(() => failure(connection.query('select a')));
          await end.take('BESBESBES');
          end.send(...bytes);
          const isCut = when.startsWith('in the middle');
          if (how.startsWith('fatal') && !isCut) end.send(FATAL);
          if (how === 'reset') end.reset();
          else if (how !== 'fatal, and no end' || isCut) end.end();
          for (const error of await Promise.all(failures)) {
            if (how.startsWith('fatal') && !isCut) assert.equal(error.sqlstate, '57P01', error.stack);
            else assert.deepEqual([error.code, error.safeToRetry], ['ERR_LOST', false], error.stack);
          }
          await within('the end', connection.closed);
          assert.equal((await failure(connection.query('select a'))).safeToRetry, true);
        }));
    }
  }

  it('while nothing is under way', async () => {
    for (const how of ['end', 'reset', 'fatal'] as const) {
      await on(async (connection, end) => {
        if (how === 'fatal') end.send(FATAL);
        if (how === 'end') end.end();
        if (how === 'reset') end.reset();
        await within('the end', connection.closed);
        const error = await failure(connection.query('select a'));
        assert.deepEqual([error.code, error.safeToRetry], ['ERR_LOST', true]);
        if (how === 'fatal') assert.equal((error.cause as Failure).sqlstate, '57P01');
      });
    }
  });

  it('behind an error of the same statement, which is the one that is told', () =>
    on(async (connection, end) => {
      const failed = failure(connection.query('select a'));
      await end.describe(COLUMN);
      await end.take('BES');
      end.send(BOUND, row(1), backend.refusal('22012'), FATAL);
      assert.equal((await failed).sqlstate, '22012');
    }));

  it('before calls that wait for their turn are sent', () =>
    on(async (connection, end) => {
      const calls = [
        connection.query('select a'),
        connection.query('select b'),
        connection.executeMany('insert', [[], []]),
        connection.batch([['select c'], ['select d']]),
        connection.copyFrom('t', [[1]]),
        connection.columns('select e'),
        connection.readInto('select f', [], new Uint8Array(4)),
      ].map(failure);
      await end.take('PDS');
      end.end();
      for (const error of await Promise.all(calls)) assert.equal(error.code, 'ERR_LOST');
    }));

  it('while many wait for a query that is under way', () =>
    on(async (connection, end) => {
      const known = connection.execute('insert');
      await end.describe();
      await end.take('BES');
      end.send(BOUND, complete('INSERT 0 1'), ready());
      await known;
      const running = failure(connection.execute('insert'));
      await end.take('BES');
      const many = failure(connection.executeMany('insert', [[], []]));
      end.end();
      assert.equal((await running).code, 'ERR_LOST');
      assert.equal((await many).code, 'ERR_LOST');
    }));
});

/** Connecting to servers that go wrong before they let anybody in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ConnectOptions, connect } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

/** Connects while `serve` plays the server's part; what it came to. */
async function attempt(
  serve: (end: ServerEnd, server: ScriptedServer) => Promise<void>,
  options: ConnectOptions = {},
): Promise<Error & { code?: string; sqlstate?: string; cause?: unknown }> {
  await using _stray = strayErrors();
  await using server = await ScriptedServer.listen();
  let settled = 0;
  const connecting = connect(server.url, { sslmode: 'disable', connectTimeoutMs: 5_000, ...options }).then(
    async (connection) => {
      settled++;
      await connection.close({ timeoutMs: 100 });
      return new Error('it connected');
    },
    (error: Error) => {
      settled++;
      return error;
    },
  );
  const end = await server.accept();
  const [error] = await Promise.all([within('an outcome', connecting), serve(end, server)]);
  assert.equal(settled, 1);
  assert.equal(server.unaccepted, 0, 'it came back');
  return error;
}

const SALT = Buffer.from([1, 2, 3, 4]);
const SASL = backend.authentication(10, 'SCRAM-SHA-256\0\0');

/** What a server has said when it goes wrong. */
const STAGES: readonly (readonly [name: string, serve: (end: ServerEnd) => Promise<void>])[] = [
  ['before the startup message', async () => {}],
  ['behind the startup message', async (end) => void (await end.startup())],
  [
    'in the middle of a request',
    async (end) => {
      await end.startup();
      end.send(SASL.subarray(0, 7));
    },
  ],
  [
    'while it checks a password in clear',
    async (end) => {
      await end.startup();
      end.send(backend.authentication(3));
      await end.take('p');
    },
  ],
  [
    'while it checks an MD5',
    async (end) => {
      await end.startup();
      end.send(backend.authentication(5, SALT));
      await end.take('p');
    },
  ],
  [
    'behind the first message of SCRAM',
    async (end) => {
      await end.startup();
      end.send(SASL);
      await end.take('p');
    },
  ],
  [
    'behind the last message of SCRAM',
    async (end) => {
      await end.startup();
      end.send(SASL);
      const [first] = await end.take('p');
      const nonce = /r=(.+)$/.exec(first!.toString())![1]!;
      end.send(backend.authentication(11, `r=${nonce}more,s=${SALT.toString('base64')},i=4096`));
      await end.take('p');
    },
  ],
  [
    'behind AuthenticationOk',
    async (end) => {
      await end.startup();
      end.send(backend.authentication(0));
    },
  ],
  [
    'behind the settings',
    async (end) => {
      await end.startup();
      end.send(backend.welcome().subarray(0, -6));
    },
  ],
];

describe('a server that goes wrong while it lets somebody in', () => {
  for (const [stage, serve] of STAGES) {
    it(`ends the connection ${stage}`, async () => {
      const error = await attempt(async (end) => {
        await serve(end);
        end.end();
      });
      assert.equal(error.code, 'ERR_LOST', error.stack);
    });

    it(`resets the connection ${stage}`, async () => {
      const error = await attempt(async (end) => {
        await serve(end);
        end.reset();
      });
      // It may not even stand yet as far as this side knows.
      const code = stage === 'before the startup message' && error.code === 'ERR_CONNECT' ? 'ERR_CONNECT' : 'ERR_LOST';
      assert.equal(error.code, code, error.stack);
    });

    it(`says nothing more ${stage}`, async () => {
      const before = performance.now();
      const error = await attempt(
        async (end) => {
          await serve(end);
          await end.ended();
        },
        { connectTimeoutMs: 300 },
      );
      assert.equal(error.code, 'ERR_TIMEOUT', error.stack);
      assert.ok(performance.now() - before < 3_000);
    });

    it(`is fatal ${stage}`, async () => {
      if (stage === 'in the middle of a request') return;
      const error = await attempt(async (end) => {
        await serve(end);
        end.send(backend.refusal('57P03', 'FATAL'));
        // Also if it does not end the connection.
        await end.ended();
      });
      assert.equal(error.sqlstate, '57P03', error.stack);
    });

    it(`is given up ${stage}`, async () => {
      const abort = new AbortController();
      const error = await attempt(
        async (end) => {
          await serve(end);
          abort.abort(new Error('enough'));
          await end.ended();
        },
        { signal: abort.signal },
      );
      assert.equal(error.code, 'ERR_ABORTED', error.stack);
      assert.equal((error.cause as Error).message, 'enough');
    });
  }

  it('writes nothing if it was given up before', async () => {
    await using server = await ScriptedServer.listen();
    const connecting = connect(server.url, { sslmode: 'disable', signal: AbortSignal.abort() });
    await assert.rejects(connecting, { code: 'ERR_ABORTED', name: 'AbortError' });
    assert.equal(server.unaccepted, 0);
  });
});

const OK = backend.authentication(0);
const FINAL = Buffer.from('v=bm90IHRoaXM=');

describe('a server that breaks the protocol while it lets somebody in', () => {
  for (const [what, bytes, code] of [
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'ERR_LIMIT'],
    ['speaks SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'ERR_LIMIT'],
    ['sends zeros', Buffer.alloc(64), 'ERR_PROTOCOL'],
    ['sends ones', Buffer.alloc(64, 0xff), 'ERR_PROTOCOL'],
    ['asks twice', Buffer.concat([backend.authentication(3), backend.authentication(3)]), 'ERR_PROTOCOL'],
    ['lets in twice', Buffer.concat([OK, OK]), 'ERR_PROTOCOL'],
    ['is ready before it has let in', backend.ready(), 'ERR_PROTOCOL'],
    ['asks without a kind', backend.message('R'), 'ERR_PROTOCOL'],
    ['asks for what is not known', backend.authentication(99), 'ERR_PROTOCOL'],
    ['asks for GSSAPI', backend.authentication(7), 'ERR_AUTH'],
    ['sends an MD5 salt of three bytes', backend.authentication(5, SALT.subarray(1)), 'ERR_PROTOCOL'],
    ['offers SASL without mechanisms', backend.authentication(10, '\0'), 'ERR_AUTH'],
    ['goes on with SASL that has not begun', backend.authentication(11, 'r=a,s=b,i=1'), 'ERR_PROTOCOL'],
    ['ends SASL that has not begun', backend.authentication(12, FINAL), 'ERR_PROTOCOL'],
    ['sends a key before it has let in', backend.backendKey(1, 2), 'ERR_PROTOCOL'],
    ['sends a key of no bytes', Buffer.concat([OK, backend.message('K')]), 'ERR_PROTOCOL'],
    ['sends a row', Buffer.concat([OK, backend.row(1)]), 'ERR_PROTOCOL'],
    ['ends a statement', Buffer.concat([OK, backend.complete('SELECT 1')]), 'ERR_PROTOCOL'],
    ['sends a setting without its end', Buffer.concat([OK, backend.message('S', 'a\0b')]), 'ERR_PROTOCOL'],
    ['sends a message of 3 bytes', Buffer.from([0x52, 0, 0, 0, 3, 0]), 'ERR_PROTOCOL'],
    ['sends a message of -1 bytes', Buffer.from([0x52, 255, 255, 255, 255]), 'ERR_PROTOCOL'],
    ['sends a message of 2 GiB', Buffer.from([0x45, 127, 255, 255, 255]), 'ERR_LIMIT'],
    ['asks for a copy', Buffer.concat([OK, backend.message('G', Buffer.of(0, 0, 0))]), 'ERR_PROTOCOL'],
  ] as const) {
    it(what, async () => {
      const error = await attempt(async (end) => {
        await end.startup();
        end.send(bytes);
        await end.ended();
      });
      assert.equal(error.code, code, error.stack);
    });
  }

  it('ends SCRAM with a wrong signature, a nonce that is not ours, or no end of iterations', async () => {
    const inputs = ['i=4096', 'i=0', 'i=x', 'i=99999999999', 'r=', ''];
    for (const input of inputs) {
      const error = await attempt(async (end) => {
        await end.startup();
        end.send(SASL);
        const [first] = await end.take('p');
        const nonce = input === 'r=' ? 'not yours' : /r=(.+)$/.exec(first!.toString())![1]!;
        const more = input === 'r=' ? 'i=4096' : input;
        end.send(backend.authentication(11, `r=${nonce}more,s=${SALT.toString('base64')},${more}`));
        if (input === 'i=4096') {
          await end.take('p');
          end.send(backend.authentication(12, FINAL));
        }
        await end.ended();
      });
      assert.ok(['ERR_AUTH', 'ERR_PROTOCOL'].includes(error.code!), `${input}: ${error.stack}`);
    }
  });

  it('lets in before it has proved to know the password', async () => {
    const error = await attempt(async (end) => {
      await end.startup();
      end.send(SASL);
      await end.take('p');
      end.send(backend.welcome());
      await end.ended();
    });
    assert.equal(error.code, 'ERR_PROTOCOL');
  });

  it('uses an encoding that is not read here', async () => {
    const error = await attempt(async (end) => {
      await end.startup();
      end.send(OK, backend.parameterStatus('client_encoding', 'LATIN1'), backend.ready());
      await end.ended();
    });
    assert.equal(error.code, 'ERR_CONNECT');
  });
});

describe('a password that comes from a function', () => {
  const ask = async (end: ServerEnd): Promise<void> => {
    await end.startup();
    end.send(backend.authentication(3));
    await end.ended();
  };

  it('is not to be had', async () => {
    for (const password of [
      () => {
        throw new Error('the vault is shut');
      },
      () => Promise.reject(new Error('the vault is shut')),
    ]) {
      const error = await attempt(ask, { password });
      assert.equal(error.code, 'ERR_AUTH', error.stack);
      assert.match(error.message, /the vault is shut/);
    }
  });

  it('is no string', async () => {
    for (const password of [() => 5, async () => null, () => 'a\0b']) {
      const error = await attempt(ask, { password: password as () => string });
      assert.equal(error.code, 'ERR_CONFIG', error.stack);
    }
  });

  it('comes when nobody waits for it any more', async () => {
    for (const late of ['late', new Error('late')]) {
      let settle = (): void => {};
      const coming = new Promise<string>((resolve, reject) => {
        settle = () => (typeof late === 'string' ? resolve(late) : reject(late));
      });
      const error = await attempt(ask, { password: () => coming, connectTimeoutMs: 200 });
      assert.equal(error.code, 'ERR_TIMEOUT');
      await using _stray = strayErrors();
      settle();
    }
  });
});

describe('several hosts', () => {
  for (const [sqlstate, what] of [
    ['57P03', 'goes on to the next if one cannot take anybody now'],
    ['28P01', 'asks no other if one does not let us in'],
  ] as const) {
    it(what, async () => {
      await using _stray = strayErrors();
      await using first = await ScriptedServer.listen();
      await using second = await ScriptedServer.listen();
      const host = ['127.0.0.1', '127.0.0.1'];
      const connecting = connect({ host, port: [first.port, second.port], user: 'me', sslmode: 'disable' });
      const refused = assert.rejects(connecting, { sqlstate }).catch((error) => error);
      const end = await first.accept();
      await end.startup();
      end.send(backend.refusal(sqlstate, 'FATAL'));
      if (sqlstate === '28P01') return assert.equal(await refused, undefined);
      const next = await second.accept();
      await next.startup();
      next.send(backend.welcome());
      await (await within('the connection', connecting)).close({ timeoutMs: 100 });
    });
  }
});

/** Servers that go wrong while the connection is being encrypted. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { type ConnectOptions, connect, type SslMode } from '@landfall/postgres';
import * as backend from '../support/backend.js';
import { identity } from '../support/identity.js';
import { ScriptedServer, type ServerEnd } from '../support/scripted-server.js';
import { strayErrors, within } from '../support/waiting.js';

type Failure = Error & { code?: string; sqlstate?: string };
type Serve = (end: ServerEnd, server: ScriptedServer) => Promise<void>;

/** Connects while `serve` plays the server's part; what it failed with, or null. */
async function attempt(sslmode: SslMode, serve: Serve, options: ConnectOptions = {}): Promise<Failure | null> {
  await using _stray = strayErrors();
  await using server = await ScriptedServer.listen();
  const connecting = connect(server.url, { sslmode, connectTimeoutMs: 5_000, ...options }).then(
    async (connection) => {
      await connection.close({ timeoutMs: 100 });
      return null;
    },
    (error: Failure) => error,
  );
  const [error] = await Promise.all([
    within('an outcome', connecting),
    server.accept().then((end) => serve(end, server)),
  ]);
  assert.equal(server.unaccepted, 0, 'it came back');
  return error;
}

async function welcomed(end: ServerEnd): Promise<void> {
  await end.startup();
  end.send(backend.welcome());
}

const CHECKED = ['verify-ca', 'verify-full'] as const;
const ENCRYPTED = ['require', ...CHECKED] as const;
const tls = { ca: identity().cert };

describe('a server that is asked for TLS', () => {
  it('is not asked when sslmode is disable or allow', async () => {
    for (const mode of ['disable', 'allow'] as const) assert.equal(await attempt(mode, welcomed), null);
  });

  it('says no: that will do for prefer alone', async () => {
    const no: Serve = async (end) => {
      await end.sslRequest();
      end.send('N');
    };
    const error = await attempt('prefer', async (end, server) => {
      await no(end, server);
      await welcomed(end);
    });
    assert.equal(error, null);
    for (const mode of ENCRYPTED) {
      const refused = await attempt(
        mode,
        async (end, server) => {
          await no(end, server);
          await end.ended();
          assert.equal(end.unreadBytes, 0, 'something was said in clear');
        },
        { tls },
      );
      assert.equal(refused?.code, 'ERR_TLS');
    }
  });

  it('says no under allow, after it refused what comes in clear: what it said is told', async () => {
    const error = await attempt('allow', async (end, server) => {
      await end.startup();
      end.send(backend.refusal('28000', 'FATAL', 'no encryption'));
      const again = await server.accept();
      await again.sslRequest();
      again.send('N');
    });
    assert.ok(error?.sqlstate === '28000' || error?.code === 'ERR_TLS', error?.stack);
  });

  it('answers with an error, which is not told: nobody vouches for it', async () => {
    const refuse = async (end: ServerEnd): Promise<void> => {
      await end.sslRequest();
      end.send(backend.refusal('08P01', 'FATAL', 'unsupported frontend protocol'));
      await end.ended();
    };
    for (const mode of ENCRYPTED) {
      const error = await attempt(mode, refuse, { tls });
      assert.equal(error?.code, 'ERR_TLS');
      assert.doesNotMatch(error.message, /unsupported frontend/);
    }
    const error = await attempt('prefer', async (end, server) => {
      await refuse(end);
      await welcomed(await server.accept());
    });
    assert.equal(error, null);
  });

  for (const mode of ['prefer', 'require'] as const) {
    for (const [what, bytes] of [
      ['yes, and something in clear behind it', Buffer.concat([Buffer.from('S'), backend.welcome()])],
      ['no, and something behind it', Buffer.concat([Buffer.from('N'), backend.welcome()])],
      ['something else', 'X'],
      ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
      ['a zero', Buffer.of(0)],
    ] as const) {
      it(`answers ${what}, under ${mode}`, async () => {
        const error = await attempt(mode, async (end) => {
          await end.sslRequest();
          end.send(bytes);
          await end.ended();
          assert.equal(end.unreadBytes, 0);
        });
        assert.equal(error?.code, 'ERR_PROTOCOL', error?.stack);
      });
    }

    for (const how of ['end', 'reset'] as const) {
      it(`${how}s the connection instead of an answer, under ${mode}`, async () => {
        const error = await attempt(mode, async (end) => {
          await end.sslRequest();
          end[how]();
        });
        assert.equal(error?.code, 'ERR_LOST', error?.stack);
      });
    }
  }

  it('says nothing, or yes and then nothing', async () => {
    for (const answer of ['', 'S']) {
      for (const mode of ['prefer', 'require'] as const) {
        const before = performance.now();
        const error = await attempt(
          mode,
          async (end) => {
            await end.sslRequest();
            end.send(answer);
            await end.ended();
          },
          { connectTimeoutMs: 200 },
        );
        assert.equal(error?.code, 'ERR_TIMEOUT', error?.stack);
        assert.ok(performance.now() - before < 3_000);
      }
    }
  });

  it('says yes, and then something that is no TLS, or ends', async () => {
    const followUps: readonly ((end: ServerEnd) => void)[] = [
      (end) => end.send(backend.welcome()),
      (end) => end.end(),
      (end) => end.reset(),
    ];
    for (const follow of followUps) {
      const error = await attempt('require', async (end) => {
        await end.sslRequest();
        end.send('S');
        // The ClientHello has begun.
        await end.bytes(5);
        follow(end);
      });
      assert.equal(error?.code, 'ERR_TLS', error?.stack);
    }
  });

  it('sends something in clear in a segment of its own, before the handshake: it is never taken for what the server says', async () => {
    const error = await attempt('require', async (end) => {
      await end.sslRequest();
      end.socket.setNoDelay();
      end.send('S');
      await new Promise((resolve) => setImmediate(resolve));
      end.send(backend.welcome());
      await end.ended();
    });
    assert.ok(['ERR_TLS', 'ERR_PROTOCOL'].includes(error!.code!), error?.stack);
  });

  it('speaks TLS, and lets in', async () => {
    for (const mode of ['prefer', ...ENCRYPTED] as const) {
      const error = await attempt(
        mode,
        async (end) => {
          await end.sslRequest();
          end.send('S');
          await end.encrypt(identity());
          await welcomed(end);
        },
        { tls },
      );
      assert.equal(error, null);
    }
  });

  it('has a certificate that nobody vouches for', async () => {
    for (const mode of CHECKED) {
      const error = await attempt(
        mode,
        async (end) => {
          await end.sslRequest();
          end.send('S');
          await end.encrypt(identity());
          await end.ended();
        },
        { tls: { ca: identity('stranger').cert } },
      );
      assert.equal(error?.code, 'ERR_TLS', error?.stack);
    }
  });

  it('ends in the middle, encrypted', async () => {
    for (const how of ['end', 'reset'] as const) {
      const error = await attempt('require', async (end) => {
        await end.sslRequest();
        end.send('S');
        await end.encrypt(identity());
        await end.startup();
        end.send(backend.authentication(3).subarray(0, 6));
        if (how === 'end') end.end();
        else end.socket.destroy();
      });
      assert.ok(error?.code === 'ERR_LOST', error?.stack);
    }
  });
});

describe('TLS from the start', () => {
  const direct: ConnectOptions = { sslnegotiation: 'direct', connectTimeoutMs: 400 };

  it('is not spoken: the server ends the connection, answers in clear, or waits', async () => {
    const answers: readonly (readonly [code: string, answer: (end: ServerEnd) => void])[] = [
      ['ERR_TLS', (end) => end.end()],
      ['ERR_TLS', (end) => end.reset()],
      ['ERR_TLS', (end) => end.send(backend.refusal('08P01', 'FATAL'))],
      ['ERR_TIMEOUT', () => {}],
    ];
    for (const [code, answer] of answers) {
      const error = await attempt(
        'require',
        async (end) => {
          await end.bytes(5);
          answer(end);
          await end.ended();
        },
        direct,
      );
      assert.equal(error?.code, code, error?.stack);
    }
  });

  it('is spoken by somebody who does not say that it is PostgreSQL', async () => {
    const error = await attempt(
      'require',
      async (end) => {
        // It may be over before this side knows that TLS stands.
        await end.encrypt(identity());
        await end.ended();
        assert.equal(end.unreadBytes, 0, 'something was said');
      },
      direct,
    );
    assert.equal(error?.code, 'ERR_TLS', error?.stack);
  });

  it('is spoken, and lets in', async () => {
    const serve: Serve = async (end) => {
      await end.encrypt({ ...identity(), ALPNProtocols: ['postgresql'] });
      await welcomed(end);
    };
    assert.equal(await attempt('require', serve, direct), null);
    assert.ok(new X509Certificate(identity().cert).subject.includes('localhost'));
  });
});

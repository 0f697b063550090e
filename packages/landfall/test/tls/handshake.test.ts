/** Handshakes: who is let in, what both sides agree on, and how they fail. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { type ConnectOptions, connect, listen, type TlsOptions } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { story } from '../../dist/testing/transport/story.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import {
  authority,
  client as clientIdentity,
  other,
  server as serverIdentity,
  stranger,
} from '../support/certificates.js';
import { addressOf, freeAddress, plainConnection, tlsConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';
import { isDeno, isNode } from '../support/runtime.js';
import { securePair, secureServer, tlsOf } from './secure-pairs.js';

const factory = (): RecordingProtocol => new RecordingProtocol();

function firstSession(): { promise: Promise<Uint8Array>; onSession: (session: Uint8Array) => void } {
  let onSession: (session: Uint8Array) => void = () => {};
  const promise = new Promise<Uint8Array>((resolve) => {
    onSession = resolve;
  });
  return { promise, onSession };
}

test('both sides tell what they agreed on', async () => {
  await using pair = await securePair();
  const [client, server] = [tlsOf(pair.client.transport), tlsOf(pair.server.transport)];
  assert.equal(client.protocol, 'TLSv1.3');
  assert.equal(server.protocol, 'TLSv1.3');
  assert.match(client.cipher ?? '', /^TLS_/);
  assert.equal(client.cipher, server.cipher);
  assert.equal(client.authorized, true);
  assert.equal(client.authorizationError, undefined);
  assert.match(client.peerCertificate?.subject ?? '', /localhost/);
  assert.equal(server.authorized, false);
  assert.equal(server.peerCertificate, undefined);
  assert.equal(client.alpnProtocol, undefined);
  assert.equal(client.isSessionReused, false);
  pair.client.transport.abort();
  await pair.client.until('connectionLost');
  for (const name of ['protocol', 'cipher', 'authorized', 'peerCertificate', 'isSessionReused'] as const)
    assert.doesNotThrow(() => client[name]);
});

test('a plain connection tells nothing of TLS', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  const { transport } = await connect(addressOf(server), factory);
  assert.equal(transport.getExtraInfo('tls'), undefined);
  transport.abort();
});

test('connectionMade comes after the handshake, on both sides', async () => {
  const seen: (string | undefined)[] = [];
  const recorded = (): RecordingProtocol =>
    new RecordingProtocol({ connectionMade: (transport) => void seen.push(tlsOf(transport).protocol) });
  await using _pair = await securePair({ client: recorded(), server: recorded() });
  assert.deepEqual(seen, ['TLSv1.3', 'TLSv1.3']);
});

const REFUSED: readonly [what: string, tls: TlsOptions | true, cause: string][] = [
  ['an authority that is not trusted', true, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['the wrong authority', { ca: stranger.cert }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['the wrong name', { ca: authority, servername: 'other.test' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
];

for (const [what, tls, causeCode] of REFUSED) {
  test(`a server with ${what} is refused with ERR_LOST, before a protocol is made`, async () => {
    const { server } = await secureServer();
    let made = 0;
    const counting = (): RecordingProtocol => {
      made++;
      return factory();
    };
    await assert.rejects(within('connect()', connect({ ...addressOf(server), tls }, counting)), (error: unknown) => {
      assertCode(error, 'ERR_LOST');
      assert.equal((error.cause as NodeJS.ErrnoException).code, causeCode);
      return true;
    });
    assert.equal(made, 0);
    await server.closeAll();
  });
}

test('rejectUnauthorized: false lets it in and says so', async () => {
  const { server } = await secureServer({ tls: stranger });
  const { transport } = await connect({ ...addressOf(server), tls: { rejectUnauthorized: false } }, factory);
  assert.equal(tlsOf(transport).authorized, false);
  assert.match(tlsOf(transport).authorizationError ?? '', /SELF_SIGNED/);
  transport.abort();
  await server.closeAll();
});

test('the host is the name that is checked and asked for, unless it is an address', async () => {
  const asked: (string | undefined)[] = [];
  const { server } = await secureServer(
    {},
    () => new RecordingProtocol({ connectionMade: (transport) => void asked.push(tlsOf(transport).servername) }),
  );
  const { port } = addressOf(server) as { port: number };
  for (const host of ['127.0.0.1', 'localhost']) {
    const { transport } = await connect({ host, port, tls: { ca: authority }, family: 4 }, factory);
    assert.equal(tlsOf(transport).authorized, true);
    transport.close();
    await within('closed', transport.closed);
    assert.equal(asked.at(-1), isIP(host) ? undefined : host);
  }
  await server.closeAll();
});

test('over a Unix socket the name has to be given', async (context) => {
  if (process.platform === 'win32') return context.skip('no Unix sockets by path on Windows');
  const { server } = await secureServer({}, undefined, freeAddress('Unix'));
  const where = addressOf(server);
  await assert.rejects(connect({ ...where, tls: { ca: authority } }, factory), /servername/);
  const { transport } = await connect({ ...where, tls: { ca: authority, servername: 'localhost' } }, factory);
  assert.equal(tlsOf(transport).authorized, true);
  transport.abort();
  await server.closeAll();
});

test('a client certificate is asked for, verified and shown', async () => {
  const serverTls = { requestCert: true, ca: authority };
  await using pair = await securePair({ clientTls: clientIdentity, serverTls });
  assert.equal(tlsOf(pair.server.transport).authorized, true);
  assert.match(tlsOf(pair.server.transport).peerCertificate?.subject ?? '', /a client/);
});

test('clients without a certificate, or with one that nobody knows, are refused and told to onError', async () => {
  for (const identity of [{}, stranger]) {
    const { server, protocols, errors } = await secureServer({
      tls: { ...serverIdentity, requestCert: true, ca: authority },
    });
    // In TLS 1.3 a client is done before the server has looked: it is connected, and then lost.
    const { protocol } = await connect({ ...addressOf(server), tls: { ca: authority, ...identity } }, factory);
    await protocol.until('connectionLost');
    // The others may take the refusal for a proper end.
    if (isNode) assert.ok(protocol.lostWith instanceof Error);
    await server.closeAll();
    assert.equal(protocols.length, 0);
    assert.equal(errors.length, 1);
    assertCode(errors[0], 'ERR_LOST');
    assert.match(errors[0].message, /certificate/i);
  }
});

test('both sides agree on a protocol (ALPN)', async () => {
  await using pair = await securePair({
    clientTls: { ALPNProtocols: ['second', 'first'] },
    serverTls: { ALPNProtocols: ['first', 'second'] },
  });
  assert.equal(tlsOf(pair.client.transport).alpnProtocol, 'first');
  assert.equal(tlsOf(pair.server.transport).alpnProtocol, 'first');
});

test('no protocol in common fails the handshake', async () => {
  const { server, errors } = await secureServer({ tls: { ...serverIdentity, ALPNProtocols: ['one'] } });
  const tls = { ca: authority, ALPNProtocols: ['another'] };
  await assert.rejects(within('connect()', connect({ ...addressOf(server), tls }, factory)), hasCode('ERR_LOST'));
  await server.closeAll();
  assert.equal(errors.length, 1);
});

test('the certificate is chosen by the name that the client asks for (SNI)', async () => {
  const otherContext = createSecureContext({ cert: other.cert, key: other.key });
  const serverTls: TlsOptions = {
    SNICallback: (name, answer) => answer(null, name === 'other.test' ? otherContext : undefined),
  };
  for (const servername of ['other.test', 'localhost']) {
    await using pair = await securePair({ clientTls: { servername }, serverTls });
    assert.match(tlsOf(pair.client.transport).peerCertificate?.subject ?? '', new RegExp(servername));
    assert.equal(tlsOf(pair.server.transport).servername, servername);
  }
});

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a session is resumed (${maxVersion})`, async () => {
    if (isDeno) return console.log('skipped: Deno keeps sessions to itself');
    const greeter = (): RecordingProtocol =>
      new RecordingProtocol({ connectionMade: (transport) => void transport.write('hello') });
    const { server, protocols } = await secureServer({ tls: { ...serverIdentity, maxVersion } }, greeter);
    const { promise, onSession } = firstSession();
    const first = await connect({ ...addressOf(server), tls: { ca: authority, onSession } }, factory);
    const session = await within('a session', promise);
    first.transport.close();
    await within('closed', first.transport.closed);
    const second = await connect({ ...addressOf(server), tls: { ca: authority, session } }, factory);
    await second.protocol.untilBytes(5);
    assert.equal(tlsOf(second.transport).isSessionReused, true);
    assert.equal(tlsOf(second.transport).authorized, true);
    assert.equal(tlsOf(protocols[1]!.transport).isSessionReused, true);
    second.transport.abort();
    await server.closeAll();
  });
}

test('a server that never answers is ERR_TIMEOUT by either deadline, and an abort ends it, too', async () => {
  const silent = await listen(freeAddress('TCP'), factory);
  const where = addressOf(silent);
  const waiting: readonly [ConnectOptions, string][] = [
    [{ ...where, tls: { ca: authority, handshakeTimeoutMs: 50 } }, 'ERR_TIMEOUT'],
    [{ ...where, tls: { ca: authority }, timeoutMs: 50 }, 'ERR_TIMEOUT'],
    [{ ...where, tls: { ca: authority }, signal: AbortSignal.timeout(50) }, 'ERR_ABORTED'],
  ];
  for (const [options, code] of waiting) await assert.rejects(within('connect()', connect(options, factory)), { code });
  await within('closeAll()', silent.closeAll());
});

test('a server that leaves, or talks nonsense, in the handshake is ERR_LOST', async () => {
  for (const answer of [null, 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
    const rude = await listen(
      freeAddress('TCP'),
      () =>
        new RecordingProtocol({
          connectionMade: (transport) => {
            if (answer !== null) transport.write(answer);
            else transport.close();
          },
        }),
    );
    const connecting = connect({ ...addressOf(rude), tls: { ca: authority } }, factory);
    await assert.rejects(within('connect()', connecting), hasCode('ERR_LOST'));
    await within('closeAll()', rude.closeAll());
  }
});

test('a client that never ends its handshake counts as a connection, and is dropped at the deadline', async () => {
  const tls = { ...serverIdentity, handshakeTimeoutMs: 300 };
  const { server, protocols, errors } = await secureServer({ tls, maxConnections: 1 });
  await using slow = new Peer(await plainConnection(addressOf(server)), true);
  // The start of a ClientHello, and now and then one more byte.
  await slow.send(Buffer.from('16030102000100', 'hex'));
  const trickle = setInterval(() => slow.socket.write(Buffer.of(0)), 40);
  await using second = new Peer(await plainConnection(addressOf(server)), true);
  await second.untilGone();
  assert.equal(slow.isClosed, false);
  assert.equal(server.connections, 0);
  await slow.untilGone();
  clearInterval(trickle);
  assert.equal(errors.length, 1);
  assertCode(errors[0], 'ERR_TIMEOUT');
  assert.equal(protocols.length, 0);
  const { socket } = await tlsConnection(addressOf(server));
  socket.destroy();
  await server.closeAll();
});

test('clients that leave, reset, or talk nonsense in the handshake are told to onError, and harm nobody', async () => {
  const { server, protocols, errors } = await secureServer();
  for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
    await using peer = new Peer(await plainConnection(addressOf(server)), true);
    await peer.send(Buffer.from('16030102000100', 'hex'));
    await loopTurns(3);
    peer.socket[leave]();
  }
  await using talker = new Peer(await plainConnection(addressOf(server)), true);
  await talker.send('GET / HTTP/1.1\r\n\r\n');
  await talker.untilGone();
  while (errors.length < 4) await loopTurns(1);
  for (const error of errors) assertCode(error, 'ERR_LOST');
  const { transport } = await connect({ ...addressOf(server), tls: { ca: authority } }, factory);
  transport.close();
  await within('closed', transport.closed);
  await server.closeAll();
  assert.equal(protocols.length, 1);
});

test('closeAll() gives up handshakes, and tells nobody', async () => {
  const { server, errors } = await secureServer();
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await loopTurns(3);
  await within('closeAll()', server.closeAll());
  await peer.untilGone();
  assert.deepEqual(errors, []);
});

test('a factory or connectionMade that throws ends its connection only', async () => {
  const failure = new Error('not today');
  const { server, errors } = await secureServer({}, () => {
    throw failure;
  });
  const { protocol } = await connect({ ...addressOf(server), tls: { ca: authority } }, factory);
  await protocol.until('connectionLost');
  assert.deepEqual(errors, [failure]);
  const thrower = (): RecordingProtocol => {
    throw failure;
  };
  await assert.rejects(connect({ ...addressOf(server), tls: { ca: authority } }, thrower), failure);
  await server.closeAll();
});

test('what the peer sent together with the end of its handshake is delivered after connectionMade', async () => {
  const greeter = (): RecordingProtocol =>
    new RecordingProtocol({ connectionMade: (transport) => void transport.write('at once') });
  await using pair = await securePair({ client: greeter(), server: greeter() });
  await Promise.all([pair.client.untilBytes(7), pair.server.untilBytes(7)]);
  assert.deepEqual(story(pair.server), ['connectionMade', 'received']);
});

/** What is told of TLS handshakes, of both sides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from '../support/certificates.js';
import { addressOf, plainConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';
import { AS_CLIENT, AS_SERVER, plainPair, secureServer } from '../tls/secure-pairs.js';
import { ListeningIn } from './listening-in.js';

const factory = (): RecordingProtocol => new RecordingProtocol();

test('both sides tell of their handshake between connecting and standing', async () => {
  const { server } = await secureServer();
  using told = new ListeningIn();
  const { transport } = await connect({ ...addressOf(server), tls: { ca: authority } }, factory);
  await told.untilOn('landfall:accept');
  const starts = told.on('landfall:handshake:start');
  assert.deepEqual(starts.map(({ side }) => side).sort(), ['client', 'server']);
  assert.deepEqual(new Set(told.on('landfall:handshake:end')), new Set(starts), 'the same objects');
  for (const { error, socket } of starts) {
    assert.equal(error, null);
    assert.equal(socket.remoteAddress, '127.0.0.1');
  }
  assert.equal(told.on('landfall:connect:start')[0]!.isTls, true);
  const { names } = told;
  assert.equal(names[0], 'connect:start');
  assert.ok(names.indexOf('connect:end') > names.indexOf('handshake:end'));
  assert.ok(names.indexOf('accept') > names.indexOf('handshake:end'));
  transport.abort();
  await server.closeAll();
});

test('a certificate that is not trusted fails on both sides, and tells onError’s error', async () => {
  const { server, errors } = await secureServer();
  using told = new ListeningIn();
  const rejection: unknown = await connect({ ...addressOf(server), tls: true }, factory).catch((error) => error);
  assertCode(rejection, 'ERR_LOST');
  const failures = await told.untilOn('landfall:handshake:error', 2);
  const ofClient = failures.find(({ side }) => side === 'client');
  const ofServer = failures.find(({ side }) => side === 'server');
  assert.equal(ofClient!.error, rejection);
  assert.equal(told.on('landfall:connect:error')[0]!.error, rejection);
  assert.deepEqual([ofServer!.error], errors);
  // What rejected connect() is no error that nobody else was told of.
  assert.deepEqual(told.on('landfall:error'), [{ error: ofServer!.error, transport: null }]);
  assert.deepEqual(told.on('landfall:handshake:end'), []);
  assert.deepEqual(told.on('landfall:accept'), []);
  await server.closeAll();
});

test('a client that speaks no TLS is told of also without onError, and knows its address', async () => {
  const { server } = await secureServer({ onError: undefined });
  const addresses: unknown[] = [];
  using told = new ListeningIn();
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  const { port } = peer.socket.address() as { port: number };
  const [start] = await told.untilOn('landfall:handshake:start');
  addresses.push(start!.socket.remotePort);
  await peer.send('GET / HTTP/1.1\r\n\r\n');
  const [failure] = await told.untilOn('landfall:handshake:error');
  assert.equal(failure, start);
  const [error] = await told.untilOn('landfall:error');
  assert.equal(error!.error, failure!.error);
  assertCode(error!.error, 'ERR_LOST');
  assert.deepEqual(addresses, [port]);
  await server.closeAll();
});

test('a handshake that takes too long, or is given up, is told of as failed', async () => {
  const { server } = await secureServer({ tls: { ...serverIdentity, handshakeTimeoutMs: 50 } });
  using told = new ListeningIn(['landfall:handshake:error', 'landfall:handshake:start', 'landfall:error']);
  await using slow = new Peer(await plainConnection(addressOf(server)), true);
  assertCode((await told.untilOn('landfall:handshake:error'))[0]!.error, 'ERR_TIMEOUT');
  await slow.untilGone();
  await server.closeAll();
  assert.deepEqual(told.names, ['handshake:start', 'handshake:error', 'error']);

  const { server: patient } = await secureServer();
  await using waiting = new Peer(await plainConnection(addressOf(patient)), true);
  await told.untilOn('landfall:handshake:start', 2);
  await patient.closeAll();
  await waiting.untilGone();
  assert.match((await told.untilOn('landfall:handshake:error', 2))[1]!.error!.message, /given up/);
  assert.equal(told.on('landfall:error').length, 1);
});

test('startTls is told of on both sides, and its failure is the connection’s error', async () => {
  const [server, client] = [factory(), factory()];
  using told = new ListeningIn();
  await using _pair = await plainPair(server, client);
  await within('startTls', Promise.all([server.transport.startTls(AS_SERVER), client.transport.startTls(AS_CLIENT)]));
  assert.equal(told.on('landfall:handshake:end').length, 2);
  assert.equal(told.on('landfall:connect:start')[0]!.isTls, false);

  const [deaf, refusing] = [factory(), factory()];
  await using _other = await plainPair(deaf, refusing);
  const serving = assert.rejects(deaf.transport.startTls(AS_SERVER), hasCode('ERR_LOST'));
  await assert.rejects(
    within('startTls', refusing.transport.startTls({ servername: 'localhost' })),
    hasCode('ERR_LOST'),
  );
  await within('the other side', serving);
  const failures = await told.untilOn('landfall:handshake:error', 2);
  const errors = await told.untilOn('landfall:error', 2);
  assert.deepEqual(new Set(errors.map(({ error }) => error)), new Set(failures.map(({ error }) => error)));
  const closes = await told.untilOn('landfall:close', 2);
  assert.deepEqual(new Set(closes.map(({ error }) => error)), new Set(failures.map(({ error }) => error)));
});

/** What a server counts: connections, those it refused, handshakes, and what all connections did together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, listen, type ServerStats, type TransportStats } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from '../support/certificates.js';
import { addressOf, FAMILIES, freeAddress, plainConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';
import { isDeno } from '../support/runtime.js';
import { secureServer } from '../tls/secure-pairs.js';
import { ListeningIn } from './listening-in.js';

const NOTHING: ServerStats = {
  connections: 0,
  accepted: 0,
  refused: 0,
  handshakes: 0,
  handshakesFailed: 0,
  bytesReceived: 0,
  bytesCopied: 0,
  reads: 0,
  bytesSent: 0,
  writes: 0,
  writesDropped: 0,
};
const SUMMED = ['bytesReceived', 'bytesCopied', 'reads', 'bytesSent', 'writes', 'writesDropped'] as const;

/** What transports did together. */
function sumOf(all: readonly TransportStats[]): Partial<ServerStats> {
  return Object.fromEntries(SUMMED.map((name) => [name, all.reduce((sum, stats) => sum + stats[name], 0)]));
}

const factory = (): RecordingProtocol => new RecordingProtocol();

for (const family of FAMILIES) {
  test(`a server adds up what its connections do, those that are open and those that are over (${family})`, async () => {
    const protocols: RecordingProtocol[] = [];
    const server = await listen(freeAddress(family), () => {
      const protocol = new RecordingProtocol({
        received: (view) => void protocol.transport.write(view.length > 5 ? 'long' : 'short'),
      });
      protocols.push(protocol);
      return protocol;
    });
    assert.deepEqual(server.stats(), NOTHING);

    const peers = await Promise.all(
      [0, 1, 2].map(async () => new Peer(await plainConnection(addressOf(server)), true)),
    );
    for (const peer of peers) await peer.send('hello');
    for (const peer of peers) await peer.untilBytes(5);
    await within('flushed', Promise.all(protocols.map(({ transport }) => transport.flushed())));
    const open = server.stats();
    assert.deepEqual(open, {
      ...NOTHING,
      ...sumOf(protocols.map(({ transport }) => transport.stats())),
      connections: 3,
      accepted: 3,
    });
    assert.deepEqual([open.bytesReceived, open.bytesSent, open.reads, open.writes], [15, 15, 3, 3]);

    const [over] = protocols;
    over!.transport.close();
    await over!.until('connectionLost');
    over!.transport.write('too late');
    const later = server.stats();
    assert.deepEqual({ ...later, connections: 3 }, open, 'what a connection did is not forgotten when it is over');
    assert.equal(later.connections, 2);

    await server.closeAll();
    assert.deepEqual(server.stats(), { ...open, connections: 0 });
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  });
}

test('connections over maxConnections are counted as refused', { skip: isDeno && 'Deno does not tell' }, async () => {
  await using server = await listen({ ...freeAddress('TCP'), maxConnections: 1 }, factory);
  await using first = new Peer(await plainConnection(addressOf(server)), true);
  for (let i = 0; i < 2; i++) {
    await using refused = new Peer(await plainConnection(addressOf(server)), true);
    await refused.untilGone();
  }
  assert.deepEqual(server.stats(), { ...NOTHING, connections: 1, accepted: 1, refused: 2 });
  assert.equal(first.isClosed, false);
});

test('a factory that throws leaves a connection that was accepted, and none that is open', async () => {
  using told = new ListeningIn(['landfall:close']);
  const throwing = (): never => {
    throw new Error('no protocol today');
  };
  await using server = await listen({ ...freeAddress('TCP'), onError: () => {} }, throwing);
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await told.untilOn('landfall:close');
  await peer.untilGone();
  assert.deepEqual(server.stats(), { ...NOTHING, accepted: 1 });
});

test('handshakes are counted while they are under way, and when they fail', async () => {
  using told = new ListeningIn(['landfall:handshake:start', 'landfall:handshake:error', 'landfall:accept']);
  const { server } = await secureServer();
  await using waiting = new Peer(await plainConnection(addressOf(server)), true);
  await told.untilOn('landfall:handshake:start');
  assert.deepEqual(server.stats(), { ...NOTHING, handshakes: 1 });

  await waiting.send('no hello\n');
  await told.untilOn('landfall:handshake:error');
  await waiting.untilGone();
  assert.deepEqual(server.stats(), { ...NOTHING, handshakesFailed: 1 });

  const { transport } = await connect({ ...addressOf(server), tls: { ca: authority } }, factory);
  await told.untilOn('landfall:accept');
  const { connections, accepted, handshakes, handshakesFailed } = server.stats();
  assert.deepEqual([connections, accepted, handshakes, handshakesFailed], [1, 1, 0, 1]);
  transport.abort();
  await server.closeAll();
});

test('over TLS the bytes are those of the protocols', async () => {
  using told = new ListeningIn(['landfall:accept']);
  const { server, protocols } = await secureServer({ tls: serverIdentity });
  const { transport } = await connect({ ...addressOf(server), tls: { ca: authority } }, factory);
  await told.untilOn('landfall:accept');
  transport.write('twelve bytes');
  await protocols[0]!.untilBytes(12);
  assert.equal(server.stats().bytesReceived, 12);
  transport.close();
  await server.closeAll();
  assert.equal(server.stats().bytesReceived, 12);
});

test('handshakes that closeAll gives up are not failures', async () => {
  using told = new ListeningIn(['landfall:handshake:start']);
  const { server } = await secureServer();
  await using waiting = new Peer(await plainConnection(addressOf(server)), true);
  await told.untilOn('landfall:handshake:start');
  await server.closeAll();
  await waiting.untilGone();
  assert.deepEqual(server.stats(), NOTHING);
});

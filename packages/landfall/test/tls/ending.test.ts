/** How connections over TLS end: with a close_notify, without one, and when the other side does not play along. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { story } from '../../dist/testing/transport/story.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from '../support/certificates.js';
import { addressOf, onLinks, plainConnection, TLS_LINKS } from '../support/connections.js';
import { isNode } from '../support/runtime.js';
import { plainProxy } from './plain-proxy.js';
import { securePair, secureServer } from './secure-pairs.js';

onLinks(TLS_LINKS, 'a close_notify is a clean end, whatever eofReceived returns', async (link) => {
  const protocol = link.record({ eofReceived: () => true });
  await using pair = await link.open(protocol);
  await pair.peer.send('last');
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
  assert.deepEqual(story(protocol), ['connectionMade', 'received', 'eofReceived', 'connectionLost']);
  await pair.peer.untilEnd();
});

onLinks(TLS_LINKS, 'what is written in eofReceived leaves', async (link) => {
  const answer = noise(2_000_000);
  const protocol = link.record({ eofReceived: () => void protocol.transport.write(answer) as never });
  await using pair = await link.open(protocol);
  // Node's peer would end its side at once: one that waits for the answer.
  pair.peer.socket.allowHalfOpen = true;
  pair.peer.end();
  await pair.peer.untilEnd();
  assert.ok(pair.peer.receivedCopy().equals(answer));
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
});

for (const paused of [false, true]) {
  onLinks(
    TLS_LINKS,
    `an end without a close_notify is ERR_INCOMPLETE${paused ? ', also after a pause' : ''}`,
    async (link) => {
      if (!isNode) return console.log('skipped: this runtime does not tell the two ends apart');
      const protocol = link.record({ received: () => paused && protocol.transport.pauseReading() });
      await using pair = await link.open(protocol);
      const sent = noise(200_000);
      await pair.peer.send(sent);
      pair.peer.endRaw();
      if (paused) {
        await protocol.until(() => protocol.bytesReceived > 0);
        while (protocol.bytesReceived < sent.length) {
          const before = protocol.bytesReceived;
          assert.equal(protocol.count('connectionLost'), 0);
          protocol.transport.resumeReading();
          await protocol.until(() => protocol.bytesReceived > before);
        }
        await loopTurns();
        assert.equal(protocol.count('connectionLost'), 0);
        protocol.transport.resumeReading();
      }
      await protocol.until('connectionLost');
      assertCode(protocol.lostWith, 'ERR_INCOMPLETE');
      assert.ok(protocol.receivedCopy().equals(sent));
      assert.equal(protocol.count('eofReceived'), 0);
    },
  );

  onLinks(
    TLS_LINKS,
    `bytes and close_notify at once are a clean end${paused ? ', also after a pause' : ''}`,
    async (link) => {
      const protocol = link.record({ received: () => paused && protocol.transport.pauseReading() });
      await using pair = await link.open(protocol);
      const sent = noise(40_000);
      pair.peer.socket.end(sent);
      while (paused && protocol.bytesReceived < sent.length) {
        const before = protocol.bytesReceived;
        protocol.transport.resumeReading();
        await protocol.until(() => protocol.bytesReceived > before);
        await loopTurns(5);
      }
      protocol.until('connectionMade').then(() => protocol.transport.resumeReading());
      await protocol.until('connectionLost');
      assert.equal(protocol.lostWith, null);
      assert.ok(protocol.receivedCopy().equals(sent));
      assert.equal(protocol.count('eofReceived'), 1);
    },
  );
}

test('close() sends what waits and a close_notify: a clean end at the other side', async () => {
  const sent = noise(5_000_000);
  await using pair = await securePair({ server: new RecordingBufferedProtocol() });
  pair.client.transport.write(sent);
  pair.client.transport.close();
  await pair.server.until('connectionLost');
  assert.ok(pair.server.receivedCopy().equals(sent));
  assert.equal(pair.server.lostWith, null);
  assert.equal(pair.server.count('eofReceived'), 1);
  await pair.client.until('connectionLost');
  assert.equal(pair.client.lostWith, null);
});

test('close() right after connect() and a large write: the session tickets that come meanwhile cut nothing off', async () => {
  for (let i = 0; i < 10; i++) {
    const sent = noise(1_000_000);
    const client = new RecordingProtocol({
      connectionMade: (transport) => {
        transport.write(sent);
        transport.close();
      },
    });
    await using pair = await securePair({ client });
    await pair.server.until('connectionLost');
    assert.equal(pair.server.bytesReceived, sent.length);
    assert.equal(pair.server.lostWith, null);
  }
});

test('both sides close at once: clean at both', async () => {
  await using pair = await securePair();
  pair.client.transport.close();
  pair.server.transport.close();
  await Promise.all([pair.client.until('connectionLost'), pair.server.until('connectionLost')]);
  assert.deepEqual([pair.client.lostWith, pair.server.lostWith], [null, null]);
});

test('what the peer sends after close() is dropped, and does not hold it up', async () => {
  await using pair = await securePair({ clientTls: { shutdownTimeoutMs: 5_000 } });
  pair.server.transport.write(noise(3_000_000));
  pair.client.transport.close();
  await pair.client.until('connectionLost', 4_000);
  assert.equal(pair.client.lostWith, null);
  assert.ok(pair.client.bytesReceived < 3_000_000);
});

test('a peer that does not answer close() is waited for until shutdownTimeoutMs, then left; nothing was lost', async () => {
  const recorded = new RecordingProtocol();
  const { server } = await secureServer({}, () => recorded);
  const proxy = await plainProxy(addressOf(server) as { port: number });
  const tls = { ca: authority, shutdownTimeoutMs: 100 };
  const client = new RecordingProtocol();
  await connect({ host: '127.0.0.1', port: proxy.port, tls }, () => client);
  await recorded.until('connectionMade');
  proxy.holdBack();
  client.transport.close();
  await loopTurns();
  assert.equal(client.count('connectionLost'), 0);
  await client.until('connectionLost');
  assert.equal(client.lostWith, null);
  await proxy.close();
  await server.closeAll();
});

test('close() that cannot send everything within shutdownTimeoutMs is ERR_TIMEOUT', async () => {
  const server = new RecordingProtocol({ connectionMade: (transport) => transport.pauseReading() });
  await using pair = await securePair({ server, clientTls: { shutdownTimeoutMs: 100 } });
  pair.client.transport.write(noise(20_000_000));
  const flushed = assert.rejects(pair.client.transport.flushed(), hasCode('ERR_TIMEOUT'));
  pair.client.transport.close();
  await pair.client.until('connectionLost');
  await flushed;
  assertCode(pair.client.lostWith, 'ERR_TIMEOUT');
});

test('a reset, or an end, inside a record is a typed error, with every whole record delivered', async () => {
  for (const how of ['reset', 'end'] as const) {
    const recorded = new RecordingProtocol();
    const { server } = await secureServer({}, () => recorded);
    const proxy = await plainProxy(addressOf(server) as { port: number });
    const client = new RecordingProtocol();
    await connect({ host: '127.0.0.1', port: proxy.port, tls: { ca: authority } }, () => client);
    client.transport.write('a whole record');
    await recorded.untilBytes(14);
    // Of the next one only the start gets through.
    proxy.cutAfter(1_000, how);
    client.transport.write(noise(10_000));
    await recorded.until('connectionLost');
    assert.equal(recorded.bytesReceived, 14);
    if (isNode) assertCode(recorded.lostWith, how === 'reset' ? 'ERR_LOST' : 'ERR_INCOMPLETE');
    await client.until('connectionLost');
    await proxy.close();
    await server.closeAll();
  }
});

test('a record that was tampered with is ERR_LOST, and the connection is over', async () => {
  const recorded = new RecordingProtocol();
  const { server } = await secureServer({}, () => recorded);
  const proxy = await plainProxy(addressOf(server) as { port: number });
  const client = new RecordingProtocol();
  await connect({ host: '127.0.0.1', port: proxy.port, tls: { ca: authority } }, () => client);
  client.transport.write('fine');
  await recorded.untilBytes(4);
  proxy.tamper();
  client.transport.write('not fine');
  await recorded.until('connectionLost');
  assertCode(recorded.lostWith, 'ERR_LOST');
  assert.equal(recorded.bytesReceived, 4);
  await client.until('connectionLost');
  await proxy.close();
  await server.closeAll();
});

test('a hundred clients that leave in every way leave no connection behind', async () => {
  const { server, protocols } = await secureServer({ tls: { ...serverIdentity, shutdownTimeoutMs: 500 } });
  const leave = async (i: number): Promise<void> => {
    if (i % 4 === 3) {
      const raw = await plainConnection(addressOf(server));
      raw.destroy();
      return;
    }
    const { transport } = await connect(
      { ...addressOf(server), tls: { ca: authority } },
      () => new RecordingProtocol(),
    );
    transport.write(noise(i));
    if (i % 4 === 0) transport.close();
    else if (i % 4 === 1) transport.abort();
    else transport.flushed().then(() => transport.abort());
    await within('closed', transport.closed);
  };
  await Promise.all(Array.from({ length: 100 }, (_, i) => leave(i)));
  await within('close()', server.close());
  assert.equal(server.connections, 0);
  for (const protocol of protocols) assert.equal(protocol.count('connectionLost'), 1);
});

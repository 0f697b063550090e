/** startTls that fails, is cut short, or cannot be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transport } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { story } from '../../dist/testing/transport/story.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { stranger } from '../support/certificates.js';
import { AS_CLIENT, AS_SERVER, plainPair } from './secure-pairs.js';

test('a handshake that fails rejects, and is what the connection is lost with', async () => {
  const [server, client] = [new RecordingProtocol(), new RecordingProtocol()];
  await using _pair = await plainPair(server, client);
  const answering = server.transport.startTls(AS_SERVER);
  answering.catch(() => {
    // In TLS 1.3 the server may have been done when the client refused it.
  });
  const asking = client.transport.startTls({ ca: stranger.cert, servername: 'localhost' });
  await assert.rejects(within('startTls()', asking), (error: unknown) => {
    assertCode(error, 'ERR_LOST');
    assert.equal(error, client.lostWith);
    return true;
  });
  await server.until('connectionLost');
  assert.ok(server.lostWith instanceof Error);
});

test('a peer that never answers, leaves, or talks on in clear, fails it', async () => {
  const rude: readonly [what: string, act: (transport: Transport) => void, code: 'ERR_TIMEOUT' | 'ERR_LOST'][] = [
    ['is silent', () => {}, 'ERR_TIMEOUT'],
    ['closes', (transport) => transport.close(), 'ERR_LOST'],
    ['talks on', (transport) => transport.write('250 HELP\r\n'), 'ERR_LOST'],
  ];
  for (const options of [AS_CLIENT, AS_SERVER]) {
    for (const [what, act, code] of rude) {
      const [server, client] = [new RecordingProtocol(), new RecordingProtocol()];
      await using _pair = await plainPair(server, client);
      const starting = client.transport.startTls({ ...options, handshakeTimeoutMs: 100 });
      act(server.transport);
      await assert.rejects(within(`startTls() while the peer ${what}`, starting), { code });
      assertCode(client.lostWith, code);
      assert.deepEqual(story(client), ['connectionMade', 'connectionLost']);
    }
  }
});

test('output that never leaves counts for the deadline', async () => {
  const server = new RecordingProtocol({ connectionMade: (transport) => transport.pauseReading() });
  const client = new RecordingProtocol();
  await using _pair = await plainPair(server, client);
  client.transport.write(noise(16_000_000));
  const starting = client.transport.startTls({ ...AS_CLIENT, handshakeTimeoutMs: 100 });
  await assert.rejects(within('startTls()', starting), hasCode('ERR_TIMEOUT'));
});

test('abort() and close() during the handshake end it with ERR_CLOSED and the connection with null', async () => {
  for (const end of ['abort', 'close'] as const) {
    for (const turns of [0, 3]) {
      const [server, client] = [new RecordingProtocol(), new RecordingProtocol()];
      await using _pair = await plainPair(server, client);
      const starting = client.transport.startTls(AS_CLIENT);
      const rejected = assert.rejects(within('startTls()', starting), hasCode('ERR_CLOSED'));
      await loopTurns(turns);
      client.transport[end]();
      await rejected;
      assert.equal(client.lostWith, null);
      assert.equal(client.count('connectionLost'), 1);
    }
  }
});

test('close() during the handshake sends what was written before', async () => {
  const [server, client] = [new RecordingProtocol(), new RecordingProtocol()];
  await using _pair = await plainPair(server, client);
  const both = [client.transport.startTls(AS_CLIENT), server.transport.startTls(AS_SERVER)];
  client.transport.write('last words');
  client.transport.close();
  await within('startTls()', Promise.all(both));
  await server.until('connectionLost');
  assert.equal(server.receivedCopy().toString(), 'last words');
  assert.equal(server.lostWith, null);
  await client.until('connectionLost');
  assert.equal(client.lostWith, null);
});

test('startTls where it cannot be is a typed error, and changes nothing', async () => {
  const [server, client] = [new RecordingProtocol({ eofReceived: () => true }), new RecordingProtocol()];
  await using _pair = await plainPair(server, client);
  const { transport } = client;
  await assert.rejects(transport.startTls({}), TypeError);
  await assert.rejects(transport.startTls(null as never), TypeError);
  await assert.rejects(transport.startTls({ isServer: true }), TypeError);
  await assert.rejects(transport.startTls({ ...AS_CLIENT, unread: 'text' as never }), TypeError);
  transport.write('still clear');
  await server.untilBytes(11);
  const both = Promise.all([transport.startTls(AS_CLIENT), server.transport.startTls(AS_SERVER)]);
  await assert.rejects(transport.startTls(AS_CLIENT), hasCode('ERR_BUSY'));
  await within('startTls()', both);
  await assert.rejects(transport.startTls(AS_CLIENT), hasCode('ERR_UNSUPPORTED'));
  assert.throws(() => transport.writeEof(), hasCode('ERR_UNSUPPORTED'));
  transport.close();
  await client.until('connectionLost');
  for (const end of ['writeEof', 'close', 'abort'] as const) {
    const [other, own] = [new RecordingProtocol({ eofReceived: () => true }), new RecordingProtocol()];
    await using _other = await plainPair(other, own);
    own.transport[end]();
    await assert.rejects(own.transport.startTls(AS_CLIENT), hasCode('ERR_CLOSED'));
    if (end !== 'writeEof') continue;
    await other.until('eofReceived');
    await assert.rejects(other.transport.startTls(AS_SERVER), hasCode('ERR_CLOSED'));
  }
});

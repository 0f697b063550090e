/** Protocols that take over while a connection becomes TLS, and after it has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { AS_CLIENT, AS_SERVER, plainPair } from './secure-pairs.js';

test('114: a BufferedProtocol with one byte of memory hands over to a Protocol in the middle of TLS; connectionMade is called once', async () => {
  const byOne = new RecordingBufferedProtocol({}, new Uint8Array(1));
  const server = new RecordingProtocol();
  await using _pair = await plainPair(server, byOne);
  const { transport } = byOne;
  server.transport.write('clear');
  await byOne.untilBytes(5);
  await within('startTls()', Promise.all([transport.startTls(AS_CLIENT), server.transport.startTls(AS_SERVER)]));
  const sent = noise(40_000);
  const whole = new RecordingProtocol();
  const untilMany = byOne.until(() => byOne.bytesReceived >= 1_005);
  server.transport.write(sent);
  await untilMany;
  transport.setProtocol(whole);
  const received = (): number => byOne.bytesReceived - 5 + whole.bytesReceived;
  await whole.until(() => received() === sent.length);
  assert.ok(Buffer.concat([byOne.receivedCopy().subarray(5), whole.receivedCopy()]).equals(sent));
  assert.ok(whole.bytesReceived > 0);
  assert.equal(byOne.count('connectionMade') + whole.count('connectionMade'), 1);
  transport.write('answer');
  await server.untilBytes(6);
  server.transport.close();
  await whole.until('connectionLost');
  assert.equal(whole.lostWith, null);
  assert.equal(byOne.count('connectionLost'), 0);
});

test('114: a protocol that takes over during the handshake gets the first of what was encrypted', async () => {
  const [first, second] = [new RecordingBufferedProtocol(), new RecordingBufferedProtocol({}, new Uint8Array(8))];
  const server = new RecordingProtocol();
  await using _pair = await plainPair(server, first);
  const both = [first.transport.startTls(AS_CLIENT), server.transport.startTls(AS_SERVER)];
  server.transport.write('secret');
  first.transport.setProtocol(second);
  await within('startTls()', Promise.all(both));
  await second.untilBytes(6);
  assert.equal(second.receivedCopy().toString(), 'secret');
  assert.equal(first.bytesReceived, 0);
  assert.equal(second.count('connectionMade'), 0);
});

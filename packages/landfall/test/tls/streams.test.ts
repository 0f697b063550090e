/** Streams over TLS: from the start, and from the middle on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { lengthPrefixed, listen, openFrames, openStream, serveFrames, serveStreams, type Transport } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { failureOf, untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as identity } from '../support/certificates.js';
import { addressOf } from '../support/connections.js';

const LISTEN = { host: '127.0.0.1', port: 0 };
const CLIENT = { ca: authority, servername: 'localhost' };

test('a byte stream over TLS echoes 5 MB, read in every way', async () => {
  await using server = await serveStreams({ ...LISTEN, tls: identity }, async (stream) => {
    for await (const bytes of stream) {
      stream.write(bytes);
      await stream.drain();
    }
  });
  await using stream = await openStream({ ...(addressOf(server) as { port: number }), tls: CLIENT });
  const sent = noise(5_000_000);
  stream.write(sent);
  const target = Buffer.alloc(2_000_000);
  assert.equal(await within('readInto()', stream.readInto(target)), target.length);
  const rest = await within('readExactly()', stream.readExactly(sent.length - target.length));
  assert.ok(Buffer.concat([target, rest]).equals(sent));
  stream.write('one line\r\nand');
  assert.equal(await within('readLine()', stream.readLine()), 'one line');
  assert.equal(String(await within('read()', stream.read())), 'and');
});

test('a frame stream over TLS echoes small and large frames', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  await using server = await serveFrames({ ...LISTEN, framing, tls: identity }, async (stream) => {
    for await (const frame of stream) stream.write(frame);
  });
  await using stream = await openFrames({ ...(addressOf(server) as { port: number }), framing, tls: CLIENT });
  const payloads = [1, 100, 70_000, 3_000_000].map((bytes) => noise(bytes));
  for (const payload of payloads) stream.write(payload);
  for (const payload of payloads) {
    const frame = await within('read()', stream.read());
    assert.ok(frame !== null && Buffer.from(frame.bytes).equals(payload));
    frame.release();
  }
});

test('a byte stream becomes TLS after a request in clear, with the handshake received already', async () => {
  const tls = { ...identity, isServer: true };
  await using server = await serveStreams(LISTEN, async (stream) => {
    assert.equal(await stream.readLine(), 'STARTTLS');
    stream.write('OK\n');
    // By now the client's handshake may have arrived behind its request, and is unread.
    await stream.startTls(tls);
    stream.write(`secret ${await stream.readLine()}\n`);
    await stream.drain();
    assert.equal(await stream.readLine(), null);
  });
  await using stream = await openStream(addressOf(server) as { port: number });
  stream.write('STARTTLS\n');
  assert.equal(await within('the answer', stream.readLine()), 'OK');
  await within('startTls()', stream.startTls(CLIENT));
  stream.write('hello\n');
  assert.equal(await within('readLine()', stream.readLine()), 'secret hello');
});

test('startTls() while a read waits is ERR_BUSY, and the read goes on', async () => {
  await using server = await serveStreams(LISTEN, async (stream) => {
    await stream.readLine();
    stream.write('answer\n');
    await stream.read();
  });
  await using stream = await openStream(addressOf(server) as { port: number });
  const line = stream.readLine();
  await assert.rejects(stream.startTls(CLIENT), { code: 'ERR_BUSY' });
  stream.write('go\n');
  assert.equal(await within('readLine()', line), 'answer');
});

test('startTls() that is refused leaves what is unread where it is', async () => {
  await using server = await serveStreams(LISTEN, async (stream) => {
    stream.write('still ');
    await stream.readToEnd();
  });
  await using stream = await openStream(addressOf(server) as { port: number });
  await untilArrived(stream, 6);
  await assert.rejects(stream.startTls(null as never), TypeError);
  await assert.rejects(stream.startTls({ ...CLIENT, signal: AbortSignal.abort() }), { code: 'ERR_ABORTED' });
  await assert.rejects(stream.startTls({ ...CLIENT, unread: 'no memory' as never }), TypeError);
  stream.unread(Buffer.from('here, '));
  await assert.rejects(stream.startTls({ isServer: true }), TypeError);
  assert.equal(String(await within('readExactly()', stream.readExactly(12))), 'here, still ');
});

test('once a stream is closed, nothing is received into the view of its last read, nor into a frame’s', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  await using server = await listening();
  const { port } = server.address() as AddressInfo;
  const bytes = await openStream({ host: '127.0.0.1', port, tls: CLIENT });
  const frames = await openFrames({ host: '127.0.0.1', port, tls: CLIENT, framing });
  for (const stream of [bytes, frames]) {
    const target = Buffer.alloc(200_000);
    const failed = failureOf('readInto()', stream.readInto(target));
    await untilArrived(stream, 100_000);
    const closed = stream.close();
    assertCode(await failed, 'ERR_CLOSED');
    const copy = Buffer.from(target);
    // The peer goes on sending until it hears of it.
    await within('close()', closed);
    assert.ok(copy.equals(target), 'written to after the read was over');
  }
});

/** Sends each client the start of a frame of 200,000 bytes, and more of it when the client closes. */
async function listening(): Promise<Server & AsyncDisposable> {
  const server = createServer({ ...identity, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    const header = Buffer.alloc(4);
    header.writeUInt32BE(200_000);
    socket.write(Buffer.concat([header, Buffer.alloc(100_000, 1)]));
    socket.on('end', () => socket.end(Buffer.alloc(50_000, 2)));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await within('listening', once(server, 'listening'));
  return Object.assign(server, { [Symbol.asyncDispose]: async () => void server.close() });
}

test('after close() a reader’s memory is its own again, whatever the peer still sends', async () => {
  let peer: Transport | undefined;
  const server = await listen({ ...LISTEN, tls: identity }, () => ({
    connectionMade(transport) {
      peer = transport;
    },
    dataReceived() {},
  }));
  const stream = await openStream({ ...(addressOf(server) as { port: number }), tls: { ca: authority } });
  const target = Buffer.alloc(100_000);
  const reading = stream.readInto(target);
  while (peer === undefined) await loopTurns();
  // The first bytes land in memory of the library's; the next would land here.
  peer.write(noise(500));
  while (stream.transport.stats().bytesReceived < 500) await loopTurns();
  const closing = stream.close();
  peer.write(noise(50_000));
  await assert.rejects(reading, { code: 'ERR_CLOSED' });
  target.fill(0);
  await within('close()', closing);
  assert.ok(target.every((byte) => byte === 0));
  await server.closeAll();
});

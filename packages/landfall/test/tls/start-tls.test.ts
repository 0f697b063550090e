/** startTls: a connection that stands becomes TLS, on either side. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket, connect as tlsConnect } from 'node:tls';
import { FramedProtocol, lengthPrefixed, listen, type Transport } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
import { story } from '../../dist/testing/transport/story.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { authority, server as serverIdentity } from '../support/certificates.js';
import { addressOf, freeAddress, onLinks, PLAIN_LINKS, type Recorded } from '../support/connections.js';
import { isBun } from '../support/runtime.js';
import { AS_CLIENT, AS_SERVER, plainPair, tlsOf } from './secure-pairs.js';

/** The first bytes of a client's handshake. */
const CLIENT_HELLO = 0x16;

/** What Node makes of the other end. */
function upgraded(socket: Socket, isServer: boolean): TLSSocket {
  socket.removeAllListeners('data');
  socket.removeAllListeners('end');
  // A TLS peer answers an end with its own.
  socket.allowHalfOpen = false;
  return isServer
    ? new TLSSocket(socket, { isServer: true, ...serverIdentity })
    : tlsConnect({ socket, ca: authority, servername: 'localhost' });
}

for (const isServer of [false, true]) {
  const options = isServer ? AS_SERVER : AS_CLIENT;
  const role = isServer ? 'as the server' : 'as the client';

  onLinks(PLAIN_LINKS, `a connection becomes TLS ${role}, with the same protocol`, async (link) => {
    const protocol = link.record();
    await using pair = await link.open(protocol);
    const { transport } = pair;
    await pair.peer.send('clear');
    await protocol.untilBytes(5);
    const starting = within('startTls()', transport.startTls(options));
    assert.equal(transport.isReading, false);
    assert.equal(transport.canWriteEof, false);
    const peer = upgraded(pair.peer.socket, !isServer);
    await starting;
    assert.equal(tlsOf(transport).protocol, 'TLSv1.3');
    assert.equal(tlsOf(transport).authorized, !isServer);
    const isDirect = !isBun && process.env['LANDFALL_RECEIVE'] !== 'copy';
    assert.equal(transport.receiveMode, isDirect ? 'direct' : 'copy');
    peer.write('secret');
    await protocol.untilBytes(11);
    assert.equal(transport.isReading, true);
    const answer = noise(300_000);
    transport.write(answer);
    transport.close();
    const chunks: Buffer[] = [];
    peer.on('data', (chunk) => chunks.push(chunk));
    await within('the end', once(peer, 'end'));
    assert.ok(Buffer.concat(chunks).equals(answer));
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, null);
    assert.deepEqual(
      story(protocol).filter((call) => !call.endsWith('Writing')),
      ['connectionMade', 'received', 'connectionLost'],
    );
    assert.equal(protocol.receivedCopy().toString(), 'clearsecret');
  });

  onLinks(PLAIN_LINKS, `what was written before leaves in clear, what follows waits ${role}`, async (link) => {
    const protocol = link.record();
    await using pair = await link.open(protocol, { peerReads: false });
    const { transport, peer } = pair;
    const before = noise(9_000_000);
    transport.write(before);
    const starting = within('startTls()', transport.startTls(options));
    assert.equal(transport.write('after'), false);
    assert.equal(transport.writeBufferSize, before.length + 5);
    await loopTurns();
    const clear: Buffer[] = [];
    let bytes = 0;
    while (bytes < before.length) {
      const chunk = peer.socket.read(Math.min(before.length - bytes, peer.socket.readableLength || 1)) as Buffer | null;
      if (chunk === null) await within('more', once(peer.socket, 'readable'));
      else {
        clear.push(chunk);
        bytes += chunk.length;
      }
    }
    assert.ok(Buffer.concat(clear).equals(before));
    peer.socket.removeAllListeners('readable');
    const secured = upgraded(peer.socket, !isServer);
    const received = once(secured, 'data');
    await starting;
    assert.equal(String((await within('the rest', received))[0]), 'after');
    await within('flushed()', transport.flushed());
    assert.equal(transport.stats().bytesSent, before.length + 5);
    secured.destroy();
  });
}

for (const face of ['Protocol', 'BufferedProtocol'] as const) {
  for (const how of ['unread', 'setProtocol'] as const) {
    test(`a ClientHello in one segment with the request is TLS, by ${how}, never plaintext (${face})`, async () => {
      const request = 'STARTTLS\n';
      let starting: Promise<void> | undefined;
      const received = (bytesView: Uint8Array): void => {
        const end = bytesView.indexOf(10) + 1;
        if (starting !== undefined || end === 0) return;
        assert.equal(bytesView[end], CLIENT_HELLO);
        const rest = bytesView.subarray(end);
        if (how === 'setProtocol') server.transport.setProtocol(server, rest);
        starting = server.transport.startTls(how === 'unread' ? { ...AS_SERVER, unread: rest } : AS_SERVER);
      };
      const server: Recorded =
        face === 'Protocol' ? new RecordingProtocol({ received }) : new RecordingBufferedProtocol({ received });
      const listening = await listen(freeAddress('TCP'), () => server);
      const raw = await pipelinedHello(addressOf(listening) as { port: number }, request);
      await server.until(() => starting !== undefined);
      await within('startTls()', starting!);
      const bytesInClear = server.bytesReceived;
      raw.secured.write('secret');
      await server.untilBytes(bytesInClear + 6);
      assert.equal(server.receivedCopy().subarray(bytesInClear).toString(), 'secret');
      raw.secured.destroy();
      await listening.closeAll();
    });
  }
}

/** Sends the request and the ClientHello as one segment: the latter is caught on its way, over a pair of connections. */
async function pipelinedHello(where: { port: number }, request: string): Promise<{ secured: TLSSocket }> {
  const { Duplex } = await import('node:stream');
  const { createConnection } = await import('node:net');
  const raw = createConnection({ ...where, host: '127.0.0.1' });
  await once(raw, 'connect');
  let isFirst = true;
  const tap = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      raw.write(isFirst ? Buffer.concat([Buffer.from(request), chunk]) : chunk, done);
      isFirst = false;
    },
    destroy(error, done) {
      raw.destroy();
      done(error);
    },
  });
  raw.on('data', (chunk) => tap.push(chunk));
  raw.on('end', () => tap.push(null));
  raw.on('error', (error) => tap.destroy(error));
  const secured = tlsConnect({ socket: tap, ca: authority, servername: 'localhost' });
  secured.on('error', () => {
    // The end of the test.
  });
  return { secured };
}

test('a FramedProtocol gives what follows the request back by itself', async () => {
  const frames: string[] = [];
  let starting: Promise<void> | undefined;
  const receiver = {
    frameReceived(memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void {
      frames.push(Buffer.from(memory.subarray(start, end)).toString());
      if (starting === undefined) starting = transport!.startTls(AS_SERVER);
      else framed.writeFrame(memory.subarray(start, end));
    },
    connectionMade(made: Transport): void {
      transport = made;
    },
  };
  let transport: Transport | undefined;
  const framing = lengthPrefixed({ lengthBytes: 4 });
  const listening = await listen(freeAddress('TCP'), () => new FramedProtocol({ framing, receiver }));
  const request = Buffer.from('\0\0\0\x05start').toString('latin1');
  const { secured } = await pipelinedHello(addressOf(listening) as { port: number }, request);
  await within('the handshake', once(secured, 'secureConnect'));
  const answer = once(secured, 'data');
  secured.write(Buffer.from('\0\0\0\x06secret'));
  assert.equal(String((await within('the answer', answer))[0]), '\0\0\0\x06secret');
  assert.deepEqual(frames, ['start', 'secret']);
  secured.destroy();
  await listening.closeAll();
});

test('both ends landfall’s, inside callbacks; nothing is delivered before the promise was followed', async () => {
  const order: string[] = [];
  const server: RecordingProtocol = new RecordingProtocol({
    received: (bytesView) => {
      const text = Buffer.from(bytesView).toString();
      if (text !== 'please') return void order.push(`server got ${text}`);
      server.transport.write('yes');
      void server.transport.startTls(AS_SERVER).then(() => {
        order.push('server');
        server.transport.write('first words');
      });
    },
  });
  const client: RecordingProtocol = new RecordingProtocol({
    received: (bytesView) => {
      const text = Buffer.from(bytesView).toString();
      if (text !== 'yes') return void order.push(`client got ${text}`);
      void client.transport
        .startTls(AS_CLIENT)
        .then(() => Promise.resolve())
        .then(() => order.push('client'));
      client.transport.write('glued');
    },
  });
  await using _pair = await plainPair(server, client);
  client.transport.write('please');
  await Promise.all([server.untilBytes(11), client.untilBytes(14)]);
  assert.deepEqual(order.toSorted(), ['client', 'client got first words', 'server', 'server got glued']);
  assert.ok(order.indexOf('server') < order.indexOf('server got glued'));
  assert.ok(order.indexOf('client') < order.indexOf('client got first words'));
  assert.equal(server.count('connectionMade'), 1);
});

test('reading that was paused stays so, also when it was paused or resumed during the handshake', async () => {
  for (const during of ['nothing', 'pause', 'resume'] as const) {
    const [server, client] = [new RecordingProtocol(), new RecordingBufferedProtocol()];
    await using _pair = await plainPair(server, client);
    if (during !== 'pause') server.transport.pauseReading();
    const both = Promise.all([server.transport.startTls(AS_SERVER), client.transport.startTls(AS_CLIENT)]);
    if (during === 'pause') server.transport.pauseReading();
    if (during === 'resume') server.transport.resumeReading();
    await within('startTls()', both);
    client.transport.write('secret');
    client.transport.close();
    if (during === 'resume') await server.untilBytes(6);
    await loopTurns(20);
    assert.equal(server.bytesReceived, during === 'resume' ? 6 : 0);
    server.transport.resumeReading();
    await server.until('connectionLost');
    assert.equal(server.lostWith, null);
    assert.deepEqual(story(server), ['connectionMade', 'received', 'eofReceived', 'connectionLost']);
  }
});

test('a large exchange after the upgrade arrives whole, both ways', async () => {
  const [server, client] = [new RecordingBufferedProtocol(), new RecordingBufferedProtocol()];
  await using _pair = await plainPair(server, client);
  await Promise.all([server.transport.startTls(AS_SERVER), client.transport.startTls(AS_CLIENT)]);
  const [up, down] = [noise(5_000_000), noise(5_000_000)];
  client.transport.write(up);
  server.transport.write(down);
  await Promise.all([server.untilBytes(up.length), client.untilBytes(down.length)]);
  assert.ok(server.receivedCopy().equals(up));
  assert.ok(client.receivedCopy().equals(down));
});

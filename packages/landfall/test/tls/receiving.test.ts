/** Receiving over TLS: every byte once and in order, wherever it lands and whenever reading stops. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FramedProtocol, lengthPrefixed, type Transport } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { noise, randomBelow } from '../../dist/testing/random.js';
import { loopTurns } from '../../dist/testing/waiting.js';
import { onLinks, TLS_LINKS } from '../support/connections.js';
import { isBun, isDeno } from '../support/runtime.js';
import { echo, securePair } from './secure-pairs.js';

const BUFFERED_TLS_LINKS = TLS_LINKS.filter((link) => link.face === 'BufferedProtocol');
const isDirect = !isBun && process.env['LANDFALL_RECEIVE'] !== 'copy';

for (const face of ['Protocol', 'BufferedProtocol'] as const) {
  test(`20 MB go there and back (${face})`, async () => {
    const client = face === 'Protocol' ? new RecordingProtocol() : new RecordingBufferedProtocol();
    await using pair = await securePair({ client, server: echo(face) });
    const sent = noise(20_000_000);
    client.transport.write(sent);
    await client.untilBytes(sent.length, 30_000);
    assert.ok(client.receivedCopy().equals(sent));
    assert.ok(pair.server.receivedCopy().equals(sent));
  });
}

test('what lands in lent memory is not copied again', async () => {
  if (!isDirect) return console.log('skipped: everything is copied here');
  const client = new RecordingBufferedProtocol();
  await using _pair = await securePair({ client, server: echo('BufferedProtocol') });
  client.transport.write(noise(10_000_000));
  await client.untilBytes(10_000_000, 30_000);
  const { bytesCopied, bytesReceived } = client.transport.stats();
  assert.equal(bytesReceived, 10_000_000);
  assert.ok(bytesCopied <= 0.01 * bytesReceived, `${bytesCopied} of ${bytesReceived} bytes were copied`);
});

for (const memoryBytes of [1, 8, 1_000, 16_384, 100_000]) {
  onLinks(BUFFERED_TLS_LINKS, `records do not care about memory of ${memoryBytes} bytes`, async (link) => {
    const memory = new Uint8Array(memoryBytes + 2).fill(0xaa);
    const protocol = new RecordingBufferedProtocol({}, memory.subarray(1, memoryBytes + 1));
    await using pair = await link.open(protocol);
    const sent = noise(memoryBytes < 100 ? memoryBytes * 5_000 : 1_000_000);
    pair.peer.socket.end(sent);
    await protocol.until('connectionLost');
    assert.ok(protocol.receivedCopy().equals(sent));
    assert.equal(protocol.lostWith, null);
    assert.equal(memory[0], 0xaa);
    assert.equal(memory.at(-1), 0xaa);
  });
}

for (const memoryBytes of [8, 5_000, 65_536]) {
  onLinks(BUFFERED_TLS_LINKS, `a pause at every receive into ${memoryBytes} bytes loses nothing`, async (link) => {
    const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol(
      {
        received: () => {
          protocol.transport.pauseReading();
          const resume = (): void => protocol.transport.resumeReading();
          const how = randomBelow(Math.random, 0, 3);
          if (how === 0) setImmediate(resume);
          else if (how === 1) process.nextTick(resume);
          else queueMicrotask(resume);
        },
      },
      new Uint8Array(memoryBytes),
    );
    await using pair = await link.open(protocol);
    const sent = noise(memoryBytes < 100 ? 20_000 : 400_000);
    pair.peer.socket.end(sent);
    await protocol.until('connectionLost', 30_000);
    assert.ok(protocol.receivedCopy().equals(sent));
    assert.equal(protocol.lostWith, null);
  });
}

onLinks(TLS_LINKS, 'a pause from outside at any moment loses nothing', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  const sent = noise(3_000_000);
  pair.peer.socket.write(sent);
  while (protocol.bytesReceived < sent.length) {
    protocol.transport.pauseReading();
    await loopTurns(randomBelow(Math.random, 0, 4));
    const paused = protocol.bytesReceived;
    await loopTurns(randomBelow(Math.random, 0, 3));
    assert.equal(protocol.bytesReceived, paused);
    protocol.transport.resumeReading();
    await loopTurns(randomBelow(Math.random, 1, 4));
  }
  assert.ok(protocol.receivedCopy().equals(sent));
});

onLinks(TLS_LINKS, 'a pause holds up the sender, and keeps nothing but what was under way', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  protocol.transport.pauseReading();
  const sent = noise(20_000_000);
  let hasLeft = false;
  pair.peer.socket.write(sent, () => {
    hasLeft = true;
  });
  await loopTurns(200);
  assert.equal(hasLeft, false);
  assert.equal(protocol.bytesReceived, 0);
  assert.ok(pair.transport.stats().bytesReceived < 1_000_000);
  protocol.transport.resumeReading();
  await protocol.untilBytes(sent.length, 30_000);
  assert.ok(protocol.receivedCopy().equals(sent));
});

onLinks(TLS_LINKS, 'a protocol that is replaced between two receives of one record loses nothing', async (link) => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let transport: Transport | undefined;
  const next = (): RecordingBufferedProtocol => {
    const protocol = new RecordingBufferedProtocol(
      {
        received: (bytesView) => {
          pieces.push(Buffer.from(bytesView));
          bytes += bytesView.length;
          transport!.setProtocol(next());
        },
      },
      new Uint8Array(randomBelow(Math.random, 1, 3_000)),
    );
    return protocol;
  };
  await using pair = await link.open(link.record());
  transport = pair.transport;
  transport.setProtocol(next());
  const sent = noise(300_000);
  await pair.peer.send(sent);
  while (bytes < sent.length) await loopTurns(1);
  assert.ok(Buffer.concat(pieces).equals(sent));
});

onLinks(TLS_LINKS, 'a peer that reads slowly gets everything', async (link) => {
  if (isDeno)
    return console.log('skipped: a TLS socket of Deno’s, as the peer is one, loses an end that comes in a pause');
  const protocol = link.record();
  await using pair = await link.open(protocol, { peerReads: false });
  const sent = noise(6_000_000);
  pair.transport.write(sent);
  pair.transport.close();
  const chunks: Buffer[] = [];
  for await (const chunk of pair.peer.socket) {
    chunks.push(chunk as Buffer);
    if (chunks.length % 20 === 0) await loopTurns(2);
  }
  assert.ok(Buffer.concat(chunks).equals(sent));
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
});

onLinks(
  BUFFERED_TLS_LINKS,
  'writing inside a receive, also nothing, is never answered from inside it',
  async (link) => {
    let depth = 0;
    const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol(
      {
        received: (bytesView) => {
          depth++;
          assert.equal(depth, 1);
          protocol.transport.write('');
          protocol.transport.write(bytesView.subarray(0, 1));
          protocol.transport.writeVectored([]);
          depth--;
        },
      },
      new Uint8Array(100),
    );
    await using pair = await link.open(protocol);
    pair.peer.socket.write(noise(100_000));
    await protocol.untilBytes(100_000);
    assert.equal(protocol.lostWith, undefined);
  },
);

onLinks(
  BUFFERED_TLS_LINKS,
  'after abort() inside a receive nothing is written into lent memory any more',
  async (link) => {
    const memory = new Uint8Array(1_000);
    const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol(
      {
        received: () => {
          protocol.transport.abort();
          memory.fill(0xaa);
        },
      },
      memory,
    );
    await using pair = await link.open(protocol);
    pair.peer.socket.write(noise(60_000));
    await protocol.until('connectionLost');
    await loopTurns();
    assert.ok(memory.every((byte) => byte === 0xaa));
  },
);

test('frames of every size go there and back', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  const received: Buffer[] = [];
  const serverReceiver = {
    frameReceived: (memory: Uint8Array, start: number, end: number, framed: FramedProtocol): void =>
      void framed.writeFrame(memory.subarray(start, end)),
  };
  const clientReceiver = {
    frameReceived: (memory: Uint8Array, start: number, end: number): void =>
      void received.push(Buffer.from(memory.subarray(start, end))),
  };
  const clientProtocol = new FramedProtocol({ framing, receiver: clientReceiver });
  await using pair = await securePair();
  pair.server.transport.setProtocol(new FramedProtocol({ framing, receiver: serverReceiver }));
  pair.client.transport.setProtocol(clientProtocol);
  const frames = [0, 1, 15, 16, 17, 4_096, 16_384, 16_385, 70_000, 300_000, 3_000_000].map(noise);
  for (const frame of frames) clientProtocol.writeFrame(frame);
  const deadline = performance.now() + 20_000;
  while (received.length < frames.length && performance.now() < deadline) await loopTurns(1);
  assert.deepEqual(
    received.map((frame) => frame.length),
    frames.map((frame) => frame.length),
  );
  for (const [i, frame] of frames.entries()) assert.ok(frame.equals(received[i]!));
});

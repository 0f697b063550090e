/** Bytes reach their protocol whole and in order, whatever memory it lends. */
import assert from 'node:assert/strict';
import { noise } from '../random.js';
import { RecordingBufferedProtocol } from '../recording-protocol.js';
import { loopTurns } from '../waiting.js';
import { BUFFERED, FACES, PROTOCOL } from './link.js';
import { Sentences } from './sentences.js';

/** What the contract of `getBuffer` allows at once. */
const RECEIVE_BYTES_MAX = 256 * 1024;

export const receiving: Sentences = new Sentences();

receiving.add(BUFFERED, 'nine KiB arrive through 100 bytes of memory, and are answered', async (link) => {
  const protocol = new RecordingBufferedProtocol({}, new Uint8Array(100));
  const pair = await link.open(protocol);
  const sent = noise(9 * 1024);
  await pair.peer.send(sent);
  await protocol.untilBytes(sent.length);
  assert.deepEqual(protocol.receivedCopy(), sent);
  pair.transport.write('seen');
  pair.transport.close();
  await pair.peer.untilEnd();
  await protocol.until('connectionLost');
  assert.equal(pair.peer.receivedCopy().toString(), 'seen');
  assert.equal(protocol.lostWith, null);
});

receiving.add(BUFFERED, '123,123 bytes arrive through the same 50 bytes of memory, then the end', async (link) => {
  const protocol = new RecordingBufferedProtocol({}, new Uint8Array(50));
  const pair = await link.open(protocol);
  const sent = noise(123_123);
  await pair.peer.send(sent);
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.deepEqual(protocol.receivedCopy(), sent);
  assert.equal(protocol.count('eofReceived'), 1);
  assert.equal(protocol.lostWith, null);
});

receiving.add(BUFFERED, 'memory is asked for once for each receive, and at most once more', async (link) => {
  const ring = [new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)];
  let asked = 0;
  const protocol = new RecordingBufferedProtocol({}, () => ring[asked++ % ring.length]!);
  const pair = await link.open(protocol);
  // Where the first bytes land is not known everywhere: after a switch, a pause or `startTls`.
  await pair.peer.send('-');
  await protocol.untilBytes(1);
  await loopTurns(1);
  const askedBefore = protocol.count('getBuffer');
  await pair.peer.send('hello world');
  await protocol.untilBytes(12);
  pair.peer.end();
  await protocol.until('eofReceived');
  assert.equal(protocol.receivedCopy().toString(), '-hello world');
  const receives = protocol.count('bufferUpdated') - 1;
  assert.ok(receives >= 6);
  const more = protocol.count('getBuffer') - askedBefore - receives;
  assert.ok(more === 0 || more === 1, `asked ${more} times more than received`);
});

receiving.add(BUFFERED, 'a size hint is -1 or the positive number of bytes that wait', async (link) => {
  const protocol = new RecordingBufferedProtocol({}, new Uint8Array(1000));
  const pair = await link.open(protocol);
  await pair.peer.send(noise(50_000));
  await protocol.untilBytes(50_000);
  assert.ok(protocol.sizeHints.length > 0);
  assert.ok(
    protocol.sizeHints.every((hint) => hint === -1 || hint > 0),
    String(protocol.sizeHints),
  );
});

receiving.add(BUFFERED, 'new memory for each receive has what arrived at its start', async (link) => {
  const protocol = new RecordingBufferedProtocol({}, () => new Uint8Array(10_000));
  const pair = await link.open(protocol);
  const sent = noise(1_000_000);
  await pair.peer.send(sent);
  await protocol.untilBytes(sent.length);
  assert.ok(protocol.receivedCopy().equals(sent));
});

receiving.add(BUFFERED, 'a megabyte of memory is filled at most 256 KiB at once', async (link) => {
  const filled: number[] = [];
  const memory = new Uint8Array(1024 * 1024);
  const protocol = new RecordingBufferedProtocol({ received: (view) => void filled.push(view.length) }, memory);
  const pair = await link.open(protocol);
  const sent = noise(5_000_000);
  await pair.peer.send(sent);
  await protocol.untilBytes(sent.length);
  assert.ok(protocol.receivedCopy().equals(sent));
  assert.ok(Math.max(...filled) <= RECEIVE_BYTES_MAX);
  assert.ok(Math.min(...filled) >= 1);
  assert.ok(memory.subarray(RECEIVE_BYTES_MAX).every((byte) => byte === 0));
});

receiving.add(PROTOCOL, 'what dataReceived was given is the protocol’s to keep and to change', async (link) => {
  const kept: Uint8Array[] = [];
  const protocol = link.record({ received: (view) => void kept.push(view) });
  const pair = await link.open(protocol);
  await pair.peer.send('first');
  await protocol.untilBytes(5);
  const before = kept.length;
  const first = Buffer.concat(kept);
  await pair.peer.send('SECOND');
  await protocol.untilBytes(11);
  assert.equal(Buffer.concat(kept.slice(0, before)).toString(), first.toString());
  for (const view of kept.slice(0, before)) view.fill(0);
  assert.equal(Buffer.concat(kept.slice(before)).toString(), 'SECOND');
});

receiving.add(FACES, 'stats() counts what arrived, how often, and what of it was copied', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const { transport } = pair;
  assert.deepEqual(transport.stats(), {
    ...{ bytesReceived: 0, bytesCopied: 0, reads: 0 },
    ...{ bytesSent: 0, writes: 0, writesDropped: 0 },
  });
  await pair.peer.send('x');
  await protocol.untilBytes(1);
  const before = transport.stats();
  await pair.peer.send(noise(100_000));
  await protocol.untilBytes(100_001);
  const { bytesReceived, reads, ...after } = transport.stats();
  assert.equal(bytesReceived, 100_001);
  assert.ok(reads >= 2 && reads <= 100_001);
  const bytesCopied = after.bytesCopied - before.bytesCopied;
  const isDirect = transport.receiveMode === 'direct';
  if (link.face === 'BufferedProtocol') assert.equal(bytesCopied, isDirect ? 0 : 100_000);
  // Received into the scratch and copied out of it; or given in memory of its own by the runtime.
  else if (isDirect) assert.equal(bytesCopied, 100_000);
});

receiving.add(FACES, 'twelve connections at once keep their bytes apart', async (link) => {
  const each = Array.from({ length: 12 }, () => ({ protocol: link.record(), sent: noise(100_000) }));
  const pairs = await Promise.all(each.map(({ protocol }) => link.open(protocol)));
  for (let at = 0; at < 100_000; at += 10_000) {
    await Promise.all(pairs.map(({ peer }, i) => peer.send(each[i]!.sent.subarray(at, at + 10_000))));
  }
  await Promise.all(each.map(({ protocol }) => protocol.untilBytes(100_000)));
  for (const { protocol, sent } of each) assert.ok(protocol.receivedCopy().equals(sent));
});

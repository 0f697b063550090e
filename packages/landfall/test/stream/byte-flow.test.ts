/** What peers can make a byte stream hold: floods, slow lorises, and what is left when it is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteStream } from 'landfall';
import { blockPool } from '../../dist/memory/block-pool.js';
import type { ByteQueue } from '../../dist/memory/byte-queue.js';
import { hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf, untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { allOf } from '../support/connections.js';
import { bytePair, bytesToPeer, untilSo, untilStill } from './byte-streams.js';

/** What is kept while nobody reads. */
const UNREAD_BYTES_MAX = 64 * 1024;
/** The most that one receive brings. */
const RECEIVE_BYTES_MAX = 256 * 1024;
const FLOOD = patterned(16_000_000, 1);

/** What is read before the flood, which then nobody reads. */
const BEFORE: Record<string, (stream: ByteStream) => Promise<unknown>> = {
  nothing: async () => {},
  'read()': (stream) => stream.read(10),
  'readExactly()': (stream) => stream.readExactly(100_000),
  'readInto()': (stream) => stream.readInto(new Uint8Array(300_000)),
  'readLine()': (stream) => stream.readLine(),
  'an aborted readInto()': (stream) => failureOf('readInto()', stream.readInto(Buffer.alloc(2e7), { timeoutMs: 0 })),
};

for (const [name, before] of Object.entries(BEFORE)) {
  test(`87: a flood that nobody reads is stopped after ${name}, and goes on when somebody does`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const usedBefore = blockPool.usedBytes;
    const reading = before(stream);
    peer.socket.end(FLOOD);
    await within(name, reading);
    // One that was given up has left its bytes in no memory of the stream's.
    const taken = name.startsWith('an aborted') ? (((await reading) as { bytesRead?: number }).bytesRead ?? 0) : 0;
    const received = await untilStill(stream);
    assert.ok(peer.socket.writableLength > 0, 'the sender is held up');
    const kept = blockPool.usedBytes - usedBefore;
    assert.ok(kept <= 3 * RECEIVE_BYTES_MAX, `${kept} bytes of blocks`);
    const rest = await within('the rest', stream.readToEnd());
    const unread = received - taken - (FLOOD.length - taken - rest.length);
    assert.ok(unread <= UNREAD_BYTES_MAX + RECEIVE_BYTES_MAX, `${unread} bytes were kept`);
    assert.ok(FLOOD.subarray(FLOOD.length - rest.length).equals(rest));
    assert.equal(blockPool.usedBytes, usedBefore, 'no block is held when everything is read');
  });
}

test('87: small reads from a flood never get more than they ask for, and the sender is held up in between', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = FLOOD.subarray(0, 3_000_000);
  peer.socket.end(payload);
  for (let at = 0, i = 0; at < payload.length; i++) {
    const piece = (await within('read()', stream.read(10_000)))!;
    assert.ok(piece.length <= 10_000 && payload.subarray(at, at + piece.length).equals(piece));
    at += piece.length;
    const { bytesReceived } = stream.transport.stats();
    // One receive more than while nobody reads: the one that a read waited for.
    assert.ok(bytesReceived - at <= UNREAD_BYTES_MAX + 2 * RECEIVE_BYTES_MAX, `${bytesReceived - at} bytes ahead`);
    if (i % 40 === 0) await loopTurns(3);
  }
  assert.equal(await stream.read(), null);
});

test('a readExactly() of what a peer only announces takes no memory for it', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const before = process.memoryUsage().arrayBuffers;
  const usedBefore = blockPool.usedBytes;
  const reading = failureOf('readExactly()', stream.readExactly(2 ** 31));
  await peer.send(Buffer.alloc(1_000));
  await untilArrived(stream, 1_000);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 10_000_000, `${grown} bytes were allocated`);
  assert.ok(blockPool.usedBytes - usedBefore <= 2_048);
  peer.end();
  hasCode('ERR_INCOMPLETE')(await reading);
});

/** What a stream keeps that is no block. */
interface Inside {
  readonly protocol: { readonly queue: ByteQueue };
}

const LORISES = 1_000;

test('a thousand slow lorises, byte by byte in the middle of a line, cost a small block each, and nothing when gone', async () => {
  const usedBefore = blockPool.usedBytes;
  const all = await allOf(Array.from({ length: LORISES }, () => bytesToPeer()));
  assert.equal(blockPool.usedBytes, usedBefore, 'an idle stream holds no block');
  const lines = all.all.map(({ stream }, i) => (i % 2 === 0 ? textOf(stream.readUntil('\n')) : stream.readLine()));
  for (const letter of 'GET /slow') {
    for (const { peer } of all.all) peer.socket.write(letter);
    await loopTurns(1);
  }
  for (const { stream } of all.all) await untilArrived(stream, 9);
  const each = (blockPool.usedBytes - usedBefore) / LORISES;
  assert.ok(each > 0 && each <= 300, `${each} bytes each`);
  for (const { peer } of all.all) peer.socket.write('\n');
  for (const [i, line] of (await within('the lines', Promise.all(lines))).entries())
    assert.equal(line, i % 2 === 0 ? 'GET /slow\n' : 'GET /slow');
  assert.equal(blockPool.usedBytes, usedBefore, 'nothing is held between two lines');
  for (const { peer } of all.all) peer.socket.write('left over');
  await untilSo('what is left over', () => blockPool.usedBytes - usedBefore >= 9 * LORISES);
  await all[Symbol.asyncDispose]();
  assert.equal(blockPool.usedBytes, usedBefore, 'nothing is held after the close');
});

test('memory returns when a stream that holds much is closed, aborted, or lost', async () => {
  for (const how of ['close', 'abort', 'reset', 'reset, then close']) {
    const usedBefore = blockPool.usedBytes;
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const waiting = failureOf('readToEnd()', stream.readToEnd());
    await peer.send(FLOOD.subarray(0, 2_000_000));
    await untilArrived(stream, 2_000_000);
    assert.ok(blockPool.usedBytes - usedBefore >= 2_000_000);
    if (how === 'close') await stream.close();
    else if (how === 'abort') stream.abort();
    else peer.socket.resetAndDestroy();
    await waiting;
    await within('closed', stream.closed);
    assert.equal(blockPool.usedBytes, usedBefore, `${how}, before anything is read`);
    if (how === 'reset') assert.ok(FLOOD.subarray(0, 2_000_000).equals((await stream.read(2_000_000))!));
    if (how.endsWith('then close')) await stream.close();
    assert.equal((stream as unknown as Inside).protocol.queue.length, 0, how);
  }
});

test('two streams that echo to each other for a while hold nothing in the end', async () => {
  const usedBefore = blockPool.usedBytes;
  await using pair = await bytePair();
  const { here, there } = pair;
  const target = Buffer.alloc(200_000);
  for (let i = 0; i < 50; i++) {
    const payload = patterned([10, 5_000, 70_000, 200_000][i % 4]!, i);
    here.write(payload);
    if (i % 3 === 0) there.write(await within('the question', there.readExactly(payload.length)), { copy: true });
    else {
      const view = target.subarray(0, payload.length);
      await within('the question', there.readInto(view));
      there.write(view);
    }
    assert.ok(payload.equals(await within('the answer', here.readExactly(payload.length))));
  }
  await within('the close', Promise.all([here.close(), there.close()]));
  assert.equal(blockPool.usedBytes, usedBefore);
});

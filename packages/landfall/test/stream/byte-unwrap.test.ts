/** A connection that goes on as a byte stream after it was a frame stream: what is unread comes first, wherever it lay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameStream } from 'landfall';
import { blockPool } from '../../dist/memory/block-pool.js';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf, untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { untilSo } from './byte-streams.js';
import { nextText, openToPeer } from './streams.js';

/** How the frame in front is read. */
const FACES: Record<string, (stream: FrameStream) => Promise<unknown>> = {
  'read()': nextText,
  async 'batches()'(stream) {
    for await (const batch of stream.batches()) if (batch.next()) return;
  },
  async 'batches() that see what follows'(stream) {
    for await (const batch of stream.batches()) {
      assert.ok(batch.next());
      return;
    }
  },
  async iteration(stream) {
    for await (const _ of stream) return;
  },
  'readInto()': (stream) => stream.readInto(new Uint8Array(10)),
  async 'an aborted read'(stream) {
    await nextText(stream);
    hasCode('ERR_TIMEOUT')(await failureOf('read()', stream.read({ timeoutMs: 5 })));
  },
  async 'an aborted readInto()'(stream) {
    await nextText(stream);
    hasCode('ERR_TIMEOUT')(await failureOf('readInto()', stream.readInto(Buffer.alloc(1_000_000), { timeoutMs: 5 })));
  },
};

for (const [name, read] of Object.entries(FACES)) {
  test(`unwrap() after ${name} hands over what is unread first, cut in a header, in a large frame, or nowhere`, async () => {
    const large = frame(patterned(700_000, 1));
    for (const cut of [0, 1, 4, 5, 40_000, 300_000, 700_003]) {
      const usedBefore = blockPool.usedBytes;
      await using both = await openToPeer();
      const { stream, peer } = both;
      const wire = Buffer.concat([frame('first'), large]);
      await peer.send(wire.subarray(0, 9 + cut));
      await within(name, read(stream));
      await loopTurns(3);
      const bytes = stream.unwrap();
      assert.equal(bytes.transport, stream.transport);
      assertCode(await failureOf('the old read()', stream.read()), 'ERR_CLOSED');
      assertCode(await failureOf('the old drain()', stream.drain()), 'ERR_CLOSED');
      await assert.rejects(stream.batches()[Symbol.asyncIterator]().next(), hasCode('ERR_CLOSED'));
      void peer.send(Buffer.concat([wire.subarray(9 + cut), Buffer.from('and a line\r\n')]));
      assert.deepEqual(await within('the header', bytes.readExactly(4)), large.subarray(0, 4));
      const target = Buffer.alloc(700_000);
      assert.equal(await within('the frame', bytes.readInto(target)), 700_000);
      assert.ok(large.subarray(4).equals(target), `cut at ${cut}`);
      assert.equal(await within('the line', bytes.readLine()), 'and a line');
      bytes.write('answer');
      await peer.untilBytes(6);
      assert.equal(blockPool.usedBytes, usedBefore, 'no block is held');
    }
  });
}

test('unwrap() with several whole frames unread, and a flood going on, loses nothing', async () => {
  for (const turns of [0, 1, 2, 5, 30]) {
    await using both = await openToPeer();
    const { stream, peer } = both;
    const flood = patterned(8_000_000, 3);
    const wire = Buffer.concat([...Array.from({ length: 500 }, (_, i) => frame(`frame ${i}`)), flood]);
    peer.socket.end(wire);
    assert.equal(await nextText(stream), 'frame 0');
    assert.equal(await nextText(stream), 'frame 1');
    await loopTurns(turns);
    const bytes = stream.unwrap();
    const from = 2 * frame('frame 0').length;
    const rest = await within('everything', bytes.readToEnd());
    assert.ok(wire.subarray(from).equals(rest), `after ${turns} turns: ${rest.length} of ${wire.length - from}`);
  }
});

test('a large frame that landed in a reader’s view is handed over whole, and the view not written again', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  const wire = frame(patterned(900_000, 1));
  const target = Buffer.alloc(900_000);
  const controller = new AbortController();
  const reading = failureOf('readInto()', stream.readInto(target, { signal: controller.signal }));
  await peer.send(wire.subarray(0, 300_000));
  await untilArrived(stream, 300_000);
  assert.throws(() => stream.unwrap(), hasCode('ERR_BUSY'));
  controller.abort();
  hasCode('ERR_ABORTED')(await reading);
  const bytes = stream.unwrap();
  target.fill(0xa5);
  await peer.send(wire.subarray(300_000));
  assert.ok(wire.equals(await within('the frame', bytes.readExactly(wire.length))));
  assert.ok(target.every((byte) => byte === 0xa5));
});

test('unwrap() after the end was received: what is unread, then the end; writing goes on', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  peer.socket.end(Buffer.concat([frame('first'), frame('second').subarray(0, 7)]));
  assert.equal(await nextText(stream), 'first');
  await failureOf('read()', stream.read());
  const bytes = stream.unwrap();
  assert.deepEqual(await within('readToEnd()', bytes.readToEnd()), frame('second').subarray(0, 7));
  assert.equal(await bytes.read(), null);
  bytes.write('still open');
  await peer.untilBytes(10);
  await within('end()', bytes.end());
  await within('closed', bytes.closed);
});

test('unwrap() of a connection that is lost: what had arrived can be read, then ERR_LOST', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  await peer.send(Buffer.concat([frame('first'), frame('second')]));
  assert.equal(await nextText(stream), 'first');
  peer.socket.resetAndDestroy();
  await within('the loss', stream.closed);
  const bytes = stream.unwrap();
  assert.deepEqual(await within('readExactly()', bytes.readExactly(10)), frame('second'));
  assertCode(await failureOf('read()', bytes.read()), 'ERR_LOST');
  await assert.rejects(bytes.drain(), hasCode('ERR_LOST'));
  await within('close()', bytes.close());
});

test('unwrap() of a stream that is closed, or was unwrapped, is ERR_CLOSED, and takes nothing from its successor', async () => {
  await using closed = await openToPeer();
  const closing = closed.stream.close();
  assert.throws(() => closed.stream.unwrap(), hasCode('ERR_CLOSED'));
  await closing;
  assert.throws(() => closed.stream.unwrap(), hasCode('ERR_CLOSED'));

  await using both = await openToPeer();
  const bytes = both.stream.unwrap();
  const reading = textOf(bytes.readExactly(3));
  assert.throws(() => both.stream.unwrap(), hasCode('ERR_CLOSED'));
  await both.peer.send('abc');
  assert.equal(await reading, 'abc');
});

test('unwrap() while output waits: drain() of the byte stream waits for it', async () => {
  await using both = await openToPeer({ peerReads: false });
  const { stream, peer } = both;
  assert.equal(stream.write(Buffer.alloc(20_000_000)), false);
  const waiting = failureOf('the old drain()', stream.drain());
  const bytes = stream.unwrap();
  assertCode(await waiting, 'ERR_CLOSED');
  let isDrained = false;
  const drained = bytes.drain().then(() => {
    isDrained = true;
  });
  await loopTurns();
  assert.equal(isDrained, false);
  peer.read();
  await within('drain()', drained);
  await peer.untilBytes(20_000_004);
});

test('readInto() after unwrap() copies no more than before', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  await peer.send(frame('upgrade'));
  assert.equal(await nextText(stream), 'upgrade');
  const bytes = stream.unwrap();
  await loopTurns();
  const before = bytes.transport.stats();
  const payload = patterned(20_000_000, 1);
  const target = Buffer.alloc(payload.length);
  const reading = bytes.readInto(target);
  void peer.send(payload);
  await within('readInto()', reading);
  assert.ok(target.equals(payload));
  const copied = bytes.transport.stats().bytesCopied - before.bytesCopied;
  if (bytes.transport.receiveMode === 'direct') assert.ok(copied <= 200, `${copied} bytes were copied`);
  await untilSo('the end of reading', () => bytes.transport.isReading);
});

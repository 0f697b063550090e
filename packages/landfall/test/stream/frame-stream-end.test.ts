/** How streams end: cleanly, in the middle of a frame, by a reset, and by this side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BufferPool,
  delimited,
  type FrameStream,
  type Framing,
  IncompleteError,
  lengthPrefixed,
  lines,
  varintPrefixed,
} from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { nextCopy, nextText, openToPeer } from './streams.js';

/** The next frame by each face; null at the end. */
const FACES: Record<string, (stream: FrameStream) => Promise<Buffer | null>> = {
  'read()': nextCopy,
  async 'readInto()'(stream) {
    const target = Buffer.alloc(2_000_000);
    const bytes = await within('readInto()', stream.readInto(target));
    return bytes === null ? null : target.subarray(0, bytes);
  },
  async iteration(stream) {
    for await (const each of stream) return Buffer.from(each.bytes);
    return null;
  },
  async 'batches()'(stream) {
    for await (const batch of stream.batches()) {
      batch.next();
      return Buffer.from(batch.memory.subarray(batch.start, batch.end));
    }
    return null;
  },
};

function isIncomplete(bytesRead: number, expectedBytes: number | undefined): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof IncompleteError, String(error));
    assert.deepEqual([error.bytesRead, error.expectedBytes], [bytesRead, expectedBytes]);
    return true;
  };
}

for (const [name, next] of Object.entries(FACES)) {
  test(`${name} gets the frames, then null again and again`, async () => {
    await using both = await openToPeer();
    await both.peer.send(Buffer.concat([frame('a'), frame(patterned(70_000, 1)), frame('')]));
    both.peer.end();
    assert.equal((await next(both.stream))?.toString(), 'a');
    assert.ok(patterned(70_000, 1).equals((await next(both.stream))!));
    assert.equal((await next(both.stream))?.length, 0);
    for (let i = 0; i < 3; i++) assert.equal(await next(both.stream), null);
  });

  test(`${name} is told how far a frame had come when the peer ended inside it`, async () => {
    for (const size of [10, 31_000, 40_000, 1_000_000]) {
      for (const bytes of [1, 4, 5, size - 1, size + 3]) {
        await using both = await openToPeer();
        await both.peer.send(Buffer.concat([frame('whole'), frame(patterned(size, 2)).subarray(0, bytes)]));
        both.peer.end();
        assert.equal((await next(both.stream))?.toString(), 'whole');
        const expected = isIncomplete(bytes, bytes < 4 ? undefined : size + 4);
        await assert.rejects(next(both.stream), expected, `${bytes} of ${size}`);
        await assert.rejects(next(both.stream), expected, `${bytes} of ${size}, again`);
      }
    }
  });

  test(`${name} gets the frames that had arrived before a reset, and then what the connection was lost with`, async () => {
    await using both = await openToPeer();
    await both.peer.send(Buffer.concat([frame('a'), frame('b'), frame('c').subarray(0, 3)]));
    assert.equal((await next(both.stream))?.toString(), 'a');
    await untilArrived(both.stream, 13);
    const waiting = next(both.stream).then(() => next(both.stream));
    const refused = assert.rejects(waiting, hasCode('ERR_LOST'));
    both.peer.socket.resetAndDestroy();
    await refused;
    await assert.rejects(next(both.stream), hasCode('ERR_LOST'));
    await both.stream.close();
  });

  test(`${name} that waits is refused when this side closes, and afterwards`, async () => {
    for (const end of ['close', 'abort'] as const) {
      await using both = await openToPeer();
      await both.peer.send(frame('cut').subarray(0, 5));
      const refused = assert.rejects(next(both.stream), hasCode('ERR_CLOSED'));
      await untilArrived(both.stream, 5);
      await both.stream[end]();
      await within('the refusal', refused);
      await assert.rejects(next(both.stream), hasCode('ERR_CLOSED'));
    }
  });

  test(`${name} gets the last line without its line feed, however long it is`, async () => {
    for (const size of [1, 30_000, 40_000, 70_000, 1_500_000]) {
      await using both = await openToPeer({ framing: lines({ maxLineBytes: 2_000_000 }) });
      const last = Buffer.alloc(size, 'last line ');
      await both.peer.send(Buffer.concat([Buffer.from('one\n'), last, Buffer.from('\r')]));
      both.peer.end();
      assert.equal((await next(both.stream))?.toString(), 'one');
      assert.ok(last.equals((await next(both.stream))!), `${size} bytes`);
      assert.equal(await next(both.stream), null);
    }
  });
}

test('the end inside a frame of each framing is an error, with the size if the frame had one', async () => {
  const cases: [Framing, string, number, number | undefined][] = [
    [lengthPrefixed({ lengthBytes: 2, stripHeader: false }), '\0\x05abc', 5, 7],
    [varintPrefixed(), '\x80', 1, undefined],
    [varintPrefixed(), '\x05abc', 4, 6],
    [delimited({ delimiter: '||' }), 'abc|', 4, undefined],
    [delimited({ delimiter: '||' }), 'x'.repeat(100_000), 100_000, undefined],
  ];
  for (const [framing, sent, bytesRead, expectedBytes] of cases) {
    await using both = await openToPeer({ framing });
    await both.peer.send(Buffer.from(sent, 'latin1'));
    both.peer.end();
    await assert.rejects(nextText(both.stream), isIncomplete(bytesRead, expectedBytes), sent.slice(0, 9));
  }
});

test('a skipped line that the end cuts off leaves nothing, and a lone carriage return is no line', async () => {
  await using both = await openToPeer({ framing: lines({ maxLineBytes: 5, oversize: 'skip' }) });
  await both.peer.send(`one\n${'x'.repeat(100_000)}`);
  both.peer.end();
  assert.equal(await nextText(both.stream), 'one');
  assert.equal(await nextText(both.stream), null);
  assert.equal(both.stream.skippedBytes, 100_000);
  await using other = await openToPeer({ framing: lines() });
  await other.peer.send('one\r\n\r');
  other.peer.end();
  assert.equal(await nextText(other.stream), 'one');
  assert.equal(await nextText(other.stream), null);
});

test('a header that cannot be fails every read with the same error, after the loss too; drain tells of the loss', async () => {
  const framing = lengthPrefixed({ lengthBytes: 1, lengthAdjustment: -1 });
  await using both = await openToPeer({ framing, peerReads: false });
  const { stream, peer } = both;
  await peer.send(Buffer.from([2, 65, 0, 1, 1, 1]));
  assert.equal(await nextText(stream), 'A');
  const error: unknown = await within(
    'read()',
    stream.read().catch((thrown: unknown) => thrown),
  );
  const isSame = (other: unknown): boolean => other === error;
  await assert.rejects(Promise.reject(error), hasCode('ERR_FRAME'));
  await assert.rejects(stream.readInto(new Uint8Array(9)), isSame);
  stream.setMaxFrameBytes(100);
  stream.transport.setWriteBufferLimits({ high: 10 });
  for (let i = 0; i < 200_000; i++) if (stream.transport.writeBufferSize < 8_000_000) stream.write(patterned(100, i));
  const drained = assert.rejects(stream.drain(), hasCode('ERR_LOST'));
  peer.socket.resetAndDestroy();
  await within('the loss', drained);
  await assert.rejects(stream.read(), isSame);
  await assert.rejects(stream.drain(), hasCode('ERR_LOST'));
});

test('what was received and not read before the peer left is still read, and the memory goes with close', async () => {
  await using both = await openToPeer();
  await both.peer.send(Buffer.concat([frame('a'), frame('b')]));
  both.peer.end();
  assert.equal(await nextText(both.stream), 'a');
  await both.stream.end();
  await within('the close', both.stream.transport.closed);
  assert.equal(await nextText(both.stream), 'b');
  assert.equal(await nextText(both.stream), null);
  await both.stream.close();
  await both.stream.close();
  await assert.rejects(both.stream.read(), hasCode('ERR_CLOSED'));
});

test('a frame that outgrows its pool fails the reads and gives its memory back, and what is written still leaves', async () => {
  for (const arrived of [16_000, 20_000, 65_536, 131_072]) {
    const pool = new BufferPool({ maxBytes: 40_000 });
    await using both = await openToPeer({ pool });
    const { stream, peer } = both;
    const wire = frame(patterned(2_000_000, 1));
    const refused = assert.rejects(within('read()', stream.read()), hasCode('ERR_LIMIT'));
    await peer.send(wire.subarray(0, arrived));
    peer.socket.write(wire.subarray(arrived));
    await refused;
    assert.equal(pool.stats().usedBytes, 0, `${arrived} bytes in the first piece`);
    stream.write(Buffer.from('answer'));
    await within('flushed()', stream.transport.flushed());
    await peer.untilBytes(10);
    await assert.rejects(stream.read(), hasCode('ERR_LIMIT'));
  }
});

/** Batches: all whole frames of one receive, whatever happens between their steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delimited, type FrameBatch, type FrameCodec, lengthPrefixed } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { frame, patterned, until } from '../framing/frames.js';
import { nextText, openToPeer } from './streams.js';

function textOf(batch: FrameBatch): string {
  return Buffer.from(batch.memory.subarray(batch.start, batch.end)).toString('latin1');
}

/** Steps through a batch. */
function textsOf(batch: FrameBatch): string[] {
  const texts: string[] = [];
  while (batch.next()) texts.push(textOf(batch));
  return texts;
}

test('a batch stays as it was while its reader waits and more arrives, until the next step', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  const payloads = Array.from({ length: 600 }, (_, i) => patterned(i % 50 === 49 ? 100_000 : 300, i));
  const seen: Buffer[] = [];
  await peer.send(Buffer.concat(payloads.slice(0, 100).map(frame)));
  let sent = 100;
  for await (const batch of stream.batches()) {
    const views: Uint8Array[] = [];
    while (batch.next()) views.push(batch.memory.subarray(batch.start, batch.end));
    const next = payloads.slice(sent, sent + 70);
    sent += next.length;
    void peer.send(Buffer.concat(next.map(frame)));
    await loopTurns();
    seen.push(...views.map((view) => Buffer.from(view)));
    if (seen.length === payloads.length) break;
  }
  assert.ok(Buffer.concat(seen).equals(Buffer.concat(payloads)));
});

test('what a batch was not stepped through comes first in the next one, and in a read', async () => {
  await using both = await openToPeer();
  await both.peer.send(Buffer.concat(['a', 'b', 'c', 'd', 'e'].map((text) => frame(text))));
  await untilArrived(both.stream, 25);
  const seen: string[] = [];
  for await (const batch of both.stream.batches()) {
    assert.ok(batch.next());
    seen.push(textOf(batch));
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ['a', 'b', 'c']);
  assert.equal(await nextText(both.stream), 'd');
  assert.equal(await nextText(both.stream), 'e');
});

test('a read between two steps takes the next frame, and the batch goes on behind it', async () => {
  await using both = await openToPeer();
  await both.peer.send(Buffer.concat(['a', 'b', 'c', 'd'].map((text) => frame(text))));
  await untilArrived(both.stream, 20);
  for await (const batch of both.stream.batches()) {
    assert.ok(batch.next());
    assert.equal(textOf(batch), 'a');
    assert.equal(await nextText(both.stream), 'b');
    assert.ok(batch.next());
    assert.equal(textOf(batch), 'c');
    assert.equal(await nextText(both.stream), 'd');
    assert.equal(batch.next(), false);
    await both.peer.send(frame('e'));
    assert.equal(await nextText(both.stream), 'e');
    assert.equal(batch.next(), false);
    break;
  }
});

test('a large frame that is read before its batch is stepped is not in the batch any more', async () => {
  await using both = await openToPeer();
  const payload = patterned(100_000, 9);
  await both.peer.send(frame(payload));
  for await (const batch of both.stream.batches()) {
    using large = await both.stream.read();
    assert.ok(payload.equals(large!.bytes));
    assert.equal(batch.next(), false);
    break;
  }
});

test('a frame of which the batch knows the size passes, though the limit is lowered before the rest arrives', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  await peer.send(Buffer.concat([frame('whole'), frame(patterned(1_000, 1)).subarray(0, 500)]));
  await untilArrived(stream, 509);
  for await (const batch of stream.batches()) {
    assert.deepEqual(textsOf(batch), ['whole']);
    break;
  }
  stream.setMaxFrameBytes(100);
  await peer.send(Buffer.concat([frame(patterned(1_000, 1)).subarray(500), frame(patterned(101, 2))]));
  assert.equal(await nextText(stream), patterned(1_000, 1).toString('latin1'));
  await assert.rejects(within('read()', stream.read()), hasCode('ERR_LIMIT'));
});

test('a delimiter whose halves stand around what is being skipped does not end it early in a batch', async () => {
  const framing = delimited({ delimiter: 'ab', maxFrameBytes: 4, oversize: 'skip' });
  await using both = await openToPeer({ framing });
  await both.peer.send('okabbxxxxa');
  await untilArrived(both.stream, 10);
  const seen: string[] = [];
  for await (const batch of both.stream.batches()) {
    seen.push(...textsOf(batch));
    if (seen.length === 1) await both.peer.send('byesab');
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, ['ok', 'yes']);
  assert.equal(both.stream.skippedBytes, 7);
});

test('oversized frames between others are skipped, a hundred thousand in a row too', async () => {
  const framing = lengthPrefixed({ lengthBytes: 1, maxFrameBytes: 3, oversize: 'skip' });
  await using both = await openToPeer({ framing });
  const skipped = Buffer.alloc(5 * 100_000, Buffer.from([4, 1, 1, 1, 1]));
  await both.peer.send(Buffer.concat([Buffer.from([2, 65, 66]), skipped, Buffer.from([1, 67])]));
  const seen: string[] = [];
  for await (const batch of both.stream.batches()) {
    seen.push(...textsOf(batch));
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, ['AB', 'C']);
  assert.equal(both.stream.skippedBytes, skipped.length);
});

test('in batches, an error comes after the frames in front of it, and again each time', async () => {
  const framing = lengthPrefixed({ lengthBytes: 1, maxFrameBytes: 10 });
  await using both = await openToPeer({ framing });
  await both.peer.send(Buffer.from([1, 65, 1, 66, 11]));
  await untilArrived(both.stream, 5);
  const seen: string[] = [];
  const drainAll = async (): Promise<void> => {
    for await (const batch of both.stream.batches()) while (batch.next()) seen.push(textOf(batch));
  };
  await assert.rejects(within('the batches', drainAll()), hasCode('ERR_LIMIT'));
  assert.deepEqual(seen, ['A', 'B']);
  await assert.rejects(within('the batches', drainAll()), hasCode('ERR_LIMIT'));
  await assert.rejects(both.stream.read(), hasCode('ERR_LIMIT'));
});

test('a batch is over once it was left, or has come to a frame that is skipped', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 3, oversize: 'skip' });
  await using both = await openToPeer({ framing });
  await both.peer.send(Buffer.concat(['a', 'b', 'too long', 'd', 'e'].map((text) => frame(text))));
  await untilArrived(both.stream, 32);
  let kept!: FrameBatch;
  for await (const batch of both.stream.batches()) {
    kept = batch;
    assert.deepEqual(textsOf(batch), ['a', 'b']);
    assert.equal(batch.next(), false);
    break;
  }
  assert.equal(kept.next(), false);
  for await (const batch of both.stream.batches()) {
    kept = batch;
    assert.ok(batch.next());
    assert.equal(textOf(batch), 'd');
    break;
  }
  assert.equal(kept.next(), false);
  assert.equal(await nextText(both.stream), 'e');
});

test('two batches at a time share the frames, also where one ends inside a frame that the other has whole', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  await peer.send(Buffer.concat([frame('a'), frame('b'), frame('ccccc').subarray(0, 6)]));
  await untilArrived(stream, 16);
  const first = stream.batches()[Symbol.asyncIterator]();
  const second = stream.batches()[Symbol.asyncIterator]();
  const early = (await first.next()).value as FrameBatch;
  assert.ok(early.next());
  await peer.send(Buffer.concat([frame('ccccc').subarray(6), frame('dd'), frame('e')]));
  await until(() => {
    // Nobody waits, so each receive pauses.
    stream.transport.resumeReading();
    return stream.transport.stats().bytesReceived === 30;
  });
  const late = (await second.next()).value as FrameBatch;
  assert.ok(late.next());
  assert.equal(textOf(late), 'b');
  assert.equal(early.next(), false);
  assert.deepEqual(textsOf(late), ['ccccc', 'dd', 'e']);
  await first.return!();
  await second.return!();
  await peer.send(frame('last'));
  assert.equal(await nextText(stream), 'last');
});

test('a framing of one’s own that answers nonsense in the middle of a batch fails it', async () => {
  let scans = 0;
  const codec: FrameCodec = {
    headerBytes: 0,
    trailerBytes: 0,
    scan: () => (scans++ === 0 ? 1 : Number.NaN),
    encode() {},
  };
  await using both = await openToPeer({ framing: { maxFrameBytes: 100, createCodec: () => codec } });
  await both.peer.send('abc');
  const drainAll = async (): Promise<void> => {
    for await (const batch of both.stream.batches()) while (batch.next());
  };
  await assert.rejects(within('the batches', drainAll()), hasCode('ERR_PROTOCOL'));
});

/** What is told of frames that a FrameStream's reader takes, and of those it sends. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import type { FrameReceivedMessage, FrameSentMessage, FrameStream } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { untilReceivedBytes } from '../stream/byte-streams.js';
import { nextText, openToPeer } from '../stream/streams.js';

/** Copies of the payloads of received frames, made while they are borrowed. */
function payloads(): Disposable & { readonly texts: string[] } {
  const texts: string[] = [];
  const note = (message: unknown): void => {
    const { memory, start, end } = message as FrameReceivedMessage;
    texts.push(Buffer.from(memory.subarray(start, end)).toString('latin1'));
  };
  subscribe('landfall:frame:received', note);
  return { texts, [Symbol.dispose]: () => void unsubscribe('landfall:frame:received', note) };
}

const TEXTS = ['one', '', 'three', patterned(100_000, 3).toString('latin1'), 'five'];
const WIRE = Buffer.concat(TEXTS.map((text) => frame(Buffer.from(text, 'latin1'))));

type Reader = (stream: FrameStream) => Promise<void>;

const READERS: Readonly<Record<string, Reader>> = {
  'read()': async (stream) => {
    for (const text of TEXTS) assert.equal(await nextText(stream), text);
  },
  'readInto()': async (stream) => {
    const target = new Uint8Array(200_000);
    for (const text of TEXTS) assert.equal(await within('readInto()', stream.readInto(target)), text.length);
  },
  iteration: async (stream) => {
    let left = TEXTS.length;
    for await (const { bytes } of stream) {
      assert.equal(bytes.length, TEXTS.at(-left)!.length);
      if (--left === 0) break;
    }
  },
  'batches()': async (stream) => {
    const seen: string[] = [];
    for await (const batch of stream.batches()) {
      while (batch.next()) seen.push(Buffer.from(batch.memory.subarray(batch.start, batch.end)).toString('latin1'));
      if (seen.length === TEXTS.length) break;
    }
    assert.deepEqual(seen, TEXTS);
  },
};

for (const [name, read] of Object.entries(READERS)) {
  test(`frames that are taken by ${name} are told of once each, in order`, async () => {
    using told = payloads();
    await using connection = await openToPeer();
    const reading = read(connection.stream);
    await connection.peer.send(WIRE);
    await within(name, reading);
    assert.deepEqual(told.texts, TEXTS);
  });

  test(`nothing that waits for ${name} is told of before it is taken`, async () => {
    using told = payloads();
    await using connection = await openToPeer();
    await connection.peer.send(WIRE.subarray(0, 20));
    await untilReceivedBytes(connection.stream, 20);
    assert.deepEqual(told.texts, []);
    const reading = read(connection.stream);
    await connection.peer.send(WIRE.subarray(20));
    await within(name, reading);
    assert.deepEqual(told.texts, TEXTS);
  });
}

test('a frame that does not fit, and a read that is aborted, take nothing and tell nothing', async () => {
  using told = payloads();
  await using connection = await openToPeer();
  const { stream, peer } = connection;
  await assert.rejects(stream.read({ timeoutMs: 1 }), hasCode('ERR_TIMEOUT'));
  await peer.send(frame('too large'));
  await assert.rejects(within('readInto()', stream.readInto(new Uint8Array(3))), hasCode('ERR_LIMIT'));
  assert.deepEqual(told.texts, []);
  assert.equal(await nextText(stream), 'too large');
  assert.deepEqual(told.texts, ['too large']);
});

test('what is not stepped through is told of in the batch in which it is', async () => {
  using told = payloads();
  await using connection = await openToPeer();
  const { stream, peer } = connection;
  await peer.send(Buffer.concat(['a', 'b', 'c'].map(frame)));
  await untilReceivedBytes(stream, 15);
  const batches = stream.batches()[Symbol.asyncIterator]();
  const first = (await within('a batch', batches.next())).value!;
  assert.equal(first.next(), true);
  assert.deepEqual(told.texts, ['a']);
  const second = (await within('a batch', batches.next())).value!;
  while (second.next()) assert.ok(told.texts.length <= 3);
  assert.deepEqual(told.texts, ['a', 'b', 'c']);
  await batches.return?.();
});

test('frames that a stream writes are told of', async () => {
  const sent: string[] = [];
  const note = (message: unknown): void => {
    sent.push(Buffer.concat((message as FrameSentMessage).payload).toString());
  };
  subscribe('landfall:frame:sent', note);
  await using connection = await openToPeer();
  const { stream, peer } = connection;
  stream.write(Buffer.from('hello'));
  await peer.send(frame('a lease'));
  stream.write((await within('read()', stream.read()))!);
  await peer.untilBytes(frame('hello').length + frame('a lease').length);
  unsubscribe('landfall:frame:sent', note);
  assert.deepEqual(sent, ['hello', 'a lease']);
});

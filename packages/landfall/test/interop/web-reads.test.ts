/** The readable half of `toWeb()`: what lands in readers' own views, and what readers of both kinds get. */
import assert from 'node:assert/strict';
import type { ReadableStreamBYOBReader } from 'node:stream/web';
import { test } from 'node:test';
import { unhandledRejections } from '../../dist/testing/transport/breakage.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { STREAM_ENDS, streamAndSocket } from '../support/byte-streams.js';
import { Peer } from '../support/peer.js';

/** Reads so many bytes (or all) through views of `viewBytes` in one buffer that goes back and forth. */
async function readAll(
  reader: ReadableStreamBYOBReader,
  viewBytes: number,
  take: (view: Uint8Array) => void,
): Promise<void> {
  let memory = new ArrayBuffer(viewBytes);
  for (;;) {
    const { value, done } = await within('a read', reader.read(new Uint8Array(memory)));
    if (done) return;
    take(value);
    memory = value.buffer as ArrayBuffer;
  }
}

for (const { family, side } of STREAM_ENDS) {
  test(`views of any size receive 3 MB as it was sent, then the end (${family}, ${side})`, async () => {
    const sent = patterned(3_000_000, 1);
    for (const viewBytes of [100_003, 4_096, 16_384, 1_000_000, 5_000_000]) {
      await using ends = await streamAndSocket(family, side);
      const reader = ends.stream.toWeb().readable.getReader({ mode: 'byob' });
      const chunks: Buffer[] = [];
      ends.socket.end(sent);
      await readAll(reader, viewBytes, (view) => chunks.push(Buffer.from(view)));
      assert.ok(sent.equals(Buffer.concat(chunks)), `views of ${viewBytes} bytes`);
    }
  });
}

test('small views receive a little each, in order', async () => {
  await using ends = await streamAndSocket();
  const reader = ends.stream.toWeb().readable.getReader({ mode: 'byob' });
  const sent = patterned(10_000, 2);
  ends.socket.end(sent);
  for (const viewBytes of [1, 7, 100]) {
    const { value } = await within('a read', reader.read(new Uint8Array(viewBytes)));
    assert.deepEqual(value, new Uint8Array(sent.subarray(0, viewBytes)));
    sent.copyWithin(0, viewBytes);
  }
});

test('100 MB land in the views themselves: nearly nothing is copied', async () => {
  await using ends = await streamAndSocket();
  const { stream, socket } = ends;
  assert.equal(stream.transport.receiveMode, 'direct');
  const reader = stream.toWeb().readable.getReader({ mode: 'byob' });
  const bytes = 100_000_000;
  socket.end(Buffer.alloc(bytes, 1));
  let received = 0;
  await readAll(reader, 1 << 20, (view) => {
    received += view.length;
  });
  assert.equal(received, bytes);
  const { bytesCopied, bytesReceived } = stream.transport.stats();
  assert.ok(bytesCopied / bytesReceived < 0.01, `${bytesCopied} of ${bytesReceived} bytes were copied`);
});

test('a view is filled in its own part of its memory, of any type, and nothing around it changes', async () => {
  await using ends = await streamAndSocket();
  const reader = ends.stream.toWeb().readable.getReader({ mode: 'byob' });
  ends.socket.write(Buffer.alloc(64, 0xab));
  const memory = new Uint8Array(100_000).fill(1).buffer;
  const read = await within('a read', reader.read(new Uint32Array(memory, 1_000, 16)));
  const { buffer, byteOffset, byteLength } = read.value as Uint32Array;
  assert.equal(memory.byteLength, 0, 'the memory is the reader’s no more');
  assert.ok(read.value instanceof Uint32Array);
  assert.deepEqual([byteOffset, byteLength % 4], [1_000, 0]);
  const around = new Uint8Array(buffer);
  assert.ok(around.subarray(1_000, 1_000 + byteLength).every((byte) => byte === 0xab));
  around.fill(1, 1_000, 1_000 + byteLength);
  assert.ok(around.every((byte) => byte === 1));
});

test('an end inside an element fails the read, and the connection still closes with the writer', async () => {
  await using ends = await streamAndSocket();
  const { readable, writable } = ends.stream.toWeb();
  const reader = readable.getReader({ mode: 'byob' });
  ends.socket.end('123456');
  const { value } = await within('a read', reader.read(new Uint32Array(8)));
  assert.equal(value!.length, 1);
  await assert.rejects(within('the cut element', reader.read(new Uint32Array(8))), TypeError);
  const writer = writable.getWriter();
  await within('close()', writer.close());
  await within('the close', ends.stream.closed);
});

test('a default reader gets chunks of its own, until the end', async () => {
  await using ends = await streamAndSocket();
  const { readable } = ends.stream.toWeb();
  const sent = patterned(5_000_000, 3);
  ends.socket.end(sent);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  assert.ok(sent.equals(Buffer.concat(chunks)));
});

test('a reader may be exchanged for one of the other kind between reads', async () => {
  await using ends = await streamAndSocket();
  const { readable } = ends.stream.toWeb();
  ends.socket.write('1234567890');
  const bySize = readable.getReader({ mode: 'byob' });
  const first = await within('a read', bySize.read(new Uint8Array(4)));
  assert.equal(Buffer.from(first.value!).toString(), '1234');
  bySize.releaseLock();
  const byDefault = readable.getReader();
  const second = await within('a read', byDefault.read());
  assert.equal(Buffer.from(second.value!).toString(), '567890');
});

test('a reader released while it waits leaves what comes to the next one', async () => {
  await using ends = await streamAndSocket();
  const { readable } = ends.stream.toWeb();
  const impatient = readable.getReader({ mode: 'byob' });
  const left = assert.rejects(impatient.read(new Uint8Array(100_000)), TypeError);
  await loopTurns();
  impatient.releaseLock();
  await within('the read that was left', left);
  const next = readable.getReader({ mode: 'byob' }).read(new Uint8Array(100_000));
  ends.socket.write('for the next');
  const { value } = await within('a read', next);
  assert.equal(Buffer.from(value!).toString(), 'for the next');
});

test('both branches of a tee get everything', async () => {
  await using ends = await streamAndSocket();
  const [one, other] = ends.stream.toWeb().readable.tee();
  const sent = patterned(3_000_000, 4);
  ends.socket.end(sent);
  const received = await within(
    'both branches',
    Promise.all(
      [one, other].map(async (branch) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of branch) chunks.push(chunk);
        return Buffer.concat(chunks);
      }),
    ),
  );
  assert.ok(received.every((bytes) => sent.equals(bytes)));
});

for (const mode of ['byob', 'default'] as const) {
  test(`cancelling while a read waits ends the read, and writing goes on (${mode} reader)`, async () => {
    await using rejections = unhandledRejections();
    await using ends = await streamAndSocket();
    const peer = new Peer(ends.socket, true);
    const { readable, writable } = ends.stream.toWeb();
    const reader = mode === 'byob' ? readable.getReader({ mode }) : readable.getReader();
    const read = reader.read(new Uint8Array(100_000));
    await loopTurns();
    await within('cancel()', reader.cancel(new Error('enough')));
    assert.equal((await within('the read', read)).done, true);
    const writer = writable.getWriter();
    await within('write()', writer.write(Buffer.from('still here')));
    const closing = within('close()', writer.close());
    await peer.untilEnd();
    peer.end();
    await closing;
    assert.equal(peer.receivedCopy().toString(), 'still here');
    await within('the close', ends.stream.closed);
    assert.deepEqual(rejections.reasons, []);
  });
}

test('a reader with a view, which comes while the stream reads for one that has gone, hears of the end', async () => {
  await using ends = await streamAndSocket();
  const { readable } = ends.stream.toWeb();
  const gone = readable.getReader();
  const refused = assert.rejects(gone.read(), TypeError);
  await loopTurns();
  gone.releaseLock();
  await refused;
  const reading = readable.getReader({ mode: 'byob' }).read(new Uint8Array(10));
  ends.socket.end();
  const { value, done } = await within('the end', reading);
  assert.equal(done, true);
  assert.equal(value?.byteLength, 0);
});

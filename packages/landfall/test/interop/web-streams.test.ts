/** `toWeb()` as a whole: pipes, writes, losses and ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { TransformStream } from 'node:stream/web';
import { test } from 'node:test';
import { hasCode } from '../../dist/testing/codes.js';
import { unhandledRejections } from '../../dist/testing/transport/breakage.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { streamAndSocket } from '../support/byte-streams.js';
import { Peer } from '../support/peer.js';

test('aborting the writer ends the connection, and fails a read that waits', async () => {
  await using rejections = unhandledRejections();
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const { readable, writable } = ends.stream.toWeb();
  const read = assert.rejects(readable.getReader().read(), hasCode('ERR_CLOSED'));
  await loopTurns();
  await within('abort()', writable.abort(new Error('as asked')));
  await within('the read', read);
  await peer.untilGone();
  await within('the close', ends.stream.closed);
  assert.deepEqual(rejections.reasons, []);
});

test('a pipe through a transformation sends back 10 MB, changed, and closes when both sides have ended', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const { readable, writable } = ends.stream.toWeb();
  const inverted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => controller.enqueue(chunk.map((byte) => byte ^ 0xff)),
  });
  const piped = readable.pipeThrough(inverted).pipeTo(writable);
  const sent = patterned(10_000_000, 5);
  ends.socket.end(sent);
  await within('the pipe', piped);
  await peer.untilEnd();
  assert.ok(Buffer.from(sent.map((byte) => byte ^ 0xff)).equals(peer.receivedCopy()));
  await within('the close', ends.stream.closed);
});

test('a pipe to a writer whose peer does not read takes no more than fits, and goes on with it', async () => {
  await using from = await streamAndSocket();
  await using to = await streamAndSocket();
  const peer = new Peer(to.socket, false);
  const piped = from.stream.toWeb().readable.pipeTo(to.stream.toWeb().writable);
  from.socket.end(Buffer.alloc(40_000_000));
  await loopTurns(300);
  const held = from.stream.transport.stats().bytesReceived - to.stream.transport.stats().bytesSent;
  assert.ok(held < 1_000_000, `${held} bytes are held`);
  peer.read();
  await within('the pipe', piped);
  await peer.untilEnd();
  assert.equal(peer.bytesReceived, 40_000_000);
});

for (const mode of ['byob', 'default'] as const) {
  test(`a reset fails the read that waits, and every write after it (${mode} reader)`, async () => {
    await using rejections = unhandledRejections();
    await using ends = await streamAndSocket();
    const { readable, writable } = ends.stream.toWeb();
    const reader = mode === 'byob' ? readable.getReader({ mode }) : readable.getReader();
    const read = assert.rejects(reader.read(new Uint8Array(100_000)), hasCode('ERR_LOST'));
    await loopTurns();
    ends.socket.resetAndDestroy();
    await within('the read', read);
    await within('closed', assert.rejects(reader.closed, hasCode('ERR_LOST')));
    const writer = writable.getWriter();
    const closed = assert.rejects(writer.closed, hasCode('ERR_LOST'));
    await assert.rejects(within('a write', writer.write(Buffer.alloc(10))), hasCode('ERR_LOST'));
    await within('closed', closed);
    assert.deepEqual(rejections.reasons, []);
  });
}

for (const bytes of [100, 8_192]) {
  test(`a write of ${bytes} bytes that comes too late fails`, async () => {
    for (const isOver of [true, false]) {
      await using ends = await streamAndSocket();
      const writer = ends.stream.toWeb().writable.getWriter();
      const closed = assert.rejects(writer.closed, hasCode('ERR_CLOSED'));
      ends.stream.transport.abort();
      if (isOver) await within('the close', ends.stream.closed);
      await assert.rejects(within('a write', writer.write(Buffer.alloc(bytes))), hasCode('ERR_CLOSED'));
      await within('closed', closed);
    }
  });
}

test('a write that waits when the connection breaks fails', async () => {
  await using ends = await streamAndSocket();
  const writer = ends.stream.toWeb().writable.getWriter();
  const closed = assert.rejects(writer.closed, hasCode('ERR_LOST'));
  const wrote = assert.rejects(writer.write(Buffer.alloc(20_000_000)), hasCode('ERR_LOST'));
  await loopTurns();
  ends.socket.resetAndDestroy();
  await within('the write', wrote);
  await within('closed', closed);
});

test('a chunk may be changed once its write has settled', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const writer = ends.stream.toWeb().writable.getWriter();
  const sent: Buffer[] = [];
  for (const size of [1, 100, 4_095, 4_096, 70_000, 3_000_000]) {
    const chunk = Buffer.alloc(size);
    for (let i = 1; i <= 10; i++) {
      chunk.fill(i);
      sent.push(Buffer.from(chunk));
      await within('write()', writer.write(chunk));
      chunk.fill(0xff);
    }
  }
  ends.socket.end();
  const closing = writer.close();
  await peer.untilEnd();
  assert.ok(Buffer.concat(sent).equals(peer.receivedCopy()));
  await within('close()', closing);
});

test('closing the writer ends this side alone; the connection closes when the reader has seen the end', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const { readable, writable } = ends.stream.toWeb();
  const writer = writable.getWriter();
  void writer.write(Buffer.from('question'));
  await within('close()', writer.close());
  await peer.untilEnd();
  await peer.send('answer');
  const reader = readable.getReader();
  assert.equal(Buffer.from((await within('a read', reader.read())).value!).toString(), 'answer');
  const ended = within('the end', reader.read());
  const closed = once(ends.socket, 'close');
  peer.end();
  assert.equal((await ended).done, true);
  await within('the close of the peer', closed);
  await within('the close', ends.stream.closed);
});

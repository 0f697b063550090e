/** `toNode()` under what Node has for streams: pipelines, back-pressure, half-open, iteration, its ends. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { STREAM_ENDS, streamAndSocket } from '../support/byte-streams.js';
import { Peer } from '../support/peer.js';

const CHUNK_BYTES = 250_000;
const CHUNK = patterned(CHUNK_BYTES, 1);

/** Bytes in chunks, each different from the one before it. */
function* chunksOf(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
    const chunk = Buffer.from(CHUNK.subarray(0, Math.min(CHUNK_BYTES, bytes - sent)));
    chunk.writeUInt32LE(sent, 0);
    yield chunk;
  }
}

/** Where a pipeline ends: counts, and hashes. */
class Sink extends Writable {
  readonly #hash = createHash('sha1');
  bytes = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
    done();
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

for (const { family, side } of STREAM_ENDS) {
  const megabytes = family === 'TCP' ? 100 : 20;
  test(`a pipeline sends ${megabytes} MB to an echo, and gets the same back (${family}, ${side})`, async () => {
    await using ends = await streamAndSocket(family, side);
    ends.socket.pipe(ends.socket);
    const sent = createHash('sha1');
    const bytes = megabytes * 1_000_000;
    async function* source(): AsyncGenerator<Buffer> {
      for (const chunk of chunksOf(bytes)) {
        sent.update(chunk);
        yield chunk;
      }
    }
    const duplex = ends.stream.toNode();
    duplex.allowHalfOpen = true;
    const sink = new Sink();
    await within('the pipeline', pipeline(source, duplex, sink), 20_000);
    assert.equal(sink.bytes, bytes);
    assert.equal(sink.digest(), sent.digest('hex'));
    await within('the close', ends.stream.closed);
  });

  test(`a pipeline through a stream of ours as the echo gives back 10 MB (${family}, ${side})`, async () => {
    await using ends = await streamAndSocket(family, side);
    const duplex = ends.stream.toNode();
    duplex.allowHalfOpen = true;
    const echo = pipeline(duplex, new PassThrough(), duplex);
    const sent = new Sink();
    const sink = new Sink();
    for (const chunk of chunksOf(10_000_000)) sent.write(chunk);
    await within('the exchange', pipeline(chunksOf(10_000_000), ends.socket, sink));
    await within('the echo', echo);
    assert.equal(sink.bytes, 10_000_000);
    assert.equal(sink.digest(), sent.digest());
  });
}

test('a reader that stops stops the sender, and gets everything when it goes on', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  const bytes = 40_000_000;
  let isSent = false;
  ends.socket.write(Buffer.alloc(bytes, 7), () => (isSent = true));
  ends.socket.end();
  await within('the first bytes', once(duplex, 'readable'));
  await loopTurns(200);
  assert.equal(isSent, false);
  assert.ok(duplex.bytesRead <= 1_000_000, `${duplex.bytesRead} bytes were received`);
  const sink = new Sink();
  duplex.pipe(sink);
  await within('the rest', finished(sink));
  assert.equal(sink.bytes, bytes);
});

test('a peer that stops reading stops the writer, whose drain comes when it goes on', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, false);
  const duplex = ends.stream.toNode();
  let written = 0;
  while (written < 40_000_000) {
    written += CHUNK_BYTES;
    if (duplex.write(CHUNK)) continue;
    const drained = once(duplex, 'drain');
    if ((await Promise.race([drained, loopTurns(200)])) === undefined) break;
  }
  assert.ok(written < 40_000_000, 'nothing stopped the writer');
  assert.ok(duplex.writableLength + ends.stream.transport.writeBufferSize <= 3 * CHUNK_BYTES);
  const drained = once(duplex, 'drain');
  peer.read();
  await within('drain', drained);
  duplex.end();
  await peer.untilEnd();
  assert.equal(peer.bytesReceived, written);
});

test('a buffer that is changed as soon as its write is done was sent as it was', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  const sizes = [1, 100, 4_095, 4_096, 70_000, 1_000_000];
  const sent: Buffer[] = [];
  for (const size of sizes) {
    const buffer = Buffer.alloc(size);
    for (let i = 1; i <= 20; i++) {
      buffer.fill(i);
      sent.push(Buffer.from(buffer));
      await within('the write', new Promise((resolve) => duplex.write(buffer, resolve)));
      buffer.fill(0xff);
    }
  }
  duplex.end();
  await peer.untilEnd();
  assert.ok(Buffer.concat(sent).equals(peer.receivedCopy()));
});

test('what was written together is sent in order, texts and bytes, small and large', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  const sent: Buffer[] = [];
  duplex.cork();
  for (let i = 0; i < 500; i++) {
    const part = patterned(i % 50 === 0 ? 100_000 : i, i);
    sent.push(part, Buffer.from(`é${i}`));
    duplex.write(part);
    duplex.write(`é${i}`);
  }
  duplex.uncork();
  duplex.end('the end');
  await peer.untilEnd();
  assert.ok(Buffer.concat([...sent, Buffer.from('the end')]).equals(peer.receivedCopy()));
});

test('end() sends everything first, and finish comes when it has left', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, false);
  const duplex = ends.stream.toNode();
  duplex.end(Buffer.alloc(10_000_000, 3));
  let hasFinished = false;
  duplex.on('finish', () => (hasFinished = true));
  await loopTurns(50);
  assert.equal(hasFinished, false);
  peer.read();
  await within('finish', finished(duplex, { readable: false }));
  assert.equal(ends.stream.transport.writeBufferSize, 0);
  await peer.untilEnd();
  assert.equal(peer.bytesReceived, 10_000_000);
});

test("after the peer's end a stream ends too, what was written first", async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  assert.equal(duplex.allowHalfOpen, false);
  duplex.write(Buffer.alloc(5_000_000, 1));
  peer.end();
  duplex.resume();
  await within('close', once(duplex, 'close'));
  await peer.untilEnd();
  assert.equal(peer.bytesReceived, 5_000_000);
});

test('with allowHalfOpen a stream writes on after the end of its peer', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  duplex.allowHalfOpen = true;
  peer.end();
  duplex.resume();
  await within('end', once(duplex, 'end'));
  await loopTurns();
  assert.equal(duplex.readyState, 'writeOnly');
  const closed = once(duplex, 'close');
  duplex.end('afterwards');
  await peer.untilEnd();
  assert.equal(peer.receivedCopy().toString(), 'afterwards');
  await within('close', closed);
  assert.equal(duplex.readyState, 'closed');
});

test('what arrived before the end is read after it, however late', async () => {
  await using ends = await streamAndSocket();
  const duplex = ends.stream.toNode();
  ends.socket.end(Buffer.alloc(50_000, 9));
  await within('the first bytes', once(duplex, 'readable'));
  await loopTurns(50);
  const chunks: Buffer[] = [];
  for await (const chunk of duplex) chunks.push(chunk as Buffer);
  assert.equal(Buffer.concat(chunks).length, 50_000);
});

test('iteration gives the bytes until the end; leaving it destroys', async () => {
  await using ends = await streamAndSocket();
  const peer = new Peer(ends.socket, true);
  const duplex = ends.stream.toNode();
  peer.end();
  let rounds = 0;
  for await (const _ of duplex) rounds++;
  assert.equal(rounds, 0);

  await using more = await streamAndSocket();
  const other = new Peer(more.socket, true);
  await other.send('one');
  const left = more.stream.toNode();
  for await (const chunk of left) {
    assert.equal(String(chunk), 'one');
    break;
  }
  assert.equal(left.destroyed, true);
  await other.untilGone();
});

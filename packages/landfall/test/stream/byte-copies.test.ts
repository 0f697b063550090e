/** What reading bytes costs in copies. Where everything is copied anyway, only what is read is checked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteStream } from 'landfall';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { bytesToPeer, untilStill } from './byte-streams.js';

const MIB = 1024 * 1024;

/** Copied bytes for each that arrived, since `before`. */
function copiesPerByte(stream: ByteStream, before = { bytesCopied: 0, bytesReceived: 0 }): number {
  const { bytesCopied, bytesReceived } = stream.transport.stats();
  return (bytesCopied - before.bytesCopied) / (bytesReceived - before.bytesReceived);
}

function assertCopies(stream: ByteStream, most: number, before?: { bytesCopied: number; bytesReceived: number }): void {
  const copies = copiesPerByte(stream, before);
  if (stream.transport.receiveMode === 'copy') assert.ok(copies >= 1, `${copies} copies per byte`);
  else assert.ok(copies <= most, `${copies} copies per byte, ${most} are allowed`);
}

test('readInto() of 100 MB from an idle stream copies at most one byte of 100,000', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = patterned(100_000_000, 1);
  const target = Buffer.alloc(payload.length);
  await loopTurns();
  const reading = stream.readInto(target);
  const sent = peer.send(payload);
  assert.equal(await within('readInto()', reading), payload.length);
  await sent;
  assert.ok(target.equals(payload));
  assertCopies(stream, 0.00001);
});

test('100 MB again and again: what is copied does not grow with reads before, of any kind', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = patterned(20_000_000, 1);
  const target = Buffer.alloc(payload.length);
  for (const kind of ['idle', 'after readExactly()', 'after readInto()', 'after read()']) {
    if (kind.includes('readExactly')) {
      void peer.send('abcd');
      await within(kind, stream.readExactly(4));
    } else if (kind.includes('read()')) {
      void peer.send('abcd');
      while ((await stream.read())!.length === 0);
      await untilStill(stream, 5);
    }
    const before = stream.transport.stats();
    const reading = stream.readInto(target);
    const sent = peer.send(payload);
    await within('readInto()', reading);
    await sent;
    assert.ok(target.equals(payload));
    assertCopies(stream, 0.00002, before);
  }
});

const HEADER_BYTES = 8;
const BODIES = 40;

/** Reads of a header and a body, with the next ones always waiting in the kernel. */
const BODY_WAYS: Record<string, (stream: ByteStream, target: Buffer) => Promise<Uint8Array>> = {
  async 'readInto()'(stream, target) {
    assert.equal(await stream.readInto(target), MIB);
    return target;
  },
  'readExactly()': (stream) => stream.readExactly(MIB),
};

for (const [name, readBody] of Object.entries(BODY_WAYS)) {
  test(`a header of 8 bytes and ${name} of 1 MiB, back to back, copy at most one byte of 1,000 with data waiting`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const body = patterned(MIB, 1);
    const wire = Buffer.concat(Array.from({ length: BODIES }, () => [Buffer.alloc(HEADER_BYTES, 1), body]).flat());
    const sent = peer.send(wire);
    const target = Buffer.alloc(MIB);
    const header = Buffer.alloc(HEADER_BYTES);
    // The first one is what the stream learns from.
    await within('the first header', stream.readInto(header));
    await within('the first body', readBody(stream, target));
    const before = stream.transport.stats();
    for (let i = 1; i < BODIES; i++) {
      await within('a header', stream.readInto(header));
      assert.ok(header.every((byte) => byte === 1));
      assert.ok(body.equals(await within('a body', readBody(stream, target))));
    }
    await sent;
    assertCopies(stream, name === 'readInto()' ? 0.001 : 1, before);
  });
}

test('a burst that is read piece by piece is copied once', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = patterned(10 * MIB, 1);
  const sent = peer.send(payload);
  await untilArrived(stream, 1);
  for (let at = 0; at < payload.length; ) {
    const piece = (await within('read()', stream.read(MIB)))!;
    assert.ok(payload.subarray(at, at + piece.length).equals(piece));
    assert.equal(piece.buffer.byteLength, piece.length, 'it holds on to no more memory than its own');
    at += piece.length;
  }
  await sent;
  // Once when it is taken, and the first receive when it was kept.
  assertCopies(stream, 1.2);
});

test('what is gathered lands in blocks, and is copied once, when it is taken', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = patterned(10 * MIB, 1);
  peer.socket.end(payload);
  assert.ok(payload.equals(await within('readToEnd()', stream.readToEnd())));
  assertCopies(stream, 1.2);
});

test('after a large readInto() smaller reads take few receives, not one for each strip of 16 bytes', async () => {
  const ways: ((stream: ByteStream, bytes: number) => Promise<unknown>)[] = [
    (stream, bytes) => stream.readInto(Buffer.alloc(bytes)),
    (stream, bytes) => stream.readExactly(bytes),
  ];
  for (const read of ways) {
    for (const bytes of [100, 3_000, 4_000]) {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      void peer.send(Buffer.alloc(MIB));
      await within('readInto()', stream.readInto(Buffer.alloc(MIB)));
      await loopTurns();
      const before = stream.transport.stats();
      const reading = read(stream, bytes);
      await peer.send(Buffer.alloc(bytes));
      await within('the read', reading);
      const reads = stream.transport.stats().reads - before.reads;
      assert.ok(reads <= 4, `${reads} receives for ${bytes} bytes`);
    }
  }
});

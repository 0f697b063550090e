import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type FrameStream,
  type Framing,
  type LandfallError,
  lengthPrefixed,
  lines,
  openFrames,
  serveFrames,
} from 'landfall';
import { seededFeed } from 'landfall/testing';
import { blockPool } from '../../dist/memory/block-pool.js';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned, until } from '../framing/frames.js';

const FRAMING = lengthPrefixed({ lengthBytes: 4 });

/** A frame stream, and the raw socket at its other end. */
async function streamAndPeer(framing: Framing = FRAMING): Promise<{ frames: FrameStream; peer: net.Socket }> {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  const { port } = server.address() as net.AddressInfo;
  const frames = await openFrames({ host: '127.0.0.1', port, framing });
  const [peer] = await accepted;
  peer.on('error', () => peer.destroy());
  server.close();
  return { frames, peer };
}

const code =
  (wanted: string) =>
  (error: LandfallError): boolean =>
    error.code === wanted;

/** The next payload as a copy; null at the end. */
async function next(frames: FrameStream): Promise<Buffer | null> {
  const lease = await within('a frame', frames.read());
  if (lease === null) return null;
  const payload = Buffer.from(lease.bytes);
  lease.release();
  return payload;
}

const SIZES = [0, 1, 100, 4_000, 32_767, 33_000, 65_536, 300_000, 1_000_000, 5, 0, 70_000];

test('frames of all sizes are read whole and in order by every way of reading, however they are cut', async () => {
  const payloads = SIZES.map((size, i) => patterned(size, i));
  const wire = Buffer.concat(payloads.map((payload) => frame(payload)));
  for (const way of ['read', 'readInto', 'iteration', 'batches'] as const) {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom(50, 3_000, 100_000, 3_000_000), async (seed, pieceBytesMax) => {
        const { frames, peer } = await streamAndPeer();
        for (const piece of seededFeed(wire, seed, pieceBytesMax)) peer.write(piece);
        peer.end();
        const received = await within(way, READERS[way](frames), 20_000);
        assert.equal(received.length, payloads.length);
        for (const [i, payload] of payloads.entries()) assert.ok(payload.equals(received[i]!), `frame ${i} by ${way}`);
        await frames.close();
      }),
      { numRuns: 6 },
    );
  }
});

const READERS = {
  async read(frames: FrameStream): Promise<Buffer[]> {
    const received: Buffer[] = [];
    for (;;) {
      const payload = await next(frames);
      if (payload === null) return received;
      received.push(payload);
    }
  },
  async readInto(frames: FrameStream): Promise<Buffer[]> {
    const received: Buffer[] = [];
    const target = new Uint8Array(1_000_000);
    for (;;) {
      const bytes = await frames.readInto(target);
      if (bytes === null) return received;
      received.push(Buffer.from(target.subarray(0, bytes)));
    }
  },
  async iteration(frames: FrameStream): Promise<Buffer[]> {
    const received: Buffer[] = [];
    for await (const lease of frames) received.push(Buffer.from(lease.bytes));
    return received;
  },
  async batches(frames: FrameStream): Promise<Buffer[]> {
    const received: Buffer[] = [];
    for await (const batch of frames.batches()) {
      while (batch.next()) received.push(Buffer.from(batch.memory.subarray(batch.start, batch.end)));
    }
    return received;
  },
};

test('a read that was aborted or timed out took nothing: the next one gets the same frame, and the target is left alone', async () => {
  const { frames, peer } = await streamAndPeer();
  const payload = patterned(500_000, 1);
  const wire = frame(payload);
  peer.write(wire.subarray(0, 4));
  await assert.rejects(frames.read({ timeoutMs: 20 }), code('ERR_TIMEOUT'));
  peer.write(wire.subarray(4, 200_000));
  const abort = new AbortController();
  const target = new Uint8Array(500_000);
  const reading = frames.readInto(target, { signal: abort.signal });
  await until(() => frames.transport.stats().bytesReceived === 200_000);
  abort.abort(new Error('enough'));
  await assert.rejects(reading, (error: LandfallError) => error.code === 'ERR_ABORTED' && error.name === 'AbortError');
  target.fill(0xaa);
  peer.write(wire.subarray(200_000));
  assert.ok(payload.equals((await next(frames))!));
  assert.ok(target.every((byte) => byte === 0xaa));
  await assert.rejects(frames.read({ signal: AbortSignal.abort() }), code('ERR_ABORTED'));
  await frames.close();
});

test('the end is null again and again, and writing goes on until this side ends', async () => {
  const { frames, peer } = await streamAndPeer(lines());
  const answer: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => answer.push(chunk));
  peer.end('one\r\ntwo\nthe last');
  for (const line of ['one', 'two', 'the last']) assert.equal((await next(frames))?.toString(), line);
  assert.equal(await next(frames), null);
  assert.equal(await next(frames), null);
  frames.write(Buffer.from('answer'));
  await frames.end();
  await once(peer, 'end');
  assert.equal(Buffer.concat(answer).toString(), 'answer\n');
  await frames.close();
});

test('a second read at once is refused with ERR_BUSY, and the first one gets its frame', async () => {
  const { frames, peer } = await streamAndPeer();
  const first = next(frames);
  await assert.rejects(frames.read(), code('ERR_BUSY'));
  peer.write(frame('hello'));
  assert.equal((await first)?.toString(), 'hello');
  await frames.close();
});

test('close wakes a read that waits, and later reads are refused', async () => {
  const { frames } = await streamAndPeer();
  const waiting = assert.rejects(frames.read(), code('ERR_CLOSED'));
  await frames.close();
  await waiting;
  await assert.rejects(frames.read(), code('ERR_CLOSED'));
  assert.equal(frames.write(Buffer.from('dropped')), false);
});

test('a frame larger than the target stays unread; one over the limit ends reading, and not writing', async () => {
  const { frames, peer } = await streamAndPeer();
  const answer: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => answer.push(chunk));
  peer.write(frame('0123456789'));
  await assert.rejects(frames.readInto(new Uint8Array(9)), { code: 'ERR_LIMIT', limitBytes: 9, actualBytes: 10 });
  assert.equal((await next(frames))?.toString(), '0123456789');
  frames.setMaxFrameBytes(3);
  peer.write(frame('abcd'));
  await assert.rejects(within('the limit', frames.read()), code('ERR_LIMIT'));
  await assert.rejects(frames.read(), code('ERR_LIMIT'));
  frames.write(Buffer.from('bye'));
  await frames.close();
  await until(() => Buffer.concat(answer).equals(frame('bye')));
});

test('a reader that stops reading stops the sender', async () => {
  const { frames, peer } = await streamAndPeer();
  const piece = frame(patterned(10_000, 3));
  for (let i = 0; i < 3_000; i++) peer.write(piece);
  await next(frames);
  let before = -1;
  for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  before = frames.transport.stats().bytesReceived;
  assert.ok(before < 1_000_000, `${before} bytes were received`);
  for (let i = 1; i < 3_000; i++) assert.equal((await next(frames))?.length, 10_000);
  await frames.close();
});

test('an echo that passes frames on, by iteration and by read, is intact against a slow reader', async () => {
  for (const way of ['iteration', 'read'] as const) {
    const server = await serveFrames({ host: '127.0.0.1', port: 0, framing: FRAMING }, async (frames) => {
      if (way === 'iteration') for await (const lease of frames) frames.write(lease);
      else for (let lease = await frames.read(); lease !== null; lease = await frames.read()) frames.write(lease);
    });
    const { port } = server.address as net.AddressInfo;
    const client = await openFrames({ host: '127.0.0.1', port, framing: FRAMING });
    const sizes = Array.from({ length: 600 }, (_, i) => [7, 5_000, 20_000, 90_000][i % 4]!);
    for (const [i, size] of sizes.entries()) client.write(patterned(size, i));
    await client.end();
    for (const [i, size] of sizes.entries()) assert.ok(patterned(size, i).equals((await next(client))!), `frame ${i}`);
    assert.equal(await next(client), null);
    await client.close();
    await server.closeAll();
  }
});

test('a target that is written by reference and read into again is sent as it was', async () => {
  const { frames, peer } = await streamAndPeer();
  const payloads = Array.from({ length: 40 }, (_, i) => patterned(200_000, i));
  const answer: Buffer[] = [];
  const reading = (async () => {
    const target = new Uint8Array(200_000);
    for (const _ of payloads) {
      const bytes = await frames.readInto(target);
      frames.write(target.subarray(0, bytes!));
    }
  })();
  for (const payload of payloads) peer.write(frame(payload));
  peer.on('data', (chunk: Buffer) => answer.push(chunk));
  await within('the echo', reading);
  const wire = Buffer.concat(payloads.map((payload) => frame(payload)));
  await frames.close();
  await until(() => answer.reduce((sum, chunk) => sum + chunk.length, 0) === wire.length);
  assert.ok(Buffer.concat(answer).equals(wire));
});

test('reading and answering buffered frames one by one makes one write for each turn, not for each frame', async () => {
  const { frames, peer } = await streamAndPeer();
  peer.resume();
  peer.write(Buffer.concat(Array.from({ length: 2_000 }, (_, i) => frame(`request ${i}`))));
  for (let i = 0; i < 2_000; i++) {
    const lease = await frames.read();
    frames.write(lease!);
  }
  await frames.transport.flushed();
  const { writes } = frames.transport.stats();
  assert.ok(writes <= 20, `${writes} writes`);
  await frames.close();
});

test('iteration releases each frame on the next step, and the last one when it is broken off', async () => {
  const { frames, peer } = await streamAndPeer();
  peer.write(Buffer.concat([frame('a'), frame('b'), frame('c')]));
  const seen: { bytes: Uint8Array }[] = [];
  for await (const lease of frames) {
    seen.push(lease);
    if (seen.length === 2) break;
  }
  for (const lease of seen) assert.throws(() => lease.bytes, code('ERR_RELEASED'));
  assert.equal((await next(frames))?.toString(), 'c');
  await frames.close();
});

test('a handler that fails ends its connection and is told to onError; one that is done closes it after what it wrote', async () => {
  const errors: Error[] = [];
  const server = await serveFrames(
    { host: '127.0.0.1', port: 0, framing: FRAMING, onError: (error) => errors.push(error) },
    async (frames) => {
      const first = await next(frames);
      frames.write(Buffer.from('last words'));
      if (first?.toString() === 'fail') throw new Error('as asked');
    },
  );
  const { port } = server.address as net.AddressInfo;
  for (const word of ['fail', 'succeed']) {
    const client = await openFrames({ host: '127.0.0.1', port, framing: FRAMING });
    client.write(Buffer.from(word));
    assert.equal((await next(client))?.toString(), 'last words');
    assert.equal(await next(client), null);
    await client.close();
  }
  assert.deepEqual(
    errors.map((error) => error.message),
    ['as asked'],
  );
  await server.close();
});

test('drain waits until a slow reader has taken enough, and fails when the connection is lost', async () => {
  const { frames, peer } = await streamAndPeer();
  await frames.drain();
  assert.equal(frames.write(patterned(20_000_000, 1)), false);
  await assert.rejects(frames.drain({ timeoutMs: 10 }), code('ERR_TIMEOUT'));
  const drained = frames.drain();
  peer.resume();
  await within('the drain', drained);
  peer.pause();
  frames.write(patterned(20_000_000, 2));
  const lost = assert.rejects(frames.drain());
  peer.destroy();
  await within('the loss', lost);
  await frames.close();
});

test('a connection that is reset inside a large frame gives its memory back, read from or closed afterwards', async () => {
  const usedBytes = blockPool.usedBytes;
  for (const way of ['read', 'close'] as const) {
    const { frames, peer } = await streamAndPeer();
    const reading = assert.rejects(within('the loss', frames.read()), code('ERR_LOST'));
    peer.write(frame(patterned(1_000_000, 1)).subarray(0, 600_000));
    await until(() => frames.transport.stats().bytesReceived === 600_000);
    peer.resetAndDestroy();
    await reading;
    await assert.rejects(frames.read(), code('ERR_LOST'));
    if (way === 'close') await frames.close();
    assert.equal(blockPool.usedBytes, usedBytes);
  }
});

test('a peer that never reads does not hold up close beyond its timeout', async () => {
  const { frames, peer } = await streamAndPeer();
  peer.pause();
  frames.write(patterned(20_000_000, 1));
  await within('close', frames.close({ timeoutMs: 50 }));
  peer.destroy();
});

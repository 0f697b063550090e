/** Reading into memory of the reader's: which memory, how much of it, and nothing around it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BufferPool, type ByteStream, IncompleteError, type ReadIntoOptions } from 'landfall';
import { patterned } from '../framing/frames.js';
import { hasCode } from '../support/codes.js';
import { isNode } from '../support/runtime.js';
import { loopTurns, within } from '../support/waiting.js';
import { bytePair, bytesToPeer, failureOf, textOf, untilReceivedBytes } from './byte-streams.js';
import { HandFed } from './hand-fed.js';

const intoText = async (stream: ByteStream, bytes: number, partial = false): Promise<string> => {
  const target = Buffer.alloc(bytes, '.');
  const filled = await within('readInto()', stream.readInto(target, { partial }));
  assert.ok(target.subarray(filled!).every((byte) => byte === 0x2e));
  return target.toString('latin1', 0, filled!);
};

test('78: what does not fit stays for the next read, be it into memory or not', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const reading = intoText(stream, 10);
  await peer.send('hello');
  await peer.send('world!!');
  assert.equal(await reading, 'helloworld');
  const next = intoText(stream, 10);
  await peer.send('1234567890abcdefghijk');
  assert.equal(await next, '!!12345678');
  assert.equal(await intoText(stream, 4), '90ab');
  assert.equal(await textOf(stream.readExactly(9)), 'cdefghijk');
});

test('79: partial settles with what is there, leaves the rest of the view alone, and may fill it', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const target = Buffer.alloc(10);
  const reading = stream.readInto(target, { partial: true });
  await peer.send('hello');
  assert.equal(await within('readInto()', reading), 5);
  assert.equal(target.toString('latin1'), 'hello\0\0\0\0\0');
  await peer.send('1234567890abcdef');
  await untilReceivedBytes(stream, 21);
  assert.equal(await intoText(stream, 10, true), '1234567890');
  assert.equal(await intoText(stream, 10, true), 'abcdef');
  peer.end();
  assert.equal(await within('the end', stream.readInto(target, { partial: true })), null);
});

test('80: an empty view is filled at once, also while another read waits, at the end, and after the close', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const empty = new Float64Array(0);
  assert.equal(await stream.readInto(empty), 0);
  const waiting = stream.read();
  assert.equal(await stream.readInto(empty), 0);
  peer.end();
  assert.equal(await within('the end', waiting), null);
  assert.equal(await stream.readInto(empty, { partial: true }), 0);
});

type ViewMaker = (memory: ArrayBufferLike, offset: number, bytes: number) => ArrayBufferView;
const VIEWS: Record<string, ViewMaker> = {
  Buffer: (memory, offset, bytes) => Buffer.from(memory as ArrayBuffer, offset + 1, bytes - 3),
  DataView: (memory, offset, bytes) => new DataView(memory, offset + 3, bytes - 5),
  Int8Array: (memory, offset, bytes) => new Int8Array(memory, offset + 1, bytes - 1),
  Uint8ClampedArray: (memory, offset, bytes) => new Uint8ClampedArray(memory, offset + 5, bytes - 9),
  Int16Array: (memory, offset, bytes) => new Int16Array(memory, offset + 2, (bytes >> 1) - 1),
  Uint32Array: (memory, offset, bytes) => new Uint32Array(memory, offset + 4, (bytes >> 2) - 1),
  Float64Array: (memory, offset, bytes) => new Float64Array(memory, offset + 8, (bytes >> 3) - 1),
  BigUint64Array: (memory, offset, bytes) => new BigUint64Array(memory, offset + 8, (bytes >> 3) - 2),
};
const MEMORIES: Record<string, (bytes: number) => ArrayBufferLike> = {
  ArrayBuffer: (bytes) => new ArrayBuffer(bytes),
  SharedArrayBuffer: (bytes) => new SharedArrayBuffer(bytes),
};

for (const [type, viewOf] of Object.entries(VIEWS)) {
  for (const [kind, allocate] of Object.entries(MEMORIES)) {
    test(`120: a ${type} of a part of a ${kind} is filled, and nothing around it`, async () => {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      for (const [i, bytes] of [32, 5_000, 300_000].entries()) {
        const memory = allocate(bytes + 64);
        const all = new Uint8Array(memory).fill(0xa5);
        const view = viewOf(memory, 16, bytes);
        const payload = patterned(view.byteLength + 2, i);
        const { bytesReceived } = stream.transport.stats();
        await peer.send(payload.subarray(0, 3 * i));
        await untilReceivedBytes(stream, bytesReceived + 3 * i);
        const reading = stream.readInto(view);
        await loopTurns(2);
        const sent = peer.send(payload.subarray(3 * i));
        assert.equal(await within('readInto()', reading), view.byteLength);
        assert.ok(payload.subarray(0, -2).equals(all.subarray(view.byteOffset, view.byteOffset + view.byteLength)));
        assert.deepEqual(await within('the rest', stream.readExactly(2)), payload.subarray(-2));
        const around = [...all.subarray(0, view.byteOffset), ...all.subarray(view.byteOffset + view.byteLength)];
        assert.ok(around.every((byte) => byte === 0xa5));
        await sent;
      }
    });
  }
}

test('memory that cannot be received into is refused, and nothing is taken', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  await peer.send('abc');
  await untilReceivedBytes(stream, 3);
  for (const wrong of [undefined, null, 5, 'text', [1, 2], new ArrayBuffer(8), {}])
    await assert.rejects(stream.readInto(wrong as unknown as Uint8Array), TypeError);
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  const resizable = new Uint8Array(new Resizable(8, { maxByteLength: 16 }));
  await assert.rejects(stream.readInto(resizable), hasCode('ERR_BUFFER'));
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  await assert.rejects(stream.readInto(detached));
  assert.equal(await textOf(stream.readExactly(3)), 'abc');
});

test('at the end, a view that is not full is ERR_INCOMPLETE with the bytes that are in it', async () => {
  for (const bytes of [0, 3, 70_000]) {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const payload = patterned(bytes, 1);
    const target = Buffer.alloc(100_000, 0xa5);
    const failure = failureOf('readInto()', stream.readInto(target));
    await peer.send(payload);
    peer.end();
    const error = await failure;
    assert.ok(error instanceof IncompleteError, String(error));
    assert.deepEqual([error.bytesRead, error.expectedBytes, error.partial], [bytes, 100_000, undefined]);
    assert.ok(target.subarray(0, bytes).equals(payload) && target.subarray(bytes).every((byte) => byte === 0xa5));
    assert.equal(await stream.read(), null);
  }
});

test('what lands in a block that was lent before the read fills the view all the same', async () => {
  for (const bytes of [100, 30_000, 60_000]) {
    const fed = new HandFed();
    const reading = fed.stream.readExactly(3);
    // All that was lent: so a block is lent for what may be waiting behind it.
    fed.feed(patterned(64 * 1024, 1));
    await reading;
    await fed.stream.readExactly(64 * 1024 - 3);
    const payload = patterned(bytes + 10, 2);
    const target = Buffer.alloc(bytes);
    const filling = fed.stream.readInto(target);
    fed.feed(payload.subarray(0, 40));
    fed.feed(payload.subarray(40));
    assert.equal(await within('readInto()', filling), bytes);
    assert.ok(target.equals(payload.subarray(0, bytes)));
    assert.deepEqual(await within('the rest', fed.stream.read()), payload.subarray(bytes));
  }
});

test('a view that waits to be sent is not received into before it has left', async () => {
  await using pair = await bytePair();
  const { here, there } = pair;
  const payload = patterned(40_000_000, 1);
  const memory = Buffer.from(payload);
  here.write(memory);
  const aborted = failureOf('readInto()', here.readInto(memory, { timeoutMs: 20 }));
  there.write(Buffer.alloc(memory.length, 0xee), { copy: true });
  hasCode('ERR_TIMEOUT')(await aborted);
  assert.equal(((await aborted) as { bytesRead?: number }).bytesRead, 0);
  const filled = here.readInto(memory);
  assert.ok(payload.equals(await within('what was sent', there.readExactly(memory.length))));
  assert.equal(await within('readInto()', filled), memory.length);
  assert.ok(memory.every((byte) => byte === 0xee));
});

test('a view that waits to be sent on another connection is ERR_BUFFER, and nothing is taken', async () => {
  await using pair = await bytePair();
  await using other = await bytePair();
  const memory = Buffer.alloc(40_000_000, 1);
  other.here.write(memory);
  await assert.rejects(within('readInto()', pair.here.readInto(memory)), hasCode('ERR_BUFFER'));
  pair.there.write('abc');
  assert.equal(await textOf(pair.here.read()), 'abc');
});

test('memory on lease is received into; one that was released, or is sent by its lease, is not', async () => {
  await using pair = await bytePair();
  const pool = new BufferPool();
  const lease = pool.acquire(200_000);
  const { bytes } = lease;
  pair.there.write(patterned(200_000, 1));
  assert.equal(await within('readInto()', pair.here.readInto(bytes)), 200_000);
  assert.ok(patterned(200_000, 1).equals(bytes));
  lease.release();
  assert.equal(pool.stats().usedBytes, 0, 'nothing else holds on to it');
  await assert.rejects(pair.here.readInto(bytes), hasCode('ERR_BUFFER'));
});

test('a view is not held on to once its read is over, whatever it came to', async () => {
  if (!isNode) return console.log('skipped: only Node is asked to collect garbage');
  setFlagsFromString('--expose_gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  /** In a function of its own, so that nothing here refers to the view. */
  const read = async (bytes: number, send: number, options: ReadIntoOptions): Promise<WeakRef<ArrayBuffer>> => {
    const target = new Uint8Array(300_000);
    const reading = stream.readInto(target.subarray(0, bytes), options).catch(hasCode('ERR_TIMEOUT'));
    await peer.send(Buffer.alloc(send));
    await within('readInto()', reading);
    return new WeakRef(target.buffer);
  };
  for (const [bytes, send, options] of [
    [300_000, 300_000, {}],
    [300_000, 100_000, { timeoutMs: 50 }],
    [300_000, 0, { timeoutMs: 0 }],
    [300_000, 20, { partial: true }],
    [5_000, 5_000, {}],
    [100, 10, { timeoutMs: 20 }],
  ] as const) {
    const target = await read(bytes, send, options);
    for (let i = 0; i < 20 && target.deref() !== undefined; i++) {
      await loopTurns();
      collectGarbage();
    }
    assert.equal(target.deref(), undefined, `a read of ${bytes} bytes of which ${send} came`);
  }
});

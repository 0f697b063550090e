/** Reading into memory of the reader's: which memory, how much of it, and nothing around it. */
import assert from 'node:assert/strict';
import { IncompleteError } from '../../errors.js';
import { hasCode } from '../codes.js';
import { noise } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { failureOf, type TestedStream, textOf, untilArrived } from './link.js';
import { StreamSentences } from './sentences.js';

export const readInto: StreamSentences = new StreamSentences();

const CANARY = 0xa5;

type ViewMaker = (memory: ArrayBufferLike, offset: number, bytes: number) => ArrayBufferView;

const VIEWS: Readonly<Record<string, ViewMaker>> = {
  Buffer: (memory, offset, bytes) => Buffer.from(memory as ArrayBuffer, offset + 1, bytes - 3),
  DataView: (memory, offset, bytes) => new DataView(memory, offset + 3, bytes - 5),
  Int8Array: (memory, offset, bytes) => new Int8Array(memory, offset + 1, bytes - 1),
  Uint8ClampedArray: (memory, offset, bytes) => new Uint8ClampedArray(memory, offset + 5, bytes - 9),
  Int16Array: (memory, offset, bytes) => new Int16Array(memory, offset + 2, (bytes >> 1) - 1),
  Uint32Array: (memory, offset, bytes) => new Uint32Array(memory, offset + 4, (bytes >> 2) - 1),
  Float64Array: (memory, offset, bytes) => new Float64Array(memory, offset + 8, (bytes >> 3) - 1),
  BigUint64Array: (memory, offset, bytes) => new BigUint64Array(memory, offset + 8, (bytes >> 3) - 2),
};
const MEMORIES: Readonly<Record<string, (bytes: number) => ArrayBufferLike>> = {
  ArrayBuffer: (bytes) => new ArrayBuffer(bytes),
  SharedArrayBuffer: (bytes) => new SharedArrayBuffer(bytes),
};

for (const [type, viewOf] of Object.entries(VIEWS)) {
  for (const [kind, allocate] of Object.entries(MEMORIES)) {
    readInto.add(`a ${type} of a part of a ${kind} is filled, and nothing around it`, async (link) => {
      const { stream, peer } = await link.open();
      for (const [i, bytes] of [32, 5_000, 300_000].entries()) {
        const memory = allocate(bytes + 64);
        const all = new Uint8Array(memory).fill(CANARY);
        const view = viewOf(memory, 16, bytes);
        const sent = noise(view.byteLength + 2);
        const { bytesReceived } = stream.transport.stats();
        // Some of it is there already.
        await peer.send(sent.subarray(0, 3 * i));
        await untilArrived(stream, bytesReceived + 3 * i);
        const filling = awaitedLater(stream.readInto(view));
        await loopTurns(2);
        peer.write(sent.subarray(3 * i));
        assert.equal(await within('readInto()', filling), view.byteLength);
        assert.ok(sent.subarray(0, -2).equals(all.subarray(view.byteOffset, view.byteOffset + view.byteLength)));
        assert.ok(sent.subarray(-2).equals(await within('the rest', stream.readExactly(2))));
        const around = [...all.subarray(0, view.byteOffset), ...all.subarray(view.byteOffset + view.byteLength)];
        assert.ok(around.every((byte) => byte === CANARY));
      }
    });
  }
}

/** Fills a view of so many bytes, or a part of it. */
async function intoText(stream: TestedStream, bytes: number, partial = false): Promise<string> {
  const target = Buffer.alloc(bytes, '.');
  const filled = await within('readInto()', stream.readInto(target, { partial }));
  assert.ok(target.subarray(filled!).every((byte) => byte === 0x2e));
  return target.toString('latin1', 0, filled!);
}

readInto.add('what does not fit stays for the next read, be it into memory or not', async (link) => {
  const { stream, peer } = await link.open();
  const first = awaitedLater(intoText(stream, 10));
  await peer.send('hello');
  await peer.send('world!!');
  assert.equal(await first, 'helloworld');
  const next = awaitedLater(intoText(stream, 10));
  await peer.send('1234567890abcdefghijk');
  assert.equal(await next, '!!12345678');
  assert.equal(await intoText(stream, 4), '90ab');
  assert.equal(await textOf(stream.readExactly(9)), 'cdefghijk');
});

readInto.add('partial settles with what is there, leaves the rest of the view alone, and may fill it', async (link) => {
  const { stream, peer } = await link.open();
  const first = awaitedLater(intoText(stream, 10, true));
  await peer.send('h');
  assert.equal(await first, 'h');
  await peer.send('1234567890abcdef');
  await untilArrived(stream, 17);
  assert.equal(await intoText(stream, 10, true), '1234567890');
  assert.equal(await intoText(stream, 10, true), 'abcdef');
  peer.end();
  assert.equal(await within('the end', stream.readInto(new Uint8Array(10), { partial: true })), null);
});

readInto.add('memory that cannot be received into is refused, and nothing is taken', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('abc');
  await untilArrived(stream, 3);
  for (const wrong of [undefined, null, 5, 'text', [1, 2], new ArrayBuffer(8), {}])
    await assert.rejects(async () => stream.readInto(wrong as unknown as Uint8Array), TypeError);
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
  const resizable = new Uint8Array(new Resizable(8, { maxByteLength: 16 }));
  await assert.rejects(async () => stream.readInto(resizable), hasCode('ERR_BUFFER'));
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  await assert.rejects(async () => stream.readInto(detached));
  assert.equal(await textOf(stream.readExactly(3)), 'abc');
});

readInto.add('at the end, a view that is not full is ERR_INCOMPLETE with the bytes that are in it', async (link) => {
  for (const bytes of [0, 3, 70_000]) {
    const { stream, peer } = await link.open();
    const sent = noise(bytes);
    const target = Buffer.alloc(100_000, CANARY);
    const failure = failureOf('readInto()', stream.readInto(target));
    peer.write(sent);
    peer.end();
    const error = await failure;
    assert.ok(error instanceof IncompleteError, String(error));
    assert.deepEqual([error.bytesRead, error.expectedBytes, error.partial], [bytes, 100_000, undefined]);
    assert.ok(target.subarray(0, bytes).equals(sent) && target.subarray(bytes).every((byte) => byte === CANARY));
    assert.equal(await textOf(stream.read()), null);
  }
});

readInto.add('a view is not written to any more once it was filled', async (link) => {
  const { stream, peer } = await link.open();
  for (const bytes of [10, 5_000, 300_000]) {
    const sent = noise(bytes);
    const target = Buffer.alloc(bytes);
    const filling = awaitedLater(stream.readInto(target));
    peer.write(sent);
    assert.equal(await within('readInto()', filling), bytes);
    const more = noise(2 * bytes);
    peer.write(more);
    await loopTurns();
    assert.ok(target.equals(sent));
    assert.ok(more.equals(await within('what came after it', stream.readExactly(more.length))));
    assert.ok(target.equals(sent));
  }
});

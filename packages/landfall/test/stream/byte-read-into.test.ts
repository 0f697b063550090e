/** Reading into memory of the reader's: which memory, how much of it, and nothing around it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BufferPool, type ReadIntoOptions } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf, untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { isNode } from '../support/runtime.js';
import { bytePair, bytesToPeer } from './byte-streams.js';
import { HandFed } from './hand-fed.js';

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

test('a view that is detached, before or while it is received into, is ERR_BUFFER', async () => {
  for (const bytes of [100, 10_000, 100_000]) {
    for (const arrived of [0, 50]) {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      const view = new Uint8Array(bytes);
      const detached = new DataView(new ArrayBuffer(bytes));
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
      await assert.rejects(stream.readInto(detached), hasCode('ERR_BUFFER'));
      const failed = failureOf('readInto()', stream.readInto(view));
      await peer.send(Buffer.alloc(arrived));
      await untilArrived(stream, arrived);
      structuredClone(view.buffer, { transfer: [view.buffer] });
      peer.socket.write(Buffer.alloc(50));
      hasCode('ERR_BUFFER')(await failed);
      await within('closed', stream.closed);
    }
  }
});

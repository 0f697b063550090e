/** Who owns what was read, and for how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, type Frame } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { nextCopy, openToPeer } from './streams.js';

const SIZES = [10, 3_000, 5_000, 31_000, 40_000, 300_000];
const PAYLOADS = Array.from({ length: 60 }, (_, i) => patterned(SIZES[i % SIZES.length]!, i));
const WIRE = Buffer.concat(PAYLOADS.map(frame));

test('frames that were read stay as they are over all later reads, until each is released', async () => {
  for (const pool of [undefined, new BufferPool()]) {
    await using both = await openToPeer({ pool });
    const sent = both.peer.send(WIRE);
    const frames: Frame[] = [];
    for (const _ of PAYLOADS) frames.push((await within('read()', both.stream.read()))!);
    await sent;
    for (const [i, payload] of PAYLOADS.entries()) assert.ok(payload.equals(frames[i]!.bytes), `frame ${i}`);
    for (const each of frames) each.release();
    assert.throws(() => frames[0]!.bytes, hasCode('ERR_RELEASED'));
    if (pool !== undefined) assert.equal(pool.stats().usedBytes, 0);
    pool?.close();
  }
});

test('a frame of an iteration is over with the next step, with break, with an error, and with the end', async () => {
  await using both = await openToPeer();
  const { stream, peer } = both;
  const sent = peer.send(WIRE);
  const seen: Frame[] = [];
  for await (const each of stream) {
    for (const previous of seen) assert.throws(() => previous.bytes, hasCode('ERR_RELEASED'));
    assert.ok(PAYLOADS[seen.length]!.equals(each.bytes));
    seen.push(each);
    if (seen.length === 10) break;
  }
  assert.throws(() => seen.at(-1)!.bytes, hasCode('ERR_RELEASED'));
  const failing = async (): Promise<void> => {
    for await (const each of stream) {
      seen.push(each);
      throw new Error('as asked');
    }
  };
  await assert.rejects(failing(), /as asked/);
  assert.throws(() => seen.at(-1)!.bytes, hasCode('ERR_RELEASED'));
  await sent;
  peer.end();
  for await (const each of stream) seen.push(each);
  assert.equal(seen.length, PAYLOADS.length);
  assert.throws(() => seen.at(-1)!.bytes, hasCode('ERR_RELEASED'));
});

test('a frame of an iteration that is kept stays, whatever arrives after it', async () => {
  await using both = await openToPeer();
  const sent = both.peer.send(WIRE);
  const kept: Uint8Array[] = [];
  for await (const each of both.stream) {
    kept.push(each.keep());
    if (kept.length === PAYLOADS.length) break;
  }
  await sent;
  for (const [i, payload] of PAYLOADS.entries()) assert.ok(payload.equals(kept[i]!), `frame ${i}`);
});

test('a frame is released by the end of its scope, and is passed on by writing it', async () => {
  await using both = await openToPeer();
  await both.peer.send(Buffer.concat([frame('one'), frame('two'), frame(patterned(100_000, 1))]));
  let escaped: Frame;
  {
    using first = (await both.stream.read())!;
    escaped = first;
  }
  assert.throws(() => escaped.bytes, hasCode('ERR_RELEASED'));
  using second = (await both.stream.read())!;
  both.stream.write([second, Buffer.from('!')]);
  assert.throws(() => second.bytes, hasCode('ERR_RELEASED'));
  assert.throws(() => both.stream.write(second), hasCode('ERR_RELEASED'));
  using large = (await both.stream.read())!;
  both.stream.write(large);
  await within('the echo', both.peer.untilBytes(8 + 100_004));
  assert.ok(both.peer.receivedCopy().equals(Buffer.concat([frame('two!'), frame(patterned(100_000, 1))])));
});

for (const way of ['frames', 'views of frames that are released at once'] as const) {
  test(`${way} echoed deep against a peer that does not read yet arrive as they were`, async () => {
    await using both = await openToPeer({ peerReads: false });
    const rounds = 12;
    const sent = Promise.all(Array.from({ length: rounds }, () => both.peer.send(WIRE)));
    let left = rounds * PAYLOADS.length;
    for await (const each of both.stream) {
      both.stream.write(way === 'frames' ? each : each.bytes);
      if (--left === 0) break;
    }
    await sent;
    assert.ok(both.stream.transport.writeBufferSize > 0);
    both.peer.read();
    await within('the echo', both.peer.untilBytes(rounds * WIRE.length));
    const echo = both.peer.receivedCopy();
    for (let i = 0; i < rounds; i++)
      assert.ok(echo.subarray(i * WIRE.length, (i + 1) * WIRE.length).equals(WIRE), `round ${i}`);
  });
}

test('a stream that has read everything, or is closed in the middle of a frame, holds no memory of its pool', async () => {
  const pool = new BufferPool();
  await using both = await openToPeer({ pool });
  const sent = both.peer.send(Buffer.concat([WIRE, WIRE]));
  for (const payload of [...PAYLOADS, ...PAYLOADS]) assert.ok(payload.equals((await nextCopy(both.stream))!));
  await sent;
  assert.equal(pool.stats().usedBytes, 0);
  const reading = assert.rejects(both.stream.read(), hasCode('ERR_CLOSED'));
  await both.peer.send(frame(patterned(1_000_000, 1)).subarray(0, 500_000));
  await untilArrived(both.stream, 2 * WIRE.length + 500_000);
  assert.ok(pool.stats().usedBytes >= 500_000);
  await both.stream.close();
  await reading;
  assert.equal(pool.stats().usedBytes, 0);
  pool.close();
});

for (const memory of ['a lease', 'its own memory'] as const) {
  test(`a reader that writes ${memory} and reads into it again, against a slow peer, sends what it read`, async () => {
    const pool = new BufferPool();
    await using both = await openToPeer({ peerReads: false });
    using lease = pool.acquire(200_000);
    const target = memory === 'a lease' ? lease.bytes : new Uint8Array(200_000);
    const payloads = Array.from({ length: 60 }, (_, i) => patterned(200_000, i));
    const echo = async (): Promise<void> => {
      for (const _ of payloads) {
        const bytes = await both.stream.readInto(target);
        both.stream.write(target.subarray(0, bytes!));
      }
    };
    const echoing = echo();
    const wire = Buffer.concat(payloads.map(frame));
    const sent = both.peer.send(wire);
    await untilArrived(both.stream, 1_000_000);
    await loopTurns(100);
    both.peer.read();
    await within('the echo', echoing);
    await sent;
    await within('the echo at the peer', both.peer.untilBytes(wire.length));
    assert.ok(both.peer.receivedCopy().equals(wire));
  });
}

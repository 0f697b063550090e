/** Reads that are cut short, wherever in a frame that happens: they took nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbortedError, BufferPool, type FrameStream } from 'landfall';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { within } from '../../dist/testing/waiting.js';
import { frame, patterned } from '../framing/frames.js';
import { nextCopy, nextText, openToPeer, type StreamAndPeer } from './streams.js';

/** A read that takes a signal, of either kind; what it read, or null. */
type Face = (stream: FrameStream, signal: AbortSignal, target: Uint8Array) => Promise<unknown>;

const FACES: Record<string, Face> = {
  'read()': (stream, signal) => stream.read({ signal }),
  'readInto()': (stream, signal, target) => stream.readInto(target, { signal }),
};

/** Reads, has `bytesView` arrive, and aborts then. */
async function abortedAfter({ stream, peer }: StreamAndPeer, bytesView: Uint8Array, read: Face, target: Uint8Array) {
  const controller = new AbortController();
  const before = stream.transport.stats().bytesReceived;
  const reading = read(stream, controller.signal, target);
  const refused = assert.rejects(reading, hasCode('ERR_ABORTED'));
  await peer.send(bytesView);
  await untilArrived(stream, before + bytesView.length);
  controller.abort(new Error('enough'));
  await within('the abort', refused);
}

for (const [name, read] of Object.entries(FACES)) {
  for (const size of [100, 20_000, 33_000, 300_000, 1_500_000]) {
    test(`${name} aborted anywhere in a frame of ${size} bytes takes nothing: the next one gets it whole`, async () => {
      const wire = frame(patterned(size, size));
      for (const cut of [1, 4, 5, 50, Math.floor(size / 2), size + 3]) {
        await using both = await openToPeer();
        const target = new Uint8Array(size);
        await abortedAfter(both, wire.subarray(0, cut), read, target);
        target.fill(0xaa);
        await both.peer.send(Buffer.concat([wire.subarray(cut), frame('next')]));
        await untilArrived(both.stream, cut + 1);
        assert.ok((await nextCopy(both.stream))?.equals(wire.subarray(4)), `cut at ${cut}`);
        assert.equal(await nextText(both.stream), 'next');
        assert.ok(
          target.every((byte) => byte === 0xaa),
          `nothing was written to the target after the abort, cut at ${cut}`,
        );
      }
    });
  }
}

test('a frame that was landing in one target reaches another one whole, after any number of aborts', async () => {
  await using both = await openToPeer();
  const payload = patterned(1_000_000, 3);
  const wire = frame(payload);
  const cuts = [0, 3, 70, 40_000, 400_000, 400_001, 999_999];
  for (const [i, cut] of cuts.slice(1).entries()) {
    await abortedAfter(both, wire.subarray(cuts[i], cut), FACES['readInto()']!, new Uint8Array(payload.length));
  }
  await both.peer.send(wire.subarray(cuts.at(-1)));
  const target = Buffer.alloc(payload.length);
  assert.equal(await within('readInto()', both.stream.readInto(target)), payload.length);
  assert.ok(target.equals(payload));
});

test('an aborted read is followed by iteration and by batches, which get the frame', async () => {
  await using both = await openToPeer();
  const payloads = [patterned(500_000, 1), patterned(600_000, 2)];
  await abortedAfter(both, frame(payloads[0]!).subarray(0, 1000), FACES['readInto()']!, new Uint8Array(600_000));
  await both.peer.send(frame(payloads[0]!).subarray(1000));
  for await (const each of both.stream) {
    assert.ok(payloads[0]!.equals(each.bytes));
    break;
  }
  await abortedAfter(both, frame(payloads[1]!).subarray(0, 2000), FACES['readInto()']!, new Uint8Array(600_000));
  await both.peer.send(frame(payloads[1]!).subarray(2000));
  for await (const batch of both.stream.batches()) {
    assert.ok(batch.next());
    assert.ok(payloads[1]!.equals(batch.memory.subarray(batch.start, batch.end)));
    break;
  }
});

test('a signal that has fired already takes nothing, though a whole frame is here', async () => {
  await using both = await openToPeer();
  await both.peer.send(Buffer.concat([frame('first'), frame('second')]));
  assert.equal(await nextText(both.stream), 'first');
  const target = Buffer.alloc(10);
  const fired = { signal: AbortSignal.abort('why') };
  await assert.rejects(both.stream.read(fired), (error) => {
    assert.ok(error instanceof AbortedError);
    assert.equal(error.name, 'AbortError');
    assert.equal(error.cause, 'why');
    return true;
  });
  await assert.rejects(both.stream.readInto(target, fired), hasCode('ERR_ABORTED'));
  assert.equal(await nextText(both.stream), 'second');
  assert.ok(target.every((byte) => byte === 0));
});

test('a deadline that passes takes nothing, and a frame in time stops its clock', async () => {
  await using both = await openToPeer();
  await both.peer.send(frame('late').subarray(0, 6));
  const error = await within(
    'the deadline',
    both.stream.read({ timeoutMs: 20 }).catch((thrown: unknown) => thrown),
  );
  assertCode(error, 'ERR_TIMEOUT');
  await assert.rejects(both.stream.readInto(new Uint8Array(9), { timeoutMs: 0 }), hasCode('ERR_TIMEOUT'));
  await both.peer.send(frame('late').subarray(6));
  using late = await both.stream.read({ timeoutMs: 10_000 });
  assert.equal(Buffer.from(late!.bytes).toString(), 'late');
});

test('a pool without room for what an aborted readInto() leaves behind fails the reads, not the process', async () => {
  const pool = new BufferPool({ maxBytes: 64 * 1024 });
  const targets = new BufferPool();
  await using both = await openToPeer({ pool });
  const wire = frame(patterned(400_000, 5));
  const target = targets.acquire(400_000);
  await abortedAfter(both, wire.subarray(0, 300_000), FACES['readInto()']!, target.bytes);
  target.release();
  assert.equal(targets.stats().usedBytes, 0);
  await both.peer.send(wire.subarray(300_000));
  await assert.rejects(within('read()', both.stream.read()), hasCode('ERR_LIMIT'));
  // Of what had arrived a part is gone: it is no stream of bytes any more.
  assert.throws(() => both.stream.unwrap(), hasCode('ERR_LIMIT'));
  both.stream.write(Buffer.from('still writes'));
  await within('the written frame', both.peer.untilBytes(16));
  targets.close();
  pool.close();
});

test('a large frame of which the last bytes came while nobody read is its reader’s alone', async () => {
  const pool = new BufferPool();
  await using both = await openToPeer({ pool });
  const { stream, peer } = both;
  const wire = frame(patterned(300_000, 1));
  const controller = new AbortController();
  const aborted = assert.rejects(stream.read({ signal: controller.signal }), hasCode('ERR_ABORTED'));
  await peer.send(wire.subarray(0, 290_000));
  await untilArrived(stream, 290_000);
  controller.abort();
  await aborted;
  await peer.send(wire.subarray(290_000));
  await untilArrived(stream, wire.length);
  const read = await within('read()', stream.read());
  assert.ok(patterned(300_000, 1).equals(read!.bytes));
  read!.release();
  assert.equal(pool.stats().usedBytes, 0);
});

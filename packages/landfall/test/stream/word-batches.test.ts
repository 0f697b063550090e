/** Batches of frames found by their length words: whatever their reader does between two steps, each frame comes once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FrameBatch, type FrameStream, type Framing, LimitError, lengthPrefixed } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { OwnWords } from '../framing/fed-words.js';
import { patterned } from '../framing/frames.js';
import { nextText, openToPeer, type StreamAndPeer } from './streams.js';

const LIMIT = 1_000_000;
const FRAMINGS: [string, () => Framing][] = [
  ['big-endian words', () => lengthPrefixed({ lengthBytes: 4, maxFrameBytes: LIMIT })],
  ['little-endian words', () => lengthPrefixed({ lengthBytes: 4, endian: 'little', maxFrameBytes: LIMIT })],
  ['words of one’s own', () => new OwnWords(LIMIT)],
];

/** Frames as they go over the wire. */
function wireOf(framing: Framing, payloads: readonly (string | Uint8Array)[]): Buffer {
  const codec = framing.createCodec();
  return Buffer.concat(
    payloads.flatMap((payload) => {
      const wire: Uint8Array[] = [];
      codec.encode([Buffer.from(payload)], payload.length, Number.MAX_SAFE_INTEGER, wire);
      return wire.map((part) => Buffer.from(part));
    }),
  );
}

/** A stream that has received these frames, and nobody has read them. */
async function openWith(framing: Framing, payloads: readonly (string | Uint8Array)[]): Promise<StreamAndPeer> {
  const both = await openToPeer({ framing });
  const wire = wireOf(framing, payloads);
  await both.peer.send(wire);
  await untilArrived(both.stream, wire.length);
  return both;
}

function viewOf(batch: FrameBatch): Uint8Array {
  return batch.memory.subarray(batch.start, batch.end);
}

function textOf(batch: FrameBatch): string {
  return Buffer.from(viewOf(batch)).toString('latin1');
}

/** Steps, and returns what it stepped to. */
function step(batch: FrameBatch): string {
  assert.ok(batch.next());
  return textOf(batch);
}

function textsOf(batch: FrameBatch): string[] {
  const texts: string[] = [];
  while (batch.next()) texts.push(textOf(batch));
  return texts;
}

/** The next frame, by some other way than the batch that is under way. */
const OTHER_WAYS: Record<string, (stream: FrameStream) => Promise<string>> = {
  async 'read()'(stream) {
    return (await nextText(stream))!;
  },
  async 'readInto()'(stream) {
    const target = Buffer.alloc(100);
    return target.toString('latin1', 0, (await stream.readInto(target))!);
  },
  async iteration(stream) {
    for await (const each of stream) return Buffer.from(each.bytes).toString('latin1');
    return 'the end';
  },
  async 'another batch'(stream) {
    for await (const batch of stream.batches()) return step(batch);
    return 'the end';
  },
};

for (const [name, framingOf] of FRAMINGS) {
  for (const [way, readOther] of Object.entries(OTHER_WAYS)) {
    test(`${name}: ${way} in a batch takes the next frame, and the batch goes on behind it`, async () => {
      await using both = await openWith(framingOf(), ['a', '', 'cc', 'd', 'eee', 'f', '', 'h', 'i']);
      for await (const batch of both.stream.batches()) {
        const seen = [step(batch), step(batch), await readOther(both.stream), step(batch), step(batch)];
        seen.push(await readOther(both.stream), await readOther(both.stream), ...textsOf(batch));
        assert.deepEqual(seen, ['a', '', 'cc', 'd', 'eee', 'f', '', 'h', 'i']);
        assert.equal(batch.next(), false);
        break;
      }
    });

    test(`${name}: ${way} takes the last frame of a batch, and those that arrive later are not in it`, async () => {
      const framing = framingOf();
      await using both = await openWith(framing, ['a', 'b', 'c']);
      for await (const batch of both.stream.batches()) {
        assert.deepEqual([step(batch), step(batch), await readOther(both.stream)], ['a', 'b', 'c']);
        await both.peer.send(wireOf(framing, ['d', 'e', 'f']));
        await loopTurns();
        assert.equal(batch.next(), false);
        assert.equal(await readOther(both.stream), 'd');
        assert.equal(batch.next(), false);
        break;
      }
      assert.equal(await readOther(both.stream), 'e');
      assert.equal(await nextText(both.stream), 'f');
    });
  }

  test(`${name}: a read that fails in a batch leaves its frame to the batch, and the frames behind it in order`, async () => {
    await using both = await openWith(framingOf(), ['a', 'b', 'too large', 'd', 'e', 'f']);
    for await (const batch of both.stream.batches()) {
      assert.deepEqual([step(batch), step(batch)], ['a', 'b']);
      await assert.rejects(both.stream.readInto(Buffer.alloc(3)), hasCode('ERR_LIMIT'));
      assert.deepEqual([step(batch), step(batch)], ['too large', 'd']);
      break;
    }
    assert.deepEqual([await nextText(both.stream), await nextText(both.stream)], ['e', 'f']);
  });

  test(`${name}: what arrives between two steps is not in that batch, but in the next one`, async () => {
    const framing = framingOf();
    await using both = await openToPeer({ framing });
    const batches = both.stream.batches()[Symbol.asyncIterator]();
    const first = batches.next();
    await both.peer.send(wireOf(framing, ['a', 'b', 'c']));
    const batch: FrameBatch = (await within('a batch', first)).value;
    assert.equal(step(batch), 'a');
    await both.peer.send(wireOf(framing, ['d', 'e', 'f']));
    await untilArrived(both.stream, 6 * 5);
    assert.equal(step(batch), 'b');
    // Now the batch looks at everything anew.
    both.stream.setMaxFrameBytes(LIMIT);
    assert.deepEqual([step(batch), batch.next(), batch.next()], ['c', false, false]);
    assert.deepEqual(textsOf((await within('a batch', batches.next())).value), ['d', 'e', 'f']);
    await batches.return?.();
  });

  test(`${name}: lengths that would do in the other byte order too are read in their own`, async () => {
    // With 65,536 bytes behind it, a frame of 256 could be taken for one of so many. Where less arrives at once, this
    // shows less, and nothing wrong.
    const framing = framingOf();
    const payloads = Array.from({ length: 2_000 }, (_, i) => patterned(256, i));
    await using both = await openToPeer({ framing });
    const sent = both.peer.send(wireOf(framing, payloads));
    await loopTurns();
    let count = 0;
    for await (const batch of both.stream.batches()) {
      while (batch.next()) assert.ok(payloads[count]!.equals(viewOf(batch)), `frame ${count++}`);
      if (count === payloads.length) break;
    }
    await sent;
  });

  test(`${name}: a limit lowered in a batch is its next frame's, which next() refuses or lets pass`, async () => {
    const payloads = ['aaa', 'bbbbbb', 'cccccc', 'ddddddd', 'e'];
    await using both = await openWith(framingOf(), payloads);
    for await (const batch of both.stream.batches()) {
      assert.deepEqual([step(batch), step(batch)], payloads.slice(0, 2));
      both.stream.setMaxFrameBytes(6);
      assert.equal(step(batch), 'cccccc');
      const before = viewOf(batch);
      const isRefused = (error: unknown): boolean =>
        error instanceof LimitError && error.actualBytes === 7 && error.limitBytes === 6;
      assert.throws(() => batch.next(), isRefused);
      assert.throws(() => batch.next(), isRefused);
      assert.equal(Buffer.from(before).toString(), 'cccccc');
      break;
    }
    await assert.rejects(within('read()', both.stream.read()), hasCode('ERR_LIMIT'));
  });

  test(`${name}: a limit raised in a batch lets its next frame pass, and lowered to nothing only empty ones`, async () => {
    await using both = await openWith(framingOf(), ['first', 'x'.repeat(20), '', 'y']);
    both.stream.setMaxFrameBytes(10);
    for await (const batch of both.stream.batches()) {
      assert.equal(step(batch), 'first');
      both.stream.setMaxFrameBytes(20);
      assert.equal(step(batch), 'x'.repeat(20));
      both.stream.setMaxFrameBytes(0);
      assert.equal(step(batch), '');
      assert.throws(() => batch.next(), hasCode('ERR_LIMIT'));
      both.stream.setMaxFrameBytes(1);
      assert.equal(step(batch), 'y');
      break;
    }
  });

  for (const declared of [0x4000_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    test(`${name}: a length of ${declared} behind others is refused by next(), by so many bytes`, async () => {
      const framing = framingOf();
      const wire = wireOf(framing, ['a', 'b', 'c']);
      const header = Buffer.alloc(4);
      if (framing.createCodec().lengthWord === 'big') header.writeUInt32BE(declared);
      else header.writeUInt32LE(declared);
      await using both = await openToPeer({ framing });
      await both.peer.send(Buffer.concat([wire, header, Buffer.alloc(9)]));
      await untilArrived(both.stream, wire.length + 13);
      for await (const batch of both.stream.batches()) {
        assert.deepEqual([step(batch), step(batch), step(batch)], ['a', 'b', 'c']);
        assert.throws(() => batch.next(), { actualBytes: declared, limitBytes: LIMIT });
        both.stream.setMaxFrameBytes(2 ** 32);
        if (declared < 2 ** 32 - 2 ** 16) assert.equal(batch.next(), false);
        else assert.throws(() => batch.next(), hasCode('ERR_LIMIT'));
        break;
      }
    });
  }

  test(`${name}: frames of a batch stay as they are while a flood arrives between its steps, and the batch goes on`, async () => {
    const framing = framingOf();
    const sizes = [300, 0, 1, 5_000, 70, 31_000, 40_000, 3, 12_000, 250_000];
    const payloads = Array.from({ length: 400 }, (_, i) => patterned(sizes[i % sizes.length]!, i));
    await using both = await openToPeer({ framing });
    void both.peer.send(wireOf(framing, payloads));
    let count = 0;
    for await (const batch of both.stream.batches()) {
      const seen: [number, Uint8Array][] = [];
      while (batch.next()) {
        seen.push([count++, viewOf(batch)]);
        // What waits in the kernel has the time to arrive, wherever that goes.
        if (count % 7 === 0) await loopTurns(3);
      }
      for (const [i, view] of seen) assert.ok(payloads[i]!.equals(view), `frame ${i}`);
      if (count === payloads.length) break;
    }
  });

  test(`${name}: a batch that is left in the middle is gone on with by iteration, and by other batches`, async () => {
    const framing = framingOf();
    const payloads = Array.from({ length: 300 }, (_, i) => patterned((i * 37) % 900, i));
    await using both = await openToPeer({ framing });
    void both.peer.send(wireOf(framing, payloads));
    let count = 0;
    const assertNext = (view: Uint8Array): void => assert.ok(payloads[count]!.equals(view), `frame ${count++}`);
    while (count < payloads.length) {
      let left = 1 + (count % 9);
      for await (const batch of both.stream.batches()) {
        while (left > 0 && batch.next()) {
          assertNext(viewOf(batch));
          left--;
        }
        if (left === 0 || count === payloads.length) break;
      }
      left = Math.min(5, payloads.length - count);
      if (left === 0) break;
      for await (const each of both.stream) {
        assertNext(each.bytes);
        if (--left === 0) break;
      }
    }
  });

  for (const ending of ['close', 'abort'] as const) {
    test(`${name}: after ${ending}() in a batch its frames stay as they are, and it comes to an end`, async () => {
      const payloads = Array.from({ length: 20 }, (_, i) => patterned(200, i));
      await using both = await openWith(framingOf(), payloads);
      const reading = async (): Promise<void> => {
        for await (const batch of both.stream.batches()) {
          const views: Uint8Array[] = [];
          for (let i = 0; i < 5; i++) if (batch.next()) views.push(viewOf(batch));
          const closed = both.stream[ending]();
          await closed;
          await within('the loss', both.stream.transport.closed);
          assert.equal(batch.next(), false);
          assert.equal(batch.next(), false);
          await withOthersReceiving();
          for (const [i, view] of views.entries()) assert.ok(payloads[i]!.equals(view), `frame ${i}`);
        }
      };
      await assert.rejects(within('the batches', reading()), hasCode('ERR_CLOSED'));
    });
  }
}

test('a framing of one’s own that says its length word is asked about the first frame of a batch, and no other', async () => {
  const framing = new OwnWords(LIMIT);
  await using both = await openWith(framing, ['a', '', 'cc', 'd', 'eee']);
  for await (const batch of both.stream.batches()) {
    assert.deepEqual(textsOf(batch), ['a', '', 'cc', 'd', 'eee']);
    break;
  }
  assert.equal(framing.scans, 1);
});

/** Another stream takes memory for what it receives, free memory first, and writes into it. */
async function withOthersReceiving(): Promise<void> {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  await using other = await openWith(
    framing,
    Array.from({ length: 70 }, () => Buffer.alloc(200, 0xaa)),
  );
  for await (const batch of other.stream.batches()) {
    assert.ok(batch.next());
    return;
  }
}

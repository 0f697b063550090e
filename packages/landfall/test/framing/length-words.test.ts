/** Frames found by their length words, in place: limits, pauses, and changes of framing and protocol between two of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FramedProtocol, IncompleteError, LimitError, lengthPrefixed } from 'landfall';
import { everyFeed, seededFeed } from 'landfall/testing';
import { modelled, OwnWords, type Reaction, received, type Script, type Way, wireOf } from './fed-words.js';
import { framedConnection } from './framed-connection.js';
import { frame, framesOf, patterned } from './frames.js';

const WORD_WAYS = ['big', 'little', 'own'] as const;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A payload of so many bytes; which one it is can be seen. */
function payloadOf(bytes: number, index: number): string {
  return LETTERS[index % LETTERS.length]!.repeat(bytes);
}

function framesOfSizes(way: Way, sizes: readonly number[]): Buffer {
  return Buffer.concat(sizes.map((bytes, i) => wireOf(way, payloadOf(bytes, i))));
}

/** Asserts that these bytes become what the model says, however they are cut and whatever counts as large. */
async function assertAsModelled(script: Script, wire: Buffer): Promise<void> {
  const expected = modelled(script, wire);
  for (const largeFrameBytes of [32_768, 12]) {
    for (const feed of everyFeed(wire)) {
      const outcome = await received({ ...script, largeFrameBytes }, feed);
      assert.deepEqual(outcome, expected, `cut into ${feed.map((piece) => piece.length)}, large: ${largeFrameBytes}`);
    }
  }
}

function scriptOf(way: Way, reactions: Record<number, Reaction> = {}, more: Partial<Script> = {}): Script {
  return { way, maxFrameBytes: 20, oversize: 'fail', reactions, ...more };
}

for (const way of WORD_WAYS) {
  test(`${way}: a limit changed by the receiver of a frame is the next one's, lowered and raised`, async () => {
    const sizes = [0, 20, 1, 5, 6, 21, 30, 0, 31, 2];
    const reactions: Record<number, Reaction> = {
      1: { do: 'limit', bytes: 5 },
      3: { do: 'limit', bytes: 30 },
      6: { do: 'limit', bytes: 0 },
    };
    for (const oversize of ['fail', 'skip'] as const) {
      await assertAsModelled(scriptOf(way, reactions, { oversize }), framesOfSizes(way, sizes));
      await assertAsModelled(scriptOf(way, {}, { oversize }), framesOfSizes(way, sizes));
    }
    const lowered = modelled(scriptOf(way, { 1: { do: 'limit', bytes: 5 } }), framesOfSizes(way, [20, 6, 6]));
    assert.equal(lowered.end, 'ERR_LIMIT: 6 over 5');
  });

  for (const declared of [0x4000_0000, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffc, 0xffff_ffff]) {
    test(`${way}: a length of ${declared} is over the limit, by so many bytes, or skipped`, async () => {
      const wire = Buffer.concat([framesOfSizes(way, [3, 0]), wireOf(way, '\0\0\0\0\0', declared)]);
      assert.equal(modelled(scriptOf(way), wire).end, `ERR_LIMIT: ${declared} over 20`);
      await assertAsModelled(scriptOf(way), wire);
      await assertAsModelled(scriptOf(way, {}, { oversize: 'skip' }), wire);
    });

    test(`${way}: a length of ${declared} under a limit that allows it is a frame that has not arrived yet`, async () => {
      const isAllowed = declared <= 2 ** 32 - 2 ** 16;
      const framing =
        way === 'own'
          ? new OwnWords(2 ** 32)
          : lengthPrefixed({ lengthBytes: 4, endian: way, maxFrameBytes: 2 ** 32 - 1 });
      await using connection = await framedConnection({ framing });
      await connection.peer.send(Buffer.concat([framesOfSizes(way, [3, 0]), wireOf(way, 'begun', declared)]));
      await connection.untilBytes(20);
      connection.peer.end();
      const error = await connection.lost();
      assert.equal(connection.received.length, 2);
      if (isAllowed) assert.ok(error instanceof IncompleteError && error.expectedBytes === 4 + declared);
      else assert.ok(error instanceof LimitError && error.actualBytes === declared);
    });
  }

  test(`${way}: a receiver that changes the framing, to lines and back and to the other byte order, misses no byte`, async () => {
    const other = way === 'big' ? 'little' : 'big';
    const order: Way[] = [way, way, 'lines', 'lines', way, other, other, 'lines', way, way];
    const wire = Buffer.concat(order.map((each, i) => wireOf(each, payloadOf((i * 5) % 8, i))));
    const reactions: Record<number, Reaction> = {};
    for (const [i, each] of order.entries()) if (i > 0) reactions[i - 1] = { do: 'frame', way: each };
    assert.equal(modelled(scriptOf(way, reactions), wire).frames.length, order.length);
    await assertAsModelled(scriptOf(way, reactions), wire);
    await assertAsModelled(scriptOf(way, { ...reactions, 4: { do: 'pause' } }), wire);
  });

  test(`${way}: a receiver that pauses is given nothing until it resumes, and then exactly the rest`, async () => {
    const wire = framesOfSizes(way, [4, 0, 0, 17, 1, 0, 9]);
    for (const pauses of [[0], [1], [2, 3], [6], [0, 1, 2, 3, 4, 5, 6]]) {
      const reactions = Object.fromEntries(pauses.map((i): [number, Reaction] => [i, { do: 'pause' }]));
      await assertAsModelled(scriptOf(way, reactions), wire);
    }
  });

  test(`${way}: a receiver that switches protocols, or closes, is given nothing more, and the next one exactly the rest`, async () => {
    const wire = framesOfSizes(way, [4, 0, 15, 1, 0]);
    for (const ending of ['switch', 'switchBuffered', 'close'] as const) {
      for (const i of [0, 1, 2, 4]) await assertAsModelled(scriptOf(way, { [i]: { do: ending } }), wire);
    }
  });
}

test('the last line, which only the end of the stream ends, is given to a receiver that changes the framing', async () => {
  const wire = Buffer.concat([wireOf('big', 'word'), Buffer.from('line\nrest')]);
  const reactions: Record<number, Reaction> = {
    0: { do: 'frame', way: 'lines' },
    1: { do: 'pause' },
    2: { do: 'frame', way: 'big' },
  };
  assert.deepEqual(modelled(scriptOf('big', reactions), wire).frames, ['word', 'line', 'rest']);
  await assertAsModelled(scriptOf('big', reactions), wire);
});

/** Frames, each in some way, whose receivers do something. */
const frames = fc.array(
  fc.record({
    size: fc.nat(12),
    way: fc.constantFrom<Way>('big', 'big', 'little', 'own', 'lines'),
    reaction: fc.oneof(
      fc.constant(null),
      fc.nat(12).map((bytes): Reaction => ({ do: 'limit', bytes })),
      fc.constant<Reaction>({ do: 'pause' }),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

test('fuzz: words and lines after each other, limits and pauses, are what the model says, however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      frames,
      fc.constantFrom<'fail' | 'skip'>('fail', 'skip'),
      fc.integer(),
      fc.integer({ min: 1, max: 40 }),
      async (list, oversize, seed, pieceBytesMax) => {
        const wire = Buffer.concat(list.map(({ way, size }, i) => wireOf(way, payloadOf(size, i))));
        const reactions: Record<number, Reaction> = {};
        for (const [i, { way, reaction }] of list.entries()) {
          const after = list[i + 1]?.way ?? way;
          if (after !== way) reactions[i] = { do: 'frame', way: after };
          else if (reaction !== null) reactions[i] = reaction;
        }
        const script = { way: list[0]!.way, maxFrameBytes: 12, oversize, reactions };
        const expected = modelled(script, wire);
        for (const feed of [[wire], seededFeed(wire, seed, pieceBytesMax)])
          assert.deepEqual(await received(script, feed), expected);
      },
    ),
    { numRuns: 400 },
  );
});

test('a framing of one’s own that says its length word is asked about no frame that is whole and within the limit', async () => {
  const framing = new OwnWords(20);
  await using connection = await framedConnection({ framing });
  await connection.peer.send(framesOfSizes('own', [3, 0, 20, 7, 0]));
  await connection.untilFrames(5);
  assert.equal(framing.scans, 0);
  await connection.peer.send(Buffer.concat([wireOf('own', 'whole'), wireOf('own', 'begun').subarray(0, 6)]));
  await connection.untilFrames(6);
  assert.equal(framing.scans, 1);
  connection.framed.writeFrame(Buffer.from('one view'));
  connection.framed.writeFrame([Buffer.from('two'), Buffer.from(' views')]);
  assert.throws(() => connection.framed.writeFrame(Buffer.alloc(21)), { actualBytes: 21, limitBytes: 20 });
  connection.framed.writeFrame(new Uint8Array(0));
  await connection.peer.untilBytes(12 + 13 + 4);
  const sent = Buffer.concat([wireOf('own', 'one view'), wireOf('own', 'two views'), wireOf('own', '')]);
  assert.deepEqual(connection.peer.receivedCopy(), sent);
});

test('a header cut by the end of the very memory that is received into is not read beyond it', () => {
  // Receives of 64 KiB, and then of 256 KiB, at the end of which that memory ends.
  for (let headerBytes = 0; headerBytes <= 4; headerBytes++) {
    const sizes = [65_536 - 4 - 10, 6, 100_000, 262_144 - 100_004 - 4 - headerBytes, 5, 0];
    const payloads = sizes.map((size, i) => patterned(size, i));
    const frames: Buffer[] = [];
    framesOf([Buffer.concat(payloads.map(frame))], {}, (payload) => frames.push(payload));
    assert.deepEqual(
      frames.map(({ length }) => length),
      sizes,
    );
    assert.ok(Buffer.concat(frames).equals(Buffer.concat(payloads)));
  }
});

test('words behind lines, in memory of a line’s own that has grown, are read where they lie', async () => {
  const line = 'l'.repeat(9_000);
  const wire = Buffer.concat([Buffer.from(`${line}\n`), framesOfSizes('little', [0, 300, 7]), wireOf('little', 'end')]);
  for (const cut of [2_000, 8_999, 9_000]) {
    const script = scriptOf('lines', { 0: { do: 'frame', way: 'little' } }, { maxFrameBytes: 9_000 });
    const feed = [wire.subarray(0, cut), wire.subarray(cut)];
    assert.deepEqual(await received(script, feed), modelled(script, wire), `cut at ${cut}`);
  }
});

test('a frame that its receiver is given by its word can be taken, as it is and no other', async () => {
  const taken: Buffer[] = [];
  await using connection = await framedConnection({
    framing: lengthPrefixed({ lengthBytes: 4, endian: 'little' }),
    frameReceived(_memory, _start, _end, framed) {
      using lease = framed.takeFrame();
      taken.push(Buffer.from(lease.bytes));
    },
  });
  assert.ok(connection.framed instanceof FramedProtocol);
  await connection.peer.send(framesOfSizes('little', [3, 0, 2_000, 7]));
  await connection.untilFrames(4);
  assert.deepEqual(taken, connection.received);
  assert.throws(() => connection.framed.takeFrame(), { code: 'ERR_RELEASED' });
});

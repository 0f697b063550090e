import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { FramedProtocol, type FrameReceiver, LandfallError, LimitError, lengthPrefixed } from 'landfall';
import { byteByByte, cutAt, everyFeed, type Feed, seededFeed } from 'landfall/testing';
import { connectedFrames, type FramesAndPeer, frame, framesOf, patterned } from './frames.js';

const SMALL = [frame('one'), frame(''), frame('three'), frame('x'.repeat(300)), frame('')];

test('frames cut at any byte arrive whole and in order', async () => {
  const bytes = Buffer.concat(SMALL);
  for (const feed of everyFeed(bytes)) {
    assert.deepEqual(
      framesOf(feed),
      ['one', '', 'three', 'x'.repeat(300), ''],
      `cut into ${feed.map((piece) => piece.length)}`,
    );
  }
});

test('frames that go to memory of their own arrive whole, cut at any byte', () => {
  const bytes = Buffer.concat([frame('ab'), frame('y'.repeat(150)), frame(''), frame('z'.repeat(99))]);
  for (const feed of everyFeed(bytes)) {
    const options = { largeFrameBytes: 40 };
    assert.deepEqual(
      framesOf(feed, options),
      ['ab', 'y'.repeat(150), '', 'z'.repeat(99)],
      `${feed.map((piece) => piece.length)}`,
    );
  }
});

test('frames of every size around each boundary arrive whole, fed in random pieces', () => {
  const sizes = [
    0, 1, 4091, 4092, 4093, 16_383, 32_763, 32_764, 32_765, 65_531, 65_532, 65_536, 131_072, 1_048_576, 3_000_000,
  ];
  const payloads = sizes.map((size, i) => patterned(size, i));
  const bytes = Buffer.concat(payloads.map((payload) => frame(payload)));
  for (const [seed, pieceBytesMax] of [
    [1, 100_000],
    [2, 5_000],
    [3, 65_536],
    [4, 3],
  ] as const) {
    const feed =
      pieceBytesMax === 3 ? seededFeed(bytes.subarray(0, 200_000), seed, 900) : seededFeed(bytes, seed, pieceBytesMax);
    let at = 0;
    framesOf(feed, {}, (payload) => assert.ok(payload.equals(payloads[at++]!), `frame ${at - 1} with seed ${seed}`));
    assert.ok(pieceBytesMax === 3 || at === payloads.length);
  }
});

test('any frames, however cut and whatever counts as large, arrive as they were sent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3000), { maxLength: 20 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer(),
      fc.integer({ min: 1, max: 5000 }),
      (sizes, largeFrameBytes, seed, pieceBytesMax) => {
        const payloads = sizes.map((size, i) => patterned(size, i));
        const feed = seededFeed(Buffer.concat(payloads.map((payload) => frame(payload))), seed, pieceBytesMax);
        const received: Buffer[] = [];
        framesOf(feed, { largeFrameBytes }, (payload) => received.push(payload));
        assert.deepEqual(received, payloads);
      },
    ),
    { numRuns: 300 },
  );
});

test('frames in front of a bad header are delivered before its error ends the connection', async () => {
  const { received, peer, lost } = await connectedFrames({ maxFrameBytes: 100 });
  peer.write(Buffer.concat([frame('good'), frame('also'), frame('x'.repeat(101)), frame('never')]));
  const error = await lost;
  assert.deepEqual(received, ['good', 'also']);
  assert.ok(error instanceof LimitError);
  assert.deepEqual([error.code, error.limitBytes, error.actualBytes], ['ERR_LIMIT', 100, 101]);
});

test('a frame of 100 MB is refused under the default limit by an error that names both numbers, and takes no memory', async () => {
  const { peer, lost } = await connectedFrames({});
  const before = process.memoryUsage().rss;
  peer.write(Buffer.from([0x05, 0xf5, 0xe1, 0x00])); // 100,000,000
  const error = await lost;
  assert.ok(error instanceof LimitError);
  assert.match(error.message, /100000000.*67108864/);
  assert.ok(process.memoryUsage().rss - before < 20e6);
});

test('an end inside a frame is an error that says how far it got', async () => {
  const cases: [Buffer, number, number | undefined][] = [
    [Buffer.from([0, 0]), 2, undefined],
    [Buffer.from([0, 0, 0, 9]), 4, 13],
    [frame('hello').subarray(0, 7), 7, 9],
    [frame('y'.repeat(50_000)).subarray(0, 40_000), 40_000, 50_004],
  ];
  for (const [bytes, bytesRead, expectedBytes] of cases) {
    const { peer, lost } = await connectedFrames({});
    peer.end(bytes);
    const error = (await lost) as LandfallError & { bytesRead: number; expectedBytes: number | undefined };
    assert.deepEqual(
      [error?.code, error?.bytesRead, error?.expectedBytes],
      ['ERR_INCOMPLETE', bytesRead, expectedBytes],
    );
  }
});

test('an end between frames is clean', async () => {
  const { peer, lost, received } = await connectedFrames({});
  peer.end(frame('last'));
  assert.equal(await lost, null);
  assert.deepEqual(received, ['last']);
});

test('a receiver that pauses after each frame gets each once and in order, at a cost in proportion to the bytes', async () => {
  const count = 20_000;
  let seen = 0;
  const { peer, lost, stats } = await connectedFrames({
    frameReceived(memory, start, end, { transport }) {
      assert.equal(Buffer.from(memory.buffer, memory.byteOffset + start, end - start).toString(), `frame ${seen}`);
      seen++;
      transport.pauseReading();
      setImmediate(() => transport.resumeReading());
    },
  });
  peer.end(Buffer.concat(Array.from({ length: count }, (_, i) => frame(`frame ${i}`))));
  assert.equal(await lost, null);
  assert.equal(seen, count);
  const { bytesCopied, bytesReceived } = stats();
  // Without shrinking pieces, each pause would copy half of what one receive brought: a thousand times the bytes.
  assert.ok(bytesCopied < bytesReceived * 40, `${bytesCopied} copied of ${bytesReceived}`);
});

test('close, abort and a throw inside frameReceived end the delivery with that frame', async () => {
  const endings: [string, (context: FramesAndPeer) => void][] = [
    ['close', ({ transport }) => transport.close()],
    ['abort', ({ transport }) => transport.abort()],
    [
      'throw',
      () => {
        throw new RangeError('mine');
      },
    ],
  ];
  for (const [name, ending] of endings) {
    let seen = 0;
    const { peer, lost } = await connectedFrames({
      frameReceived(_memory, _start, _end, context) {
        seen++;
        ending(context);
      },
    });
    peer.write(Buffer.concat([frame('a'), frame('b'), frame('c')]));
    const error = await lost;
    assert.equal(seen, 1, name);
    if (name === 'throw') assert.ok(error instanceof RangeError);
    else assert.equal(error, null);
  }
});

test('frameReceived that returns a promise ends the connection, for small and large frames', async () => {
  for (const size of [3, 100_000]) {
    const receiver = { frameReceived: async () => {} };
    const { peer, lost } = await connectedFrames({ receiver: receiver as unknown as FrameReceiver });
    peer.write(frame('p'.repeat(size)));
    assert.equal(((await lost) as LandfallError).code, 'ERR_PROTOCOL');
  }
});

test('the limit can be changed on an open connection, from the next frame on', async () => {
  const { peer, lost, received } = await connectedFrames({
    maxFrameBytes: 100,
    frameReceived(_memory, _start, _end, { framed }) {
      framed.setMaxFrameBytes(3);
    },
  });
  peer.write(Buffer.concat([frame('longer'), frame('abc'), frame('abcd')]));
  const error = (await lost) as LimitError;
  assert.deepEqual(received, ['longer', 'abc']);
  assert.deepEqual([error.limitBytes, error.actualBytes], [3, 4]);
});

test('writeFrame takes one view or several, and writes nothing when the frame is too large', async () => {
  const { framed, transport, peer, peerReceived } = await connectedFrames({ maxFrameBytes: 10 });
  const peerClosed = once(peer, 'close');
  framed.writeFrame(Buffer.from('one'));
  framed.writeFrame([Buffer.from('t'), Buffer.from(''), Buffer.from('wo')]);
  assert.throws(() => framed.writeFrame(Buffer.alloc(11)), LimitError);
  assert.throws(() => framed.writeFrame([Buffer.alloc(6), Buffer.alloc(5)]), LimitError);
  assert.throws(() => framed.writeFrame([{} as Uint8Array]), TypeError);
  assert.throws(() => framed.writeFrame('text' as unknown as Uint8Array), TypeError);
  assert.throws(() => framed.writeFrame(new Uint16Array(3) as unknown as Uint8Array), TypeError);
  framed.writeFrame(new Uint8Array(0));
  transport.close();
  await peerClosed;
  assert.deepEqual(Buffer.concat(peerReceived), Buffer.concat([frame('one'), frame('two'), frame('')]));
});

test('options that cannot be are refused at once', () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  const receiver: FrameReceiver = { frameReceived() {} };
  for (const largeFrameBytes of [0, 65_537, 1.5, -1, Number.NaN]) {
    assert.throws(() => new FramedProtocol({ framing, receiver, largeFrameBytes }), RangeError);
  }
  assert.throws(() => new FramedProtocol({ framing, receiver: {} as FrameReceiver }), TypeError);
  assert.throws(() => new FramedProtocol({ framing, receiver }).writeFrame(Buffer.from('x')), LandfallError);
  assert.throws(() => new FramedProtocol({ framing, receiver }).setMaxFrameBytes(-1), RangeError);
});

test('feeds put together give the bytes they were cut from', () => {
  const bytes = Buffer.from('hello, world');
  const feeds: Feed[] = [...everyFeed(bytes), byteByByte(bytes), cutAt(bytes, 2, 2, 7), seededFeed(bytes, 7, 3)];
  assert.equal(feeds.length, 1 + 1 + 11 + 3);
  for (const feed of feeds) assert.deepEqual(Buffer.concat(feed), bytes);
  assert.deepEqual(seededFeed(bytes, 7, 3), seededFeed(bytes, 7, 3));
});

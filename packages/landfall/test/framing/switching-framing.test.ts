/** Another protocol, another framing or another limit, between frames and in the middle of one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, FramedProtocol, type Framing, fixedSize, LimitError, lengthPrefixed, lines } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { type FramedConnection, framedConnection } from './framed-connection.js';
import { frame, patterned, until } from './frames.js';

const HEADED: Framing = lengthPrefixed({ lengthBytes: 4 });
const KEPT_HEADER: Framing = lengthPrefixed({ lengthBytes: 4, stripHeader: false });

for (const makeNext of [() => new RecordingProtocol(), () => new RecordingBufferedProtocol()]) {
  const kind = makeNext().constructor.name;

  test(`switchTo() inside frameReceived hands every byte behind that frame to a ${kind}, small frames and large`, async () => {
    for (const size of [10, 50_000, 400_000]) {
      const next = makeNext();
      await using connection = await framedConnection({
        frameReceived(_memory, _start, end, framed) {
          if (end > 0 && connection.received.length === 2) framed.switchTo(next);
        },
      });
      const rest = Buffer.concat([frame('a frame no more'), patterned(100_000, 3)]);
      connection.peer.socket.write(Buffer.concat([frame('one'), frame(patterned(size, 1)), rest]));
      await next.untilBytes(rest.length);
      connection.peer.socket.write('later');
      await next.untilBytes(rest.length + 5);
      assert.equal(connection.received.length, 2);
      assert.ok(Buffer.concat([rest, Buffer.from('later')]).equals(next.receivedCopy()), `${size} bytes`);
    }
  });

  for (const [what, arrived, size] of [
    ['part of a header', 2, 1000],
    ['a header alone', 4, 1000],
    ['the start of a small frame', 700, 1000],
    ['the start of a large frame', 20_000, 100_000],
    ['half of a large frame', 500_000, 1_000_000],
  ] as const) {
    for (const own of [false, true]) {
      for (const framing of [HEADED, KEPT_HEADER]) {
        const where = own ? "the receiver's memory" : "a pool's";
        const header = framing === HEADED ? 'stripped' : 'kept';
        test(`switchTo() with ${what} arrived hands all of it to a ${kind} (${where}, header ${header})`, async () => {
          const next = makeNext();
          const pool = new BufferPool();
          await using connection = await framedConnection({
            framing,
            pool,
            getFrameBuffer: (frameBytes) => (own ? new Uint8Array(frameBytes) : undefined),
          });
          const wire = frame(patterned(size, 1));
          await connection.peer.send(Buffer.concat([frame('whole'), wire.subarray(0, arrived)]));
          await connection.untilBytes(9 + arrived);
          connection.framed.switchTo(next);
          assert.equal(pool.stats().usedBytes, 0, 'the memory of the frame is given back');
          await next.untilBytes(arrived);
          await connection.peer.send(wire.subarray(arrived));
          await next.untilBytes(wire.length);
          assert.ok(wire.equals(next.receivedCopy()));
          assert.equal(connection.received.length, 1);
        });
      }
    }
  }
}

test('switchTo() another FramedProtocol in the middle of a frame: that one receives the frame whole', async () => {
  for (const [arrived, size] of [
    [3, 1000],
    [500, 1000],
    [300_000, 1_000_000],
  ] as const) {
    const frames: Buffer[] = [];
    const next = new FramedProtocol({
      framing: HEADED,
      receiver: {
        frameReceived(memory, start, end) {
          frames.push(Buffer.from(memory.subarray(start, end)));
        },
      },
    });
    await using connection = await framedConnection();
    const wire = frame(patterned(size, 1));
    await connection.peer.send(wire.subarray(0, arrived));
    await connection.untilBytes(arrived);
    connection.framed.switchTo(next);
    await connection.peer.send(wire.subarray(arrived));
    await until(() => frames.length > 0);
    assert.ok(frames[0]!.equals(patterned(size, 1)));
  }
});

test('switchTo() while a frame is skipped is ERR_PROTOCOL until all of it has arrived', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 1000, oversize: 'skip' });
  await using connection = await framedConnection({ framing });
  const next = new RecordingProtocol();
  const wire = frame(patterned(5000, 1));
  await connection.peer.send(wire.subarray(0, 2000));
  await connection.untilBytes(2000);
  assert.throws(() => connection.framed.switchTo(next), { code: 'ERR_PROTOCOL' });
  await connection.peer.send(wire.subarray(2000));
  await connection.untilBytes(5004);
  connection.framed.switchTo(next);
  await connection.peer.send('raw');
  await next.untilBytes(3);
  assert.equal(next.receivedCopy().toString(), 'raw');
});

test('switchTo() before there is a connection is ERR_CLOSED, and to what is no protocol a TypeError that changes nothing', async () => {
  const lonely = new FramedProtocol({ framing: HEADED, receiver: { frameReceived() {} } });
  assert.throws(() => lonely.switchTo(new RecordingProtocol()), { code: 'ERR_CLOSED' });
  await using connection = await framedConnection();
  await connection.peer.send(frame('hello').subarray(0, 6));
  await connection.untilBytes(6);
  assert.throws(() => connection.framed.switchTo({} as RecordingProtocol), TypeError);
  await connection.peer.send(frame('hello').subarray(6));
  await connection.untilFrames(1);
  assert.equal(String(connection.received[0]), 'hello');
});

/** On the frame that says so, frames what follows in another way. */
function onWord(
  word: string,
  framing: Framing,
): (m: Uint8Array, start: number, end: number, f: FramedProtocol) => void {
  return (memory, start, end, framed) => {
    if (Buffer.from(memory.subarray(start, end)).toString() === word) framed.setFraming(framing);
  };
}

test('setFraming() inside frameReceived frames what follows in the same receive in the new way, and encodes so', async () => {
  await using connection = await framedConnection({ frameReceived: onWord('lines', lines()) });
  connection.framed.writeFrame(Buffer.from('one'));
  await connection.peer.send(Buffer.concat([frame('one'), frame('lines'), Buffer.from('two\r\nthree\nfo')]));
  await connection.untilFrames(4);
  connection.framed.writeFrame(Buffer.from('two'));
  await connection.peer.send('ur\n');
  await connection.untilFrames(5);
  assert.deepEqual(connection.received.map(String), ['one', 'lines', 'two', 'three', 'four']);
  await connection.peer.untilBytes(11);
  assert.deepEqual(connection.peer.receivedCopy(), Buffer.concat([frame('one'), Buffer.from('two\n')]));
});

test('setFraming() inside a large frame frames what follows it, however that is cut', async () => {
  const word = 'l'.repeat(100_000);
  for (const cut of [100_003, 100_004, 100_005, 100_007]) {
    await using connection = await framedConnection({ frameReceived: onWord(word, lines()) });
    const wire = Buffer.concat([frame(word), Buffer.from('a\nb\n')]);
    await connection.peer.send(wire.subarray(0, cut));
    await connection.untilBytes(cut);
    await connection.peer.send(wire.subarray(cut));
    await connection.untilFrames(3);
    assert.deepEqual(connection.received.slice(1).map(String), ['a', 'b']);
  }
});

/** Sends part of a frame, changes the framing, and sends the rest. */
async function changedMidway(
  before: Framing,
  after: Framing,
  wire: Buffer,
  cut: number,
  own = false,
): Promise<FramedConnection> {
  const connection = await framedConnection({
    framing: before,
    getFrameBuffer: (frameBytes) => (own ? new Uint8Array(frameBytes) : undefined),
  });
  await connection.peer.send(wire.subarray(0, cut));
  await connection.untilBytes(cut);
  connection.framed.setFraming(after);
  await connection.peer.send(wire.subarray(cut));
  await connection.untilBytes(wire.length);
  return connection;
}

test('setFraming() outside reads what has arrived of a frame in the new way, also if that makes whole frames of it', async () => {
  // As a length, "GET " is over a gigabyte.
  const huge = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 2 ** 31 });
  const text = Buffer.from(`GET /\r\nHost: here\r\n${'x'.repeat(30_000)}\r\n`);
  for (const cut of [1, 4, 7, 10, 20, 25_000]) {
    await using connection = await changedMidway(huge, lines(), text, cut);
    await connection.untilFrames(3);
    assert.deepEqual(connection.received.map(String), ['GET /', 'Host: here', 'x'.repeat(30_000)], `cut at ${cut}`);
  }
});

test('setFraming() outside with a large frame half arrived loses none of its bytes', async () => {
  const wire = frame(patterned(1_000_000, 1));
  for (const own of [false, true]) {
    await using connection = await changedMidway(HEADED, fixedSize(250_001), wire, 600_000, own);
    await connection.untilFrames(4);
    assert.ok(Buffer.concat(connection.received).equals(wire));
  }
});

test('setFraming() outside from lines to lengths takes what was searched already', async () => {
  const wire = Buffer.concat([frame(patterned(3000, 1)), frame(patterned(100_000, 2)), frame('last')]);
  for (const cut of [2, 100, 2999]) {
    await using connection = await changedMidway(lines({ maxLineBytes: 1e6 }), HEADED, noLineFeed(wire), cut);
    await connection.untilFrames(3);
    assert.deepEqual(
      connection.received.map(({ length }) => length),
      [3000, 100_000, 4],
    );
  }
});

/** The same bytes without a line feed, where the cuts of the test above are. */
function noLineFeed(wire: Buffer): Buffer {
  return Buffer.from(wire.map((byte, at) => (byte === 0x0a && at < 3000 ? 0x0b : byte)));
}

test('setFraming() while reading is paused keeps what has arrived for after the resume', async () => {
  const huge = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 2 ** 31 });
  await using connection = await framedConnection({ framing: huge });
  await connection.peer.send('GET /\nnext\n');
  await connection.untilBytes(11);
  connection.transport.pauseReading();
  connection.framed.setFraming(lines());
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(connection.received, []);
  connection.transport.resumeReading();
  await connection.untilFrames(2);
  assert.deepEqual(connection.received.map(String), ['GET /', 'next']);
});

test('setMaxFrameBytes() at rest applies to the next frame, and to what is sent', async () => {
  await using connection = await framedConnection();
  await connection.peer.send(frame('x'.repeat(100)));
  await connection.untilFrames(1);
  connection.framed.setMaxFrameBytes(99);
  assert.throws(() => connection.framed.writeFrame(Buffer.alloc(100)), LimitError);
  connection.framed.setMaxFrameBytes(100);
  await connection.peer.send(frame('x'.repeat(100)));
  await connection.untilFrames(2);
  connection.framed.setMaxFrameBytes(99);
  await connection.peer.send(frame('x'.repeat(100)));
  assertCode(await connection.lost(), 'ERR_LIMIT');
});

test('setMaxFrameBytes() lets the frame pass whose header has arrived, and raised in time lets a larger one', async () => {
  for (const size of [1000, 100_000, 1_000_000]) {
    await using connection = await framedConnection();
    const wire = frame(patterned(size, 1));
    await connection.peer.send(wire.subarray(0, 4));
    await connection.untilBytes(4);
    connection.framed.setMaxFrameBytes(10);
    await connection.peer.send(wire.subarray(4));
    await connection.untilFrames(1);
    connection.framed.setMaxFrameBytes(2_000_000);
    await connection.peer.send(frame(patterned(2_000_000, 2)));
    await connection.untilFrames(2);
    connection.framed.setMaxFrameBytes(10);
    await connection.peer.send(frame('elevenbytes'));
    assertCode(await connection.lost(), 'ERR_LIMIT');
  }
});

test('a framing is never asked about no bytes: not at the start, not when it takes over, not at the end', async () => {
  const asked: number[] = [];
  const asking: Framing = {
    maxFrameBytes: 1000,
    createCodec() {
      const codec = HEADED.createCodec();
      const scan: typeof codec.scan = (memory, start, end, maxFrameBytes) => {
        asked.push(end - start);
        return codec.scan(memory, start, end, maxFrameBytes);
      };
      return { headerBytes: 4, trailerBytes: 0, scan, scanEnd: scan, encode: codec.encode.bind(codec) };
    },
  };
  await using connection = await framedConnection({ framing: asking, frameReceived: onWord('again', asking) });
  connection.framed.setFraming(asking);
  await connection.peer.send(frame('again'));
  await connection.untilFrames(1);
  connection.framed.setFraming(asking);
  await connection.peer.send(frame(''));
  await connection.untilFrames(2);
  connection.peer.end();
  assert.equal(await connection.lost(), null);
  assert.deepEqual(asked, [9, 4]);
});

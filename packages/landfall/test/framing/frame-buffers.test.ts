/** Large frames that land in the receiver's own memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, type FramedProtocol, lengthPrefixed } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
import { framedConnection } from './framed-connection.js';
import { frame, patterned, until } from './frames.js';

test('a large frame lands at the start of the memory that getFrameBuffer returns, once its header was shown', async () => {
  const own = new Uint8Array(new ArrayBuffer(1_000_100), 50, 1_000_010).fill(0xaa);
  const asked: [number, number[]][] = [];
  const places: [Uint8Array, number, number][] = [];
  await using connection = await framedConnection({
    getFrameBuffer(frameBytes, header) {
      asked.push([frameBytes, [...header]]);
      return own;
    },
    frameReceived: (memory, start, end) => void places.push([memory, start, end]),
  });
  await connection.peer.send(Buffer.concat([frame('small'), frame(patterned(1_000_000, 1)), frame('behind')]));
  await connection.untilFrames(3);
  assert.deepEqual(asked, [[1_000_000, [0x00, 0x0f, 0x42, 0x40]]]);
  assert.equal(places[1]![0], own);
  assert.deepEqual(places[1]!.slice(1), [0, 1_000_000]);
  assert.ok(patterned(1_000_000, 1).equals(own.subarray(0, 1_000_000)));
  assert.ok(
    own.subarray(1_000_000).every((byte) => byte === 0xaa),
    'nothing behind the frame was touched',
  );
  assert.equal(connection.received[2]!.toString(), 'behind');
});

test('with stripHeader: false the memory begins with the header, wherever the cut between header and payload falls', async () => {
  const framing = lengthPrefixed({ lengthBytes: 4, stripHeader: false });
  const wire = frame(patterned(100_000, 1));
  for (const cut of [1, 3, 4, 5, 50_000, 100_003]) {
    const own = new Uint8Array(wire.length);
    const asked: [number, number][] = [];
    await using connection = await framedConnection({
      framing,
      getFrameBuffer(frameBytes, header) {
        asked.push([frameBytes, header.length]);
        return own;
      },
    });
    await connection.peer.send(wire.subarray(0, cut));
    await connection.untilBytes(cut);
    await connection.peer.send(wire.subarray(cut));
    await connection.untilFrames(1);
    assert.deepEqual(asked, [[100_004, 0]], `cut at ${cut}`);
    assert.ok(wire.equals(own), `cut at ${cut}`);
  }
});

test('undefined leaves a frame to the pool, from where it may be taken', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({
    pool,
    getFrameBuffer: () => undefined,
    frameReceived: (_memory, _start, _end, framed) => framed.takeFrame().release(),
  });
  await connection.peer.send(frame(patterned(300_000, 1)));
  await connection.untilFrames(1);
  assert.equal(pool.stats().leases, 1);
  assert.equal(pool.stats().usedBytes, 0);
});

const UNFIT: [string, () => Uint8Array | undefined][] = [
  ['memory that is one byte too small', () => new Uint8Array(99_999)],
  ['empty memory', () => new Uint8Array(0)],
  ['null', () => null as unknown as undefined],
  ['a string', () => 'memory' as unknown as Uint8Array],
  ['an ArrayBuffer', () => new ArrayBuffer(100_000) as unknown as Uint8Array],
  ['a DataView', () => new DataView(new ArrayBuffer(100_000)) as unknown as Uint8Array],
  ['memory of wider elements', () => new Uint16Array(100_000) as unknown as Uint8Array],
  ['detached memory', detached],
];

function detached(): Uint8Array {
  const view = new Uint8Array(100_000);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

for (const [what, unfit] of UNFIT) {
  test(`getFrameBuffer that returns ${what} loses the connection with ERR_BUFFER`, async () => {
    await using connection = await framedConnection({ getFrameBuffer: unfit });
    connection.peer.socket.write(Buffer.concat([frame('before'), frame(patterned(100_000, 1))]));
    assertCode(await connection.lost(), 'ERR_BUFFER');
    assert.deepEqual(connection.received.map(String), ['before']);
  });
}

test('getFrameBuffer that throws loses the connection with that error; one that returns a promise, with ERR_PROTOCOL', async () => {
  const mine = new RangeError('mine');
  await using throwing = await framedConnection({
    getFrameBuffer() {
      throw mine;
    },
  });
  throwing.peer.socket.write(frame(patterned(100_000, 1)));
  assert.equal(await throwing.lost(), mine);
  const promising = async (): Promise<Uint8Array> => new Uint8Array(100_000);
  await using later = await framedConnection({ getFrameBuffer: promising as unknown as () => Uint8Array });
  later.peer.socket.write(frame(patterned(100_000, 1)));
  assertCode(await later.lost(), 'ERR_PROTOCOL');
});

test('memory that is detached while a frame arrives in it loses the connection with ERR_BUFFER', async () => {
  const own = new Uint8Array(1_000_000);
  await using connection = await framedConnection({ getFrameBuffer: () => own });
  await connection.peer.send(frame(patterned(1_000_000, 1)).subarray(0, 200_000));
  await connection.untilBytes(200_000);
  // What arrives from here on until the next callback goes where the memory went.
  const moved = structuredClone(own, { transfer: [own.buffer] });
  connection.peer.socket.write(patterned(700_000, 2));
  assertCode(await connection.lost(), 'ERR_BUFFER');
  assert.equal(moved.length, 1_000_000);
});

test('takeFrame() of a frame in the memory of the receiver is ERR_PROTOCOL, and of the small one behind it is not', async () => {
  const errors: unknown[] = [];
  const take = (framed: FramedProtocol): void => {
    try {
      framed.takeFrame().release();
    } catch (error) {
      errors.push(error);
    }
  };
  const own = new Uint8Array(100_000);
  await using connection = await framedConnection({
    getFrameBuffer: () => own,
    frameReceived: (_memory, _start, _end, framed) => take(framed),
  });
  await connection.peer.send(Buffer.concat([frame(patterned(100_000, 1)), frame('small')]));
  await connection.untilFrames(2);
  assert.equal(errors.length, 1);
  assertCode(errors[0], 'ERR_PROTOCOL');
});

test('frames that land in the memory of the receiver copy only what came with their header', async () => {
  const own = new Uint8Array(5_000_000);
  await using connection = await framedConnection({ getFrameBuffer: () => own });
  for (let i = 0; i < 20; i++) await connection.peer.send(frame(patterned(5_000_000, i)));
  await connection.untilFrames(20);
  const { bytesCopied, bytesReceived } = connection.transport.stats();
  assert.ok(bytesCopied <= bytesReceived * 0.005, `${bytesCopied} of ${bytesReceived} bytes copied`);
});

test('an end inside a frame in the memory of the receiver is an error that counts its header', async () => {
  await using connection = await framedConnection({ getFrameBuffer: () => new Uint8Array(100_000) });
  await connection.peer.send(frame(patterned(100_000, 1)).subarray(0, 70_000));
  connection.peer.end();
  const error = await connection.lost();
  assertCode(error, 'ERR_INCOMPLETE');
  assert.deepEqual({ ...error }, { ...error, bytesRead: 70_000, expectedBytes: 100_004 });
});

for (const size of [40_000, 200_000, 1_500_000]) {
  test(`frames of ${size} bytes echoed by reference from memory that every frame lands in come back intact, to a slow reader`, async () => {
    const own = new Uint8Array(size);
    const count = Math.ceil(20_000_000 / size);
    let landedElsewhere = 0;
    await using connection = await framedConnection({
      peerReads: false,
      getFrameBuffer: () => own,
      frameReceived(memory, start, end, framed) {
        if (memory !== own) landedElsewhere++;
        framed.writeFrame(memory.subarray(start, end));
      },
    });
    const { peer } = connection;
    const wire = Array.from({ length: count }, (_, i) => frame(patterned(size, i)));
    for (const bytes of wire) peer.socket.write(bytes);
    await connection.untilFrames(count);
    peer.read();
    await peer.untilBytes(count * (size + 4));
    assert.ok(Buffer.concat(wire).equals(peer.receivedCopy()));
    assert.ok(landedElsewhere > 0, 'the flood never met its own memory');
  });
}

test('memory of the receiver is landed in again once it has left', async () => {
  const own = new Uint8Array(300_000);
  const places: boolean[] = [];
  await using connection = await framedConnection({
    getFrameBuffer: () => own,
    frameReceived(memory, start, end, framed) {
      places.push(memory === own);
      framed.writeFrame(memory.subarray(start, end));
    },
  });
  for (let i = 1; i <= 5; i++) {
    await connection.peer.send(frame(patterned(300_000, i)));
    await connection.untilFrames(i);
    await connection.peer.untilBytes(i * 300_004);
    await until(() => connection.transport.writeBufferSize === 0);
  }
  assert.deepEqual(places, [true, true, true, true, true]);
});

/** Frames over the limit that are skipped, over a real connection. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, delimited, type Framing, lengthPrefixed, lines, varintPrefixed } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
import { framedConnection } from './framed-connection.js';
import { frame, patterned, until } from './frames.js';

const SKIPPING = lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 1000, oversize: 'skip' });

/** One frame as each framing sends it. */
const FRAMINGS: [string, Framing, (payload: string) => Buffer][] = [
  ['lengthPrefixed', SKIPPING, frame],
  ['varintPrefixed', varintPrefixed({ maxFrameBytes: 1000, oversize: 'skip' }), varintFrame],
  [
    'delimited',
    delimited({ delimiter: '<>', maxFrameBytes: 1000, oversize: 'skip' }),
    (text) => Buffer.from(`${text}<>`),
  ],
  ['lines', lines({ maxLineBytes: 1000, oversize: 'skip' }), (text) => Buffer.from(`${text}\n`)],
];

function varintFrame(payload: string): Buffer {
  const length: number[] = [];
  for (let rest = payload.length; ; rest >>>= 7) {
    length.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80);
    if (rest < 0x80) return Buffer.concat([Buffer.from(length), Buffer.from(payload)]);
  }
}

for (const [name, framing, wireOf] of FRAMINGS) {
  test(`${name}: the frames around skipped ones are delivered, and the skipped bytes counted`, async () => {
    await using connection = await framedConnection({ framing });
    const sizes = [10, 1001, 1000, 50_000, 0, 3_000_000, 7, 200_000, 1002, 999];
    const texts = sizes.map((size, i) => String.fromCharCode(97 + i).repeat(size));
    for (const text of texts) await connection.peer.send(wireOf(text));
    await connection.untilFrames(5);
    assert.deepEqual(
      connection.received.map(String),
      texts.filter(({ length }) => length <= 1000),
    );
    const skipped = texts.filter(({ length }) => length > 1000).map((text) => wireOf(text).length);
    assert.equal(
      connection.framed.skippedBytes,
      skipped.reduce((sum, bytes) => sum + bytes),
    );
    connection.peer.end();
    assert.equal(await connection.lost(), null);
  });
}

test('skipped frames of 200 MB take no memory', async () => {
  const pool = new BufferPool();
  await using connection = await framedConnection({ framing: SKIPPING, pool });
  const header = Buffer.alloc(4);
  header.writeUInt32BE(200_000_000);
  const piece = Buffer.alloc(1_000_000, 'x');
  let most = 0;
  const before = process.memoryUsage.rss();
  for (let i = 0; i < 2; i++) {
    await connection.peer.send(header);
    for (let sent = 0; sent < 200; sent++) {
      await connection.peer.send(piece);
      most = Math.max(most, process.memoryUsage.rss() - before);
    }
    await connection.peer.send(frame('between'));
    await connection.untilFrames(i + 1);
  }
  assert.equal(connection.framed.skippedBytes, 2 * 200_000_004);
  assert.equal(pool.stats().reservedBytes, 0);
  assert.ok(most < 60e6, `${most} bytes more`);
  const { bytesCopied } = connection.transport.stats();
  assert.ok(bytesCopied < 1000, `${bytesCopied} bytes copied`);
});

test('an end inside a skipped frame is ERR_INCOMPLETE, and a clean one right behind it', async () => {
  for (const [bytes, isWhole] of [
    [500, false],
    [3000, false],
    [5003, false],
    [5004, true],
  ] as const) {
    await using connection = await framedConnection({ framing: SKIPPING });
    await connection.peer.send(frame(patterned(5000, 1)).subarray(0, bytes));
    await connection.untilBytes(bytes);
    connection.peer.end();
    const error = await connection.lost();
    if (isWhole) assert.equal(error, null);
    else assertCode(error, 'ERR_INCOMPLETE');
  }
});

test('an end inside a line that is skipped is clean: the end of the stream ends it', async () => {
  await using connection = await framedConnection({ framing: lines({ maxLineBytes: 10, oversize: 'skip' }) });
  await connection.peer.send(`short\n${'x'.repeat(100)}`);
  await connection.untilBytes(106);
  connection.peer.end();
  assert.equal(await connection.lost(), null);
  assert.deepEqual(connection.received.map(String), ['short']);
});

test('a pause while a frame is skipped, and a limit raised meanwhile, change nothing about that frame', async () => {
  await using connection = await framedConnection({ framing: SKIPPING });
  const wire = Buffer.concat([frame(patterned(5000, 1)), frame('behind'), frame(patterned(5000, 2))]);
  await connection.peer.send(wire.subarray(0, 3000));
  await connection.untilBytes(3000);
  connection.transport.pauseReading();
  connection.framed.setMaxFrameBytes(10_000);
  connection.transport.resumeReading();
  await connection.peer.send(wire.subarray(3000));
  await connection.untilFrames(2);
  assert.equal(String(connection.received[0]), 'behind');
  assert.ok(connection.received[1]!.equals(patterned(5000, 2)));
  assert.equal(connection.framed.skippedBytes, 5004);
});

test('a frame whose end no number can count is ERR_FRAME, skipping or not', async () => {
  for (const oversize of ['fail', 'skip'] as const) {
    const framing = lengthPrefixed({ lengthBytes: 8, maxFrameBytes: 1000, oversize });
    await using connection = await framedConnection({ framing });
    connection.peer.socket.write(Buffer.alloc(8, 0xff));
    assertCode(await connection.lost(), 'ERR_FRAME');
  }
});

test('a frame in front of a skipped one that pauses reading: the skipped one stays skipped', async () => {
  await using connection = await framedConnection({
    framing: SKIPPING,
    frameReceived() {
      connection.transport.pauseReading();
      setImmediate(() => connection.transport.resumeReading());
    },
  });
  const wire: Buffer[] = [];
  for (let i = 0; i < 50; i++) wire.push(frame(`${i}`), frame(patterned(1001 + i * 2000, i)));
  connection.peer.socket.write(Buffer.concat([...wire, frame('end')]));
  await until(() => String(connection.received.at(-1)) === 'end');
  assert.deepEqual(connection.received.map(String), [...Array.from({ length: 50 }, (_, i) => `${i}`), 'end']);
});

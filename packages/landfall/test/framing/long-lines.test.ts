/** Frames whose end has to be searched for, over real connections: long ones, and cut anywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, delimited, FramedProtocol, type Framing, lines, type Transport } from 'landfall';
import { seededFeed } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { framedConnection } from './framed-connection.js';
import { patterned } from './frames.js';

const LINES = lines({ maxLineBytes: 16_000_000 });
const DELIMITER = '\r\n.\r\n';
const DELIMITED = delimited({ delimiter: DELIMITER, maxFrameBytes: 16_000_000 });

/** Text of so many bytes without a line feed, different from place to place, with carriage returns to mislead. */
function text(bytes: number, seed: number): Buffer {
  return patterned(bytes, seed).map((byte) => (byte % 64 === 13 ? 13 : 32 + (byte % 64))) as Buffer;
}

test('lines of several megabytes arrive whole, among short ones, whatever pieces they come in', async () => {
  const sizes = [0, 5, 1023, 1024, 1025, 60, 5_000_000, 3, 65_536, 65_535, 2_000_000, 0, 262_144, 1];
  const payloads = sizes.map((size, i) =>
    size === 0 ? Buffer.alloc(0) : Buffer.concat([text(size - 1, i), Buffer.from('.')]),
  );
  const wire = Buffer.concat(payloads.flatMap((payload, i) => [payload, Buffer.from(i % 2 === 0 ? '\n' : '\r\n')]));
  for (const [seed, pieceBytesMax] of [
    [1, 1_000_000],
    [2, 50_000],
  ] as const) {
    await using connection = await framedConnection({ framing: LINES });
    connection.peer.socket.setNoDelay(true);
    for (const piece of seededFeed(wire, seed, pieceBytesMax)) await connection.peer.send(piece);
    await connection.untilFrames(payloads.length);
    for (const [i, payload] of payloads.entries()) assert.ok(payload.equals(connection.received[i]!), `line ${i}`);
  }
});

test('a delimiter behind a megabyte is found wherever it is cut, and what only begins like one is payload', async () => {
  const payload = Buffer.concat([text(1_000_000, 1), Buffer.from('\r\n.\r\r\n.'), text(10, 2)]);
  const wire = Buffer.concat([payload, Buffer.from(DELIMITER), payload, Buffer.from(DELIMITER)]);
  for (const offset of [0, 1, 2, 3, 4, 5, 6]) {
    await using connection = await framedConnection({ framing: DELIMITED });
    const cut = payload.length + offset;
    await connection.peer.send(wire.subarray(0, cut));
    await connection.untilBytes(cut);
    await connection.peer.send(wire.subarray(cut));
    await connection.untilFrames(2);
    for (const received of connection.received) assert.ok(payload.equals(received), `cut after ${offset}`);
  }
});

test('what follows the last line feed is a line too, long or short, when the peer ends', async () => {
  for (const [size, ending] of [
    [5, ''],
    [5, '\r'],
    [3000, ''],
    [70_000, '\r'],
    [3_000_000, ''],
  ] as const) {
    const pool = new BufferPool();
    await using connection = await framedConnection({ framing: LINES, pool });
    await connection.peer.send(Buffer.concat([Buffer.from('first\n'), Buffer.alloc(size, 'x'), Buffer.from(ending)]));
    connection.peer.end();
    assert.equal(await connection.lost(), null);
    assert.deepEqual(
      connection.received.map(({ length }) => length),
      [5, size],
    );
    assert.equal(pool.stats().usedBytes, 0);
  }
});

test('an end without the delimiter is ERR_INCOMPLETE', async () => {
  for (const size of [5, 3000, 1_000_000]) {
    await using connection = await framedConnection({ framing: DELIMITED });
    await connection.peer.send(Buffer.alloc(size, 'x'));
    connection.peer.end();
    const error = await connection.lost();
    assertCode(error, 'ERR_INCOMPLETE');
    assert.deepEqual({ ...error }, { ...error, bytesRead: size });
  }
});

test('a line over the limit is refused before it has arrived, and the lines in front of it are delivered', async () => {
  await using connection = await framedConnection({ framing: lines({ maxLineBytes: 100_000 }) });
  connection.peer.socket.write(Buffer.concat([Buffer.from('ok\n'), Buffer.alloc(5_000_000, 'x')]));
  assertCode(await connection.lost(), 'ERR_LIMIT');
  assert.deepEqual(connection.received.map(String), ['ok']);
  assert.ok(connection.transport.stats().bytesReceived < 1_000_000);
});

/** Feeds bytes by hand in pieces of one size, and returns the sizes of the frames and the bytes copied. */
function fed(framing: Framing, bytes: Uint8Array, pieceBytes: number): { sizes: number[]; copied: number } {
  const sizes: number[] = [];
  let copied = 0;
  const frameReceived = (_memory: Uint8Array, start: number, end: number): void => void sizes.push(end - start);
  const framed: FramedProtocol = new FramedProtocol({ framing, receiver: { frameReceived } });
  const countCopied = (nbytes: number): void => {
    copied += nbytes;
  };
  framed.connectionMade({
    isReading: true,
    isClosing: false,
    countCopied,
    getProtocol: () => framed,
  } as unknown as Transport);
  for (let at = 0; at < bytes.length; ) {
    const view = framed.getBuffer();
    const nbytes = Math.min(view.length, pieceBytes, bytes.length - at);
    view.set(bytes.subarray(at, at + nbytes));
    framed.bufferUpdated(nbytes);
    at += nbytes;
  }
  return { sizes, copied };
}

for (const [name, framing, ending] of [
  ['lines', LINES, '\n'],
  ['a delimiter', DELIMITED, DELIMITER],
] as const) {
  test(`a megabyte up to ${name} that comes byte by byte is copied a few times, not once for each byte`, () => {
    const wire = Buffer.concat([Buffer.from(`ab${ending}`), text(1_000_000, 1), Buffer.from(`x${ending}cd${ending}`)]);
    const began = performance.now();
    const { sizes, copied } = fed(framing, wire, 1);
    assert.deepEqual(sizes, [2, 1_000_001, 2]);
    // Doubling copies each byte twice at most; the first thousand come by way of the scratch.
    assert.ok(copied < 4 * wire.length + 2 * 1024 * 1024, `${copied} bytes copied`);
    // Quadratic work would take hours.
    assert.ok(performance.now() - began < 10_000);
  });
}

test('a search is not begun again for each piece: twice the line costs about twice the looks', () => {
  // All of it could be the start of the delimiter, again and again.
  const delimiter = `${'a'.repeat(200)}b`;
  const framing = delimited({ delimiter, maxFrameBytes: 16_000_000 });
  const wire = Buffer.concat([Buffer.alloc(2_000_000, 'a'), Buffer.from(delimiter)]);
  const began = performance.now();
  assert.deepEqual(fed(framing, wire, 1000).sizes, [2_000_000]);
  // 200 looks a byte, at each of 2,000 pieces from the start, would take minutes.
  assert.ok(performance.now() - began < 5000);
});

test('short lines that come byte by byte arrive whole', async () => {
  await using connection = await framedConnection({ framing: LINES });
  connection.peer.socket.setNoDelay(true);
  for (const [i, byte] of Buffer.from('one\r\n\ntwo\nthree').entries()) {
    await connection.peer.send(Uint8Array.of(byte));
    await connection.untilBytes(i + 1);
  }
  connection.peer.end();
  assert.equal(await connection.lost(), null);
  assert.deepEqual(connection.received.map(String), ['one', '', 'two', 'three']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameError, varintPrefixed } from 'landfall';
import { decode, guardedMemory } from '../../dist/testing/framing/decoding.js';
import { assertDecodes, encoded, latin1, refusal, refusalOfSize } from './decoding.js';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** The shortest varint, by bigints, as the independent witness. */
function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

const LENGTHS = [
  0,
  1,
  127,
  128,
  255,
  300,
  16_383,
  16_384,
  2 ** 21 - 1,
  2 ** 21,
  2 ** 28,
  2 ** 31,
  2 ** 32,
  2 ** 35,
  2 ** 49,
  NO_LIMIT - 10,
];

test('a length is read exactly in every number of bytes, and nothing behind the end is looked at', () => {
  const codec = varintPrefixed({ maxFrameBytes: NO_LIMIT }).createCodec();
  for (const length of LENGTHS) {
    const bytes = varint(length);
    for (let end = 0; end < bytes.length; end++)
      assert.equal(codec.scan(guardedMemory(bytes, 0, end), 0, end, NO_LIMIT), 0);
    assert.equal(codec.scan(guardedMemory(bytes, 0, bytes.length), 0, bytes.length, NO_LIMIT), bytes.length + length);
    assert.equal(codec.headerBytes, bytes.length);
    assert.equal(codec.trailerBytes, 0);
  }
});

test('a length is written in its shortest form', () => {
  const codec = varintPrefixed().createCodec();
  for (const length of LENGTHS) {
    const wire: Uint8Array[] = [];
    codec.encode([], length, NO_LIMIT, wire);
    assert.deepEqual(Buffer.concat(wire), varint(length));
  }
});

test('frames with lengths of one, two and three bytes come out whole, however they arrive', () => {
  const payloads = ['', 'abc', 'x'.repeat(127), 'y'.repeat(128), '', 'z'.repeat(300)];
  const wire = payloads.map((payload) => encoded(varintPrefixed(), payload)).join('');
  assertDecodes(varintPrefixed(), wire, payloads);
  assertDecodes(varintPrefixed(), `${wire}\x80`, payloads, 'inside a frame');
  const long = encoded(varintPrefixed(), 'x'.repeat(20_000));
  assert.deepEqual(decode(varintPrefixed(), [latin1(long.slice(0, 2)), latin1(long.slice(2))]).frames, [
    'x'.repeat(20_000),
  ]);
});

test('a length longer than it has to be is taken, up to ten bytes', () => {
  assertDecodes(varintPrefixed(), '\x83\0abc\x80\x80\0\x83\x80\x80\x80\x80\x80\x80\x80\x80\0abc', ['abc', '', 'abc']);
});

test('a length without an end in ten bytes is a frame error, and the scan goes on behind it', () => {
  for (const oversize of ['fail', 'skip'] as const) {
    const framing = varintPrefixed({ oversize });
    const wire = `\x01a${'\x80'.repeat(10)}\x01b`;
    assertDecodes(framing, wire, ['a'], 'ERR_FRAME in 10 bytes');
    assertDecodes(framing, wire, ['a', 'b'], 'clean', { onward: true });
    assertDecodes(framing, '\x80'.repeat(9), [], 'inside a frame');
  }
});

test('a length above 2^53 - 1 is a frame error, whatever the limit and policy', () => {
  for (const oversize of ['fail', 'skip'] as const) {
    const codec = varintPrefixed({ oversize }).createCodec();
    for (const length of [2n ** 53n, 2n ** 53n + 1n, 2n ** 56n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 70n - 1n]) {
      const bytes = varint(length);
      for (const limit of [0, 1000, NO_LIMIT]) {
        assert.throws(
          () => codec.scan(bytes, 0, bytes.length, limit),
          (error: FrameError) => error instanceof FrameError && error.headerBytes === bytes.length,
        );
      }
    }
  }
});

test('a frame that would end beyond 2^53 - 1 with its header is never taken, and never skipped', () => {
  const bytes = varint(NO_LIMIT);
  assert.throws(() => varintPrefixed().createCodec().scan(bytes, 0, bytes.length, NO_LIMIT), { code: 'ERR_LIMIT' });
  const skip = varintPrefixed({ oversize: 'skip' }).createCodec();
  assert.throws(() => skip.scan(bytes, 0, bytes.length, NO_LIMIT), { code: 'ERR_FRAME', headerBytes: 8 });
  assert.equal(skip.scan(varint(NO_LIMIT - 8), 0, 8, 1000), -NO_LIMIT);
});

test('a payload over the limit ends the stream, or is skipped', () => {
  const wire = '\x03abc\x04ABCD\x01d';
  assertDecodes(varintPrefixed({ maxFrameBytes: 3 }), wire, ['abc'], 'ERR_LIMIT: 4 over 3');
  assertDecodes(varintPrefixed({ maxFrameBytes: 3, oversize: 'skip' }), wire, ['abc', 'd']);
  const long = `${encoded(varintPrefixed(), 'x'.repeat(200))}\x01d`;
  assertDecodes(varintPrefixed({ maxFrameBytes: 199 }), long, [], 'ERR_LIMIT: 200 over 199');
  assertDecodes(varintPrefixed({ maxFrameBytes: 199, oversize: 'skip' }), long, ['d']);
});

test('a payload over the limit is not sent, whatever its connection allows it', () => {
  assert.equal(refusal(varintPrefixed({ maxFrameBytes: 3 }), 'abcd'), 'ERR_LIMIT: 4 over 3');
  assert.equal(refusalOfSize(varintPrefixed(), [], NO_LIMIT, NO_LIMIT), `ERR_LIMIT: ${NO_LIMIT} over ${NO_LIMIT - 10}`);
  assert.equal(encoded(varintPrefixed({ maxFrameBytes: 3 }), ['ab', '', 'c']), '\x03abc');
});

test('each connection has a codec of its own, as headers differ in length', () => {
  const framing = varintPrefixed();
  const [one, other] = [framing.createCodec(), framing.createCodec()];
  one.scan(latin1('\x01a'), 0, 2, 100);
  other.scan(latin1('\x80\x01'), 0, 2, 1000);
  assert.deepEqual([one.headerBytes, other.headerBytes], [1, 2]);
});

test('varint options that cannot be are refused at once, and the limit is 64 MiB unless set', () => {
  assert.equal(varintPrefixed().maxFrameBytes, 64 * 1024 * 1024);
  assert.throws(() => varintPrefixed({ oversize: 'drop' as 'skip' }), TypeError);
  for (const maxFrameBytes of [-1, 1.5, Number.NaN]) assert.throws(() => varintPrefixed({ maxFrameBytes }), RangeError);
});

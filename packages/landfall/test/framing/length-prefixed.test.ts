import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endian, FrameError, type IntegerBytes, LimitError, lengthPrefixed } from 'landfall';
import { decode, guardedMemory } from '../../dist/testing/framing/decoding.js';
import { assertDecodes, encoded, latin1, refusal, refusalOfSize } from './decoding.js';

const WIDTHS: readonly IntegerBytes[] = [1, 2, 3, 4, 8];
const ENDIANS: readonly Endian[] = ['big', 'little'];
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Node's own integers, as the independent witness. */
function header(lengthBytes: IntegerBytes, endian: Endian, length: number | bigint): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  if (lengthBytes === 8) {
    if (endian === 'big') bytes.writeBigUInt64BE(BigInt(length));
    else bytes.writeBigUInt64LE(BigInt(length));
  } else if (endian === 'big') bytes.writeUIntBE(Number(length), 0, lengthBytes);
  else bytes.writeUIntLE(Number(length), 0, lengthBytes);
  return bytes;
}

function lengthsOf(lengthBytes: IntegerBytes): number[] {
  const largest = lengthBytes === 8 ? Number.MAX_SAFE_INTEGER - 8 : 256 ** lengthBytes - 1;
  return [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 40, largest - 8, largest].filter(
    (length) => length <= largest,
  );
}

for (const lengthBytes of WIDTHS) {
  for (const endian of ENDIANS) {
    const framing = lengthPrefixed({ lengthBytes, endian, maxFrameBytes: NO_LIMIT });
    const codec = framing.createCodec();

    test(`a ${lengthBytes}-byte ${endian}-endian length is read and written exactly, wherever it lies`, () => {
      for (const length of lengthsOf(lengthBytes)) {
        const bytes = header(lengthBytes, endian, length);
        const wire: Uint8Array[] = [];
        codec.encode([], length, NO_LIMIT, wire);
        assert.deepEqual(Buffer.concat(wire), bytes);
        const memory = Buffer.concat([Buffer.alloc(3, 0xff), bytes, Buffer.alloc(5, 0xff)]);
        assert.equal(codec.scan(memory, 3, memory.length, NO_LIMIT), lengthBytes + length);
        assert.equal(codec.headerBytes, lengthBytes);
        assert.equal(codec.trailerBytes, 0);
      }
    });

    test(`a ${lengthBytes}-byte ${endian}-endian length cut short needs more bytes, and nothing behind the end is looked at`, () => {
      const memory = Buffer.concat([header(lengthBytes, endian, 5), Buffer.alloc(8, 0xff)]);
      for (let end = 0; end < lengthBytes; end++) {
        assert.equal(codec.scan(guardedMemory(memory, 0, end), 0, end, 1), 0);
      }
      assert.equal(codec.scan(guardedMemory(memory, 0, lengthBytes), 0, lengthBytes, 5), lengthBytes + 5);
    });

    test(`frames with a ${lengthBytes}-byte ${endian}-endian length come out whole, however they arrive`, () => {
      const payloads = ['abc', '', 'de', '', '', 'f'.repeat(40)];
      const wire = payloads.map((payload) => encoded(framing, payload)).join('');
      assertDecodes(framing, wire, payloads);
      assertDecodes(framing, `${wire}${encoded(framing, 'ghi').slice(0, -1)}`, payloads, 'inside a frame');
    });
  }
}

// The next tests keep the meaning of tokio's of similar names.
const TOKIO = lengthPrefixed({ lengthBytes: 4 });

test('a frame whose header comes in two parts and whose payload in three is received once it is whole', () => {
  const pieces = ['\0\0', '\0\x09', 'abc', 'defg', 'hi'];
  assert.deepEqual(decode(TOKIO, pieces.map(latin1)), { frames: ['abcdefghi'], end: 'clean' });
});

test('frames cut anywhere come out in order, whatever the pieces', () => {
  const pieces = ['\0\0', '\0\x09abc', 'defghi\0\0\0\x03', '12', '3\0\0', '\0\x0bhello world'];
  assert.deepEqual(decode(TOKIO, pieces.map(latin1)), { frames: ['abcdefghi', '123', 'hello world'], end: 'clean' });
});

test('three frames in one piece are three frames, in order', () => {
  const wire = latin1('\0\0\0\x09abcdefghi\0\0\0\x03123\0\0\0\x0bhello world');
  assert.deepEqual(decode(TOKIO, [wire]).frames, ['abcdefghi', '123', 'hello world']);
});

test('the end of the stream inside a header, behind it, or inside a payload is not clean', () => {
  assertDecodes(TOKIO, '\0', [], 'inside a frame');
  assertDecodes(TOKIO, '\0\0', [], 'inside a frame');
  assertDecodes(TOKIO, '\0\0\0\x09', [], 'inside a frame');
  assertDecodes(TOKIO, '\0\0\0\x09ab', [], 'inside a frame');
  assertDecodes(TOKIO, '\0\0\0\x01a\0\0\0\x09', ['a'], 'inside a frame');
});

test('frames without a payload are received, among others and alone', () => {
  assertDecodes(TOKIO, '\0\0\0\0', ['']);
  assertDecodes(TOKIO, '\0\0\0\0\0\0\0\x01a\0\0\0\0\0\0\0\0\0\0\0\x01b', ['', 'a', '', '', 'b']);
  assert.equal(encoded(TOKIO, ''), '\0\0\0\0');
  assert.equal(encoded(TOKIO, []), '\0\0\0\0');
});

test('a length over the limit is an error that names both numbers, before any of the payload arrives', () => {
  const codec = TOKIO.createCodec();
  assert.throws(
    () => codec.scan(header(4, 'big', 1001), 0, 4, 1000),
    (error: LimitError) =>
      error instanceof LimitError &&
      error.code === 'ERR_LIMIT' &&
      error.limitBytes === 1000 &&
      error.actualBytes === 1001 &&
      /1001.*1000/.test(error.message),
  );
  assert.equal(codec.scan(header(4, 'big', 1000), 0, 4, 1000), 1004);
});

test('a limit lowered in front of a frame refuses it, and one lowered inside a frame lets it pass', () => {
  const wire = latin1('\0\0\0\x09abcdefghi');
  const codec = TOKIO.createCodec();
  assert.throws(() => codec.scan(wire, 0, wire.length, 5), { code: 'ERR_LIMIT' });
  // Once a codec could tell it is not asked again: with the header seen, this frame is 13 bytes whatever the limit.
  assert.equal(codec.scan(wire, 0, 4, 9), 13);
});

test('skipped frames are counted off by their header, wherever they are cut, and those behind are received', () => {
  const framing = lengthPrefixed({ lengthBytes: 2, maxFrameBytes: 3, oversize: 'skip' });
  assertDecodes(framing, '\0\x03abc\0\x04ABCD\0\x01d\0\x05VWXYZ\0\x06UVWXYZ\0\0', ['abc', 'd', '']);
  assertDecodes(framing, '\0\x04ABC', [], 'inside a frame');
  assert.equal(framing.createCodec().scan(latin1('\xff\xff'), 0, 2, 3), -65_537);
});

test('a length above 2^53 - 1 is a frame error in both byte orders, whatever the limit and policy', () => {
  for (const endian of ENDIANS) {
    for (const oversize of ['fail', 'skip'] as const) {
      const codec = lengthPrefixed({ lengthBytes: 8, endian, oversize }).createCodec();
      for (const length of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
        for (const limit of [0, 1000, NO_LIMIT]) {
          assert.throws(
            () => codec.scan(header(8, endian, length), 0, 8, limit),
            (error: FrameError) => error instanceof FrameError && error.code === 'ERR_FRAME' && error.headerBytes === 8,
          );
        }
      }
    }
  }
});

test('who scans by hand goes on behind a header that cannot be', () => {
  const framing = lengthPrefixed({ lengthBytes: 8 });
  const wire = `${encoded(framing, 'a')}${'\xff'.repeat(8)}${encoded(framing, 'b')}`;
  assertDecodes(framing, wire, ['a'], 'ERR_FRAME in 8 bytes');
  assertDecodes(framing, wire, ['a', 'b'], 'clean', { onward: true });
});

test('a frame that would end beyond 2^53 - 1 with its header is never taken, and never skipped', () => {
  const largest = Number.MAX_SAFE_INTEGER;
  const fail = lengthPrefixed({ lengthBytes: 8 }).createCodec();
  const skip = lengthPrefixed({ lengthBytes: 8, oversize: 'skip' }).createCodec();
  assert.equal(fail.scan(header(8, 'big', largest - 8), 0, 8, NO_LIMIT), largest);
  assert.equal(skip.scan(header(8, 'big', largest - 8), 0, 8, 1000), -largest);
  for (const length of [largest - 7, largest - 1, largest]) {
    assert.throws(() => fail.scan(header(8, 'big', length), 0, 8, NO_LIMIT), { code: 'ERR_LIMIT' });
    assert.throws(() => fail.scan(header(8, 'big', length), 0, 8, 1000), { code: 'ERR_LIMIT', actualBytes: length });
    assert.throws(() => skip.scan(header(8, 'big', length), 0, 8, NO_LIMIT), { code: 'ERR_FRAME', headerBytes: 8 });
  }
});

test('the encoder refuses what the field cannot hold or the limit does not allow, and appends nothing', () => {
  assert.equal(refusal(lengthPrefixed({ lengthBytes: 1 }), 'x'.repeat(256)), 'ERR_LIMIT: 256 over 255');
  assert.equal(refusal(lengthPrefixed({ lengthBytes: 2 }), 'x'.repeat(65_536)), 'ERR_LIMIT: 65536 over 65535');
  assert.equal(refusal(lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 10 }), 'x'.repeat(11)), 'ERR_LIMIT: 11 over 10');
  assert.equal(
    refusalOfSize(lengthPrefixed({ lengthBytes: 4 }), [], 2 ** 32, NO_LIMIT),
    `ERR_LIMIT: ${2 ** 32} over ${2 ** 32 - 1}`,
  );
  assert.equal(encoded(lengthPrefixed({ lengthBytes: 1 }), 'x'.repeat(255)), `\xff${'x'.repeat(255)}`);
});

test('a limit raised on a connection allows no more than the field can hold', () => {
  const framing = lengthPrefixed({ lengthBytes: 1 });
  assert.equal(encoded(framing, 'x'.repeat(255), 1000).length, 256);
  assert.equal(refusal(framing, 'x'.repeat(256), 1000), 'ERR_LIMIT: 256 over 255');
});

test('the parts of a payload are passed on as they are, in order, behind one header', () => {
  const parts = [latin1('ab'), latin1(''), latin1('cde')];
  const wire: Uint8Array[] = [];
  TOKIO.createCodec().encode(parts, 5, 100, wire);
  assert.deepEqual(Buffer.from(wire[0]!), Buffer.from([0, 0, 0, 5]));
  assert.deepEqual(wire.slice(1), parts);
  assert.ok(parts.every((part, i) => wire[i + 1] === part));
});

test('a payload of two hundred thousand parts is encoded like any other', () => {
  const parts = Array.from({ length: 200_000 }, () => latin1('x'));
  const wire: Uint8Array[] = [];
  TOKIO.createCodec().encode(parts, parts.length, 1_000_000, wire);
  assert.equal(wire.length, 200_001);
});

test('the limit is 64 MiB unless set, and never more than the field can hold', () => {
  assert.equal(lengthPrefixed({ lengthBytes: 4 }).maxFrameBytes, 64 * 1024 * 1024);
  assert.equal(lengthPrefixed({ lengthBytes: 8 }).maxFrameBytes, 64 * 1024 * 1024);
  assert.equal(lengthPrefixed({ lengthBytes: 2 }).maxFrameBytes, 65_535);
  assert.equal(lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 0 }).maxFrameBytes, 0);
  assert.equal(lengthPrefixed({ lengthBytes: 8, maxFrameBytes: NO_LIMIT }).maxFrameBytes, NO_LIMIT - 8);
});

test('one codec serves every connection, as it remembers nothing', () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  assert.equal(framing.createCodec(), framing.createCodec());
});

test('options that cannot be are refused at once', () => {
  for (const lengthBytes of [0, 5, 9, 1.5, '4', undefined]) {
    assert.throws(() => lengthPrefixed({ lengthBytes: lengthBytes as 4 }), TypeError);
  }
  assert.throws(() => lengthPrefixed({ lengthBytes: 4, endian: 'middle' as 'big' }), TypeError);
  assert.throws(() => lengthPrefixed({ lengthBytes: 4, oversize: 'drop' as 'skip' }), TypeError);
  for (const maxFrameBytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => lengthPrefixed({ lengthBytes: 4, maxFrameBytes }), RangeError);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Endian, type IntegerBytes, LandfallError, LimitError, lengthPrefixed } from 'landfall';

const WIDTHS: readonly IntegerBytes[] = [1, 2, 3, 4, 8];
const ENDIANS: readonly Endian[] = ['big', 'little'];
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Node's own integers, as the independent witness. */
function header(lengthBytes: IntegerBytes, endian: Endian, length: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  if (lengthBytes === 8) {
    if (endian === 'big') bytes.writeBigUInt64BE(BigInt(length));
    else bytes.writeBigUInt64LE(BigInt(length));
  } else if (endian === 'big') bytes.writeUIntBE(length, 0, lengthBytes);
  else bytes.writeUIntLE(length, 0, lengthBytes);
  return bytes;
}

function lengthsOf(lengthBytes: IntegerBytes): number[] {
  const largest = lengthBytes === 8 ? Number.MAX_SAFE_INTEGER : 256 ** lengthBytes - 1;
  return [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 40, largest - 8, largest].filter(
    (length) => length <= largest && length + lengthBytes <= Number.MAX_SAFE_INTEGER,
  );
}

for (const lengthBytes of WIDTHS) {
  for (const endian of ENDIANS) {
    const framing = lengthPrefixed({ lengthBytes, endian, maxFrameBytes: NO_LIMIT });
    const codec = framing.createCodec();

    test(`a ${lengthBytes}-byte ${endian}-endian length is read and written exactly, wherever it lies`, () => {
      for (const length of lengthsOf(lengthBytes)) {
        const bytes = header(lengthBytes, endian, length);
        assert.deepEqual(Buffer.from(codec.encodeHeader(length)), bytes);
        const memory = Buffer.concat([Buffer.alloc(3, 0xff), bytes, Buffer.alloc(5, 0xff)]);
        assert.equal(codec.scan(memory, 3, memory.length, NO_LIMIT), lengthBytes + length);
      }
    });

    test(`a ${lengthBytes}-byte ${endian}-endian length cut short needs more bytes, and nothing behind the end is looked at`, () => {
      const memory = Buffer.concat([header(lengthBytes, endian, 5), Buffer.alloc(8, 0xff)]);
      for (let end = 0; end < lengthBytes; end++) assert.equal(codec.scan(memory, 0, end, 1), 0);
      assert.equal(codec.scan(memory, 0, lengthBytes, 5), lengthBytes + 5);
    });
  }
}

test('a length over the limit is an error that names both numbers', () => {
  const codec = lengthPrefixed({ lengthBytes: 4 }).createCodec();
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

test('a length above 2^53 - 1 is a frame error in both byte orders, even without a limit', () => {
  for (const endian of ENDIANS) {
    const codec = lengthPrefixed({ lengthBytes: 8, endian }).createCodec();
    for (const length of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      const bytes = Buffer.alloc(8);
      if (endian === 'big') bytes.writeBigUInt64BE(length);
      else bytes.writeBigUInt64LE(length);
      assert.throws(
        () => codec.scan(bytes, 0, 8, NO_LIMIT),
        (error: LandfallError) => error.code === 'ERR_FRAME',
      );
    }
  }
});

test('a payload that the field or the limit cannot take is refused by the encoder', () => {
  const refused = (error: LandfallError): boolean => error instanceof LimitError;
  assert.throws(() => lengthPrefixed({ lengthBytes: 1 }).createCodec().encodeHeader(256), refused);
  assert.throws(() => lengthPrefixed({ lengthBytes: 2 }).createCodec().encodeHeader(65_536), refused);
  assert.throws(() => lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 10 }).createCodec().encodeHeader(11), refused);
  assert.equal(lengthPrefixed({ lengthBytes: 1 }).createCodec().encodeHeader(255).length, 1);
});

test('the limit is 64 MiB unless set, and never more than the field can hold', () => {
  assert.equal(lengthPrefixed({ lengthBytes: 4 }).maxFrameBytes, 64 * 1024 * 1024);
  assert.equal(lengthPrefixed({ lengthBytes: 2 }).maxFrameBytes, 65_535);
  assert.equal(lengthPrefixed({ lengthBytes: 4, maxFrameBytes: 0 }).maxFrameBytes, 0);
});

test('options that cannot be are refused at once', () => {
  for (const lengthBytes of [0, 5, 9, 1.5, '4', undefined]) {
    assert.throws(() => lengthPrefixed({ lengthBytes: lengthBytes as 4 }), TypeError);
  }
  assert.throws(() => lengthPrefixed({ lengthBytes: 4, endian: 'middle' as 'big' }), TypeError);
  for (const maxFrameBytes of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => lengthPrefixed({ lengthBytes: 4, maxFrameBytes }), RangeError);
  }
});

test('fuzz: random bytes give a frame size, a need for more, or a typed error, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...WIDTHS),
      fc.constantFrom(...ENDIANS),
      fc.uint8Array({ maxLength: 24 }),
      fc.nat(24),
      fc.oneof(fc.nat(300), fc.constant(NO_LIMIT)),
      (lengthBytes, endian, memory, from, limit) => {
        const start = Math.min(from, memory.length);
        const codec = lengthPrefixed({ lengthBytes, endian }).createCodec();
        try {
          const bytes = codec.scan(memory, start, memory.length, limit);
          if (memory.length - start < lengthBytes) return bytes === 0;
          return bytes >= lengthBytes && bytes <= lengthBytes + limit;
        } catch (error) {
          return error instanceof LandfallError && ['ERR_LIMIT', 'ERR_FRAME'].includes(error.code);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

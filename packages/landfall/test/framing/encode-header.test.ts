/** What a codec says about its frames beside `scan` and `encode`, `encodeHeader` and `lengthWord`, agrees with these two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  delimited,
  type Endian,
  type FrameCodec,
  type Framing,
  fixedSize,
  LandfallError,
  LimitError,
  lengthPrefixed,
  lines,
  varintPrefixed,
} from 'landfall';
import { latin1 } from './decoding.js';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const ENDIANS: readonly Endian[] = ['big', 'little'];
const WIDTHS = [1, 2, 3, 4] as const;

/** A framing whose header depends on the size alone, the largest size, and a witness: Node's own integers, or a bigint. */
type Headed = [name: string, framing: Framing, largest: number, headerOf: (payloadBytes: number) => Buffer];

const HEADED: Headed[] = [
  ...ENDIANS.flatMap((endian) =>
    WIDTHS.map(
      (lengthBytes): Headed => [
        `a ${lengthBytes}-byte ${endian}-endian length`,
        lengthPrefixed({ lengthBytes, endian }),
        256 ** lengthBytes - 1,
        (payloadBytes) => {
          const header = Buffer.alloc(lengthBytes);
          if (endian === 'big') header.writeUIntBE(payloadBytes, 0, lengthBytes);
          else header.writeUIntLE(payloadBytes, 0, lengthBytes);
          return header;
        },
      ],
    ),
  ),
  ['a varint', varintPrefixed(), NO_LIMIT - 10, varint],
];

/** Framings whose header depends on more than the size, or that put something behind, or nothing in front. */
const OTHERS: readonly Framing[] = [
  lengthPrefixed({ lengthBytes: 4, stripHeader: false }),
  lengthPrefixed({ lengthBytes: 4, headerBytes: 2 }),
  delimited({ delimiter: 'ab' }),
  lines(),
];

const EDGES = [0, 127, 255, 16_383, 65_535, 2 ** 24 - 1, 2 ** 28, 2 ** 30, 2 ** 31, 2 ** 32 - 1, 2 ** 35, 2 ** 49];
const SIZES = [
  ...new Set(EDGES.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 2])),
  NO_LIMIT - 11,
  NO_LIMIT - 10,
  NO_LIMIT - 9,
  NO_LIMIT,
].filter((size) => size >= 0);
const LIMITS = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 30, 2 ** 32, NO_LIMIT];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    bytes.push(Number(rest % 128n) + (rest < 128n ? 0 : 128));
    if (rest < 128n) return Buffer.from(bytes);
  }
}

/** What came of it: a copy of the bytes, or what is told of the error. */
type Encoded = { bytes: string } | { message: string; numbers: unknown };

function outcomeOf(encode: () => Uint8Array): Encoded {
  try {
    return { bytes: Buffer.from(encode()).toString('hex') };
  } catch (error) {
    assert.ok(error instanceof LandfallError);
    return { message: error.message, numbers: { ...error } };
  }
}

function byEncode(codec: FrameCodec, payloadBytes: number, maxFrameBytes: number): Encoded {
  const before = latin1('before');
  const wire: Uint8Array[] = [before];
  const outcome = outcomeOf(() => {
    codec.encode([], payloadBytes, maxFrameBytes, wire);
    return Buffer.concat(wire.slice(1));
  });
  assert.equal(wire[0], before);
  if ('message' in outcome) assert.equal(wire.length, 1, 'something was appended for what was refused');
  return outcome;
}

function byEncodeHeader(codec: FrameCodec, payloadBytes: number, maxFrameBytes: number): Encoded {
  return outcomeOf(() => codec.encodeHeader!(payloadBytes, maxFrameBytes));
}

for (const [name, framing, largest, headerOf] of HEADED) {
  test(`${name}: encodeHeader says what encode does, byte for byte, of every size under every limit`, () => {
    const codec = framing.createCodec();
    for (const limit of [...LIMITS, framing.maxFrameBytes]) {
      for (const size of SIZES) {
        const outcome = byEncodeHeader(codec, size, limit);
        assert.deepEqual(outcome, byEncode(codec, size, limit), `${size} bytes under ${limit}`);
        const limitBytes = Math.min(limit, largest);
        if (size <= limitBytes) assert.deepEqual(outcome, { bytes: headerOf(size).toString('hex') });
        else {
          const numbers = { name: 'LimitError', code: 'ERR_LIMIT', actualBytes: size, limitBytes };
          assert.deepEqual('numbers' in outcome ? outcome.numbers : outcome, numbers, `${size} bytes under ${limit}`);
        }
      }
    }
  });

  test(`${name}: encodeHeader refuses with both numbers, and what it refused, or said before, leaves nothing behind`, () => {
    const codec = framing.createCodec();
    const [small, large] = [5, 200];
    for (const size of [large, 11, small, 0, large, small]) {
      assert.throws(
        () => codec.encodeHeader!(size, size - 1),
        (error) => error instanceof LimitError && error.actualBytes === size && error.limitBytes === size - 1,
      );
      assert.deepEqual(byEncode(codec, small, large), { bytes: headerOf(small).toString('hex') });
      assert.throws(() => codec.encode([], size, size - 1, []), LimitError);
      assert.deepEqual(byEncodeHeader(codec, size, large), { bytes: headerOf(size).toString('hex') });
    }
  });

  test(`${name}: a header to send leaves alone what was found out about the frame that was scanned last`, () => {
    const codec = framing.createCodec();
    const other = framing.createCodec();
    const wire = Buffer.concat([headerOf(200), Buffer.alloc(200)]);
    assert.equal(codec.scan(wire, 0, wire.length, 1000), wire.length);
    codec.encodeHeader!(3, 1000);
    other.encodeHeader!(3, 1000);
    other.scan(Buffer.alloc(10), 0, 10, 1000);
    assert.equal(codec.headerBytes, headerOf(200).length);
    assert.equal(codec.trailerBytes, 0);
  });
}

test('encodeHeader is left out where the header depends on more than the size, or something goes behind', () => {
  for (const framing of OTHERS) assert.equal(framing.createCodec().encodeHeader, undefined);
});

const endian = fc.constantFrom<Endian>('big', 'little');
const maxFrameBytes = fc.oneof(fc.nat(20), fc.nat(70_000), fc.constant(NO_LIMIT));
const oversize = fc.constantFrom<'fail' | 'skip'>('fail', 'skip');
const offset = fc.oneof(fc.constant(0), fc.nat(4));
const headers = fc
  .record({
    lengthBytes: fc.constantFrom<1 | 2 | 3 | 4 | 8>(1, 2, 3, 4, 4, 4, 8),
    endian,
    lengthOffset: offset,
    lengthAdjustment: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: -4, max: 4 })),
    more: offset,
    stripHeader: fc.oneof(fc.constant(true), fc.boolean()),
    maxFrameBytes,
    oversize,
  })
  .map(({ more, ...options }) =>
    lengthPrefixed({ ...options, headerBytes: options.lengthOffset + options.lengthBytes + more }),
  );

/** Any framing there is. */
const framings: fc.Arbitrary<Framing> = fc.oneof(
  { weight: 6, arbitrary: headers },
  { weight: 2, arbitrary: fc.record({ lengthBytes: fc.constant(4 as const), endian, oversize }).map(lengthPrefixed) },
  fc.record({ maxFrameBytes, oversize }).map(varintPrefixed),
  fc.record({ delimiter: fc.constantFrom('\n', 'ab', '\0\0\0\x01'), maxFrameBytes, oversize }).map(delimited),
  maxFrameBytes.map((maxLineBytes) => lines({ maxLineBytes })),
  fc.integer({ min: 1, max: 9 }).map(fixedSize),
);

test('whatever has encodeHeader encodes a frame as that and the payload, or refuses with the same error', () => {
  fc.assert(
    fc.property(framings, fc.uint8Array({ maxLength: 300 }), maxFrameBytes, (framing, payload, limit) => {
      const codec = framing.createCodec();
      if (codec.encodeHeader === undefined) return;
      const whole = outcomeOf(() => {
        const wire: Uint8Array[] = [];
        codec.encode([payload], payload.length, limit, wire);
        return Buffer.concat(wire);
      });
      const apart = outcomeOf(() => Buffer.concat([codec.encodeHeader!(payload.length, limit), payload]));
      assert.deepEqual(apart, whole);
    }),
    { numRuns: 2000 },
  );
});

/** Words around every edge, and any. */
const word = fc.oneof(
  fc.nat(30),
  fc.constantFrom(0xffff, 2 ** 24, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);

test('a framing that says lengthWord scans each frame as that word and so many bytes, under every limit', () => {
  const says = { big: 0, little: 0 };
  fc.assert(
    fc.property(framings, word, fc.nat(9), fc.nat(40), maxFrameBytes, (framing, length, start, more, limit) => {
      const codec = framing.createCodec();
      const { lengthWord } = codec;
      if (lengthWord === undefined) return;
      says[lengthWord]++;
      const memory = Buffer.alloc(start + 4 + more, 0xff);
      if (lengthWord === 'big') memory.writeUInt32BE(length, start);
      else memory.writeUInt32LE(length, start);
      for (let end = start; end < start + 4; end++) assert.equal(codec.scan(memory, start, end, limit), 0);
      let found = Number.NaN;
      try {
        found = codec.scan(memory, start, memory.length, limit);
      } catch (error) {
        assert.ok(error instanceof LimitError && length > limit);
        assert.deepEqual([error.actualBytes, error.limitBytes], [length, limit]);
        return;
      }
      assert.equal(found, length > limit ? -(4 + length) : 4 + length);
      assert.deepEqual([codec.headerBytes, codec.trailerBytes], [4, 0]);
    }),
    { numRuns: 3000 },
  );
  assert.ok(says.big > 0 && says.little > 0, 'nothing was tried');
});

test('frames that are four bytes of length and the payload say so, in the byte order they have', () => {
  for (const order of ENDIANS) {
    assert.equal(lengthPrefixed({ lengthBytes: 4, endian: order }).createCodec().lengthWord, order);
    assert.equal(lengthPrefixed({ lengthBytes: 3, endian: order }).createCodec().lengthWord, undefined);
  }
});

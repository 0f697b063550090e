/**
 * Bytes that no server would send: each decoder makes a value of them or throws a `DecodeError`, looks at nothing else
 * (`decode` has other bytes around them each time), and takes no more memory than they are worth.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../../dist/errors.js';
import type { Codec } from '../../dist/types/codec.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { codecOf, decode, encode, everyCodec, hex } from './codec-bytes.js';
import { SAMPLES } from './samples.js';

const OTHER_OPTIONS: TypeOptions = {
  int8: 'number',
  numeric: 'number',
  date: 'date',
  timestamp: 'date',
  timestamptz: 'string',
  json: 'text',
  float4: 'exact',
  internText: false,
};

/** Small numbers make sizes and counts that fit, sometimes. */
const likelyBytes = fc
  .array(fc.oneof(fc.constantFrom(0, 0, 0, 1, 2, 4, 255), fc.integer({ min: 0, max: 255 })), { maxLength: 80 })
  .map((bytes) => Uint8Array.from(bytes));

function decodeOrRefuse(codec: Codec, bytes: Uint8Array): void {
  if (codec.format === 1 && codec.fixedBytes >= 0 && codec.fixedBytes !== bytes.length) return;
  try {
    decode(codec, bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    assert.ok(error.typeName !== '');
  }
}

for (const [what, options] of [
  ['by default', {}],
  ['with all options', OTHER_OPTIONS],
] as const) {
  test(`random bytes are a value or none, ${what}`, () => {
    const codecs = everyCodec(options);
    fc.assert(
      fc.property(likelyBytes, (bytes) => {
        for (const codec of codecs) decodeOrRefuse(codec, bytes);
      }),
      { numRuns: 60 },
    );
  });
}

test('every size of zeros, ones and 0xff is a value or none', () => {
  for (const codec of everyCodec()) {
    for (const byte of [0, 1, 255]) {
      for (let size = 0; size < 40; size++) decodeOrRefuse(codec, new Uint8Array(size).fill(byte));
    }
  }
});

test('values that are cut off, extended or changed are values or none', () => {
  const codecs = new Map(everyCodec().map((codec) => [codec.name, codec]));
  for (const { type, value, isReadOnly } of SAMPLES) {
    const codec = codecs.get(type.endsWith('[]') ? `_${type.slice(0, -2)}` : type);
    if (codec === undefined || isReadOnly === true) continue;
    const bytes = encode(codec, value);
    for (let size = 0; size < Math.min(bytes.length, 100); size++) decodeOrRefuse(codec, bytes.subarray(0, size));
    decodeOrRefuse(codec, Buffer.concat([bytes, Buffer.of(0)]));
    for (let i = 0; i < Math.min(bytes.length, 60); i++) {
      for (const flip of [1, 0x80, 0xff]) {
        const changed = Uint8Array.from(bytes);
        changed[i]! ^= flip;
        decodeOrRefuse(codec, changed);
      }
    }
  }
});

/** Type, bytes, and what is wrong with them. */
const HOSTILE: [string, string, string][] = [
  ['_int4', '00000001 00000000 00000017 3b9aca00 00000001', 'a billion elements in no bytes'],
  ['_int4', '00000001 00000000 00000017 ffffffff 00000001', 'a negative count'],
  ['_int4', '00000001 00000000 00000017 00000000 00000001', 'a dimension of none'],
  ['_int4', '00000002 00000000 00000017 00010000 00000001 00010000 00000001', '2 ** 32 elements'],
  [
    '_int4',
    '00000006 00000000 00000017 7fffffff 00000001 7fffffff 00000001 7fffffff 00000001 7fffffff 00000001 7fffffff 00000001 7fffffff 00000001',
    '2 ** 186 elements',
  ],
  ['_int4', '00000002 00000000 00000017 7fffffff 00000001 00000000 00000001', 'two billion empty arrays'],
  ['_int4', '00000007 00000000 00000017', 'seven dimensions'],
  ['_int4', '7fffffff 00000000 00000017', 'two billion dimensions'],
  ['_int4', '00000001 00000000 00000017 00000002 00000001 ffffffff 00000008 0000000000000001', 'sizes that add up'],
  ['_int4', '00000001 00000000 00000017 00000001 00000001 00000004 00000001 00', 'bytes behind the end'],
  ['_text', '00000001 00000000 00000019 00000001 00000001 7fffffff 61', 'an element that reaches out'],
  ['_text', '00000001 00000000 00000019 00000001 00000001 fffffffe', 'a negative length'],
  ['record', '3b9aca00', 'a billion fields'],
  ['record', '00000001 00000017 00000005 0000000001', 'an int4 of five bytes'],
  ['polygon', '10000000', 'points that are not there'],
  ['path', '02 00000000', 'neither open nor closed'],
  ['bit', '7fffffff ff', 'two billion bits'],
  ['bit', 'ffffffff', 'negative bits'],
  ['numeric', '7fff 0000 0000 0000', 'digits that are not there'],
  ['numeric', '0001 0000 0000 0000 2710', 'a digit of ten thousand'],
  ['numeric', '0000 0000 1234 0000', 'an unknown sign'],
  ['numeric', '0000 0000 0000 ffff', 'a scale out of range'],
  ['int4multirange', '3b9aca00', 'a billion ranges'],
  ['int4range', '40', 'unknown flags'],
  ['int4range', '02 ffffffff 00000004 00000001', 'a bound that is null'],
  ['int4range', '01 00', 'something in the empty range'],
  ['pg_snapshot', '3b9aca00 0000000000000001 0000000000000001', 'a billion transactions'],
  ['tsvector', '3b9aca00', 'a billion words'],
  ['tsvector', '00000001 61', 'a word without an end'],
  ['tsquery', '00000001 0202', 'an operator without operands'],
  ['tsquery', '00000002 01 00 00 61 00 01 00 00 61 00', 'words without an operator'],
  ['tsquery', '00000001 0205', 'an unknown operator'],
  ['jsonb', '02 7b7d', 'a version that is not known'],
  ['jsonb', '01 7b', 'no JSON'],
  ['json', '', 'nothing'],
  ['inet', '02 21 00 04 01020304', 'a mask of 33 bits'],
  ['inet', '02 20 00 10 00000000000000000000000000000000', 'an IPv4 address of 16 bytes'],
  ['time', 'ffffffffffffffff', 'a time before midnight'],
  ['timetz', '0000000000000000 7fffffff', 'a zone on another planet'],
];

for (const [name, bytes, what] of HOSTILE) {
  test(`${name}: ${what}: refused`, () => {
    assert.throws(() => decode(codecOf(name), hex(bytes)), DecodeError);
  });
}

test('records inside of each other are refused before the stack ends', () => {
  let bytes = hex('00000000');
  for (let depth = 0; depth < 5000; depth++) {
    const header = hex('00000001 000008c9 00000000');
    new DataView(header.buffer).setInt32(8, bytes.length);
    bytes = Uint8Array.from(Buffer.concat([header, bytes]));
  }
  assert.throws(() => decode(codecOf('record'), bytes), DecodeError);
  assert.deepEqual(decode(codecOf('record'), hex('00000000')), []);
});

test('a tsquery of a hundred thousand operators needs no deep stack', () => {
  const operators = Array.from({ length: 100_000 }, () => hex('0201'));
  const bytes = Buffer.concat([hex('000186a1'), ...operators, hex('01 00 00 61 00')]);
  assert.equal((decode(codecOf('tsquery'), bytes) as string).length, 100_003);
});

test('what a number or a Date cannot hold is refused, not rounded', () => {
  const unsafe = hex('0020000000000001');
  assert.throws(() => decode(codecOf('int8', { int8: 'number' }), unsafe), /read it as bigint or string/);
  assert.throws(() => decode(codecOf('xid8', { int8: 'number' }), unsafe), DecodeError);
  assert.throws(() => decode(codecOf('timestamptz'), hex('7ffffffffffffffe')), /beyond what a Date can hold/);
  assert.throws(() => decode(codecOf('date', { date: 'date' }), hex('7ffffffe')), DecodeError);
});

test('UTF-8 that is none becomes U+FFFD', () => {
  assert.equal(decode(codecOf('text'), hex('61ff62')), 'a\ufffdb');
  assert.equal(decode(codecOf('text'), hex('efbbbf61')), '\ufeffa');
});

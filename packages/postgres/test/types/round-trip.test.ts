/** Whatever a type can hold comes back as it was sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Interval } from '../../dist/types/interval.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { codecOf, decode, encode } from './codec-bytes.js';
import { SAMPLES, SAMPLES_17 } from './samples.js';

const RUNS = { numRuns: 300 };
const PLAIN = { noNullPrototype: true };

const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !/\p{Surrogate}|\0/u.test(text));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 40 });
const numeric = fc.tuple(fc.boolean(), digits, digits).map(([isNegative, whole, fraction]) => {
  const number = `${whole.replace(/^0+/, '') || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return isNegative && /[1-9]/.test(number) ? `-${number}` : number;
});
const float = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY));
const date = fc.date({ noInvalidDate: true, min: new Date(-210_866_803_200_000) });
const day = date.map((date) => new Date(Math.floor(date.getTime() / 86_400_000) * 86_400_000));
const bits = fc.string({ unit: fc.constantFrom('0', '1') });
const bytes = fc.uint8Array({ maxLength: 200 });
/** As JSON has it, which knows no -0. */
const json = fc
  .json()
  .map((text): unknown => JSON.parse(JSON.stringify(JSON.parse(text))))
  .filter((value) => value !== null);
const point = fc.record({ x: float, y: float }, PLAIN);
const points = fc.array(point, { maxLength: 5 });
const interval = fc
  .record({ months: int32, days: int32, microseconds: fc.maxSafeInteger() })
  .map((parts) => new Interval(parts));

function hexPairs(count: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: count, maxLength: count }).map((bytes) => Buffer.from(bytes).toString('hex'));
}

function range(bound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const bounds = fc.record({
    lower: fc.option(bound),
    upper: fc.option(bound),
    lowerInc: fc.boolean(),
    upperInc: fc.boolean(),
  });
  return bounds.map(({ lower, upper, lowerInc, upperInc }) => ({
    lower,
    upper,
    lowerInc: lower !== null && lowerInc,
    upperInc: upper !== null && upperInc,
    empty: false,
  }));
}

/** Nested arrays of one shape, nulls among their elements. */
function arrayOf(element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
  const nested = sizes.chain((sizes) =>
    sizes.reduceRight<fc.Arbitrary<unknown>>(
      (inner, size) => fc.array(inner, { minLength: size, maxLength: size }),
      fc.option(element),
    ),
  );
  return fc.oneof(
    fc.array(fc.option(element), { maxLength: 30 }),
    fc.array(element),
    nested as fc.Arbitrary<unknown[]>,
  );
}

const SCALARS: [string, fc.Arbitrary<unknown>, TypeOptions?][] = [
  ['bool', fc.boolean()],
  ['int2', fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })],
  ['int4', int32],
  ['int8', int64],
  ['int8', int64.map(String), { int8: 'string' }],
  ['int8', fc.maxSafeInteger(), { int8: 'number' }],
  ['oid', uint32],
  ['xid8', uint64],
  ['xid8', uint64.map(String), { int8: 'string' }],
  ['float4', fc.float(), { float4: 'exact' }],
  ['float8', float],
  ['numeric', numeric],
  ['text', text],
  ['text', text, { internText: false }],
  ['char', fc.integer({ min: 0, max: 255 }).map((byte) => (byte === 0 ? '' : String.fromCharCode(byte)))],
  ['bytea', bytes],
  ['uuid', fc.uuid()],
  ['json', json],
  ['jsonb', json],
  ['jsonb', json.map((value) => JSON.stringify(value)), { json: 'text' }],
  ['jsonpath', text],
  ['date', day, { date: 'date' }],
  ['timestamp', date, { timestamp: 'date' }],
  ['timestamptz', date],
  ['interval', interval],
  [
    'inet',
    fc.oneof(
      fc.ipV4(),
      fc.tuple(fc.ipV4(), fc.nat(31)).map(([address, bits]) => `${address}/${bits}`),
    ),
  ],
  ['macaddr', hexPairs(6).map((hex) => hex.match(/../g)!.join(':'))],
  ['varbit', bits],
  ['point', point],
  ['polygon', fc.record({ points }, PLAIN)],
  ['path', fc.record({ isClosed: fc.boolean(), points }, PLAIN)],
  ['circle', fc.record({ center: point, radius: float }, PLAIN)],
  ['tid', fc.tuple(uint32, fc.nat(65_535)).map(([block, offset]) => `(${block},${offset})`)],
  ['pg_lsn', fc.tuple(uint32, uint32).map((words) => words.map((word) => word.toString(16).toUpperCase()).join('/'))],
  ['pg_snapshot', fc.tuple(uint64, uint64, fc.array(uint64)).map((parts) => parts.join(':'))],
];

for (const [name, values, options] of SCALARS) {
  test(`${name} ${JSON.stringify(options ?? {})} comes back, alone, in arrays and in ranges`, () => {
    const codec = codecOf(name, options);
    fc.assert(
      fc.property(values, (value) => assert.deepEqual(decode(codec, encode(codec, value)), value)),
      RUNS,
    );
    if (name.startsWith('json')) return;
    const array = codecOf(`_${name}`, options);
    fc.assert(
      fc.property(arrayOf(values), (value) => assert.deepEqual(decode(array, encode(array, value)), value)),
      { numRuns: 100 },
    );
  });
}

const RANGES: [string, fc.Arbitrary<unknown>, TypeOptions?][] = [
  ['int4range', range(int32)],
  ['int8range', range(int64)],
  ['numrange', range(numeric)],
  ['daterange', range(day), { date: 'date' }],
  ['tstzrange', range(date)],
];

for (const [name, values, options] of RANGES) {
  test(`${name} comes back, alone and in multiranges`, () => {
    const codec = codecOf(name, options);
    const multirange = codecOf(name.replace('range', 'multirange'), options);
    fc.assert(
      fc.property(values, fc.array(values, { maxLength: 5 }), (value, several) => {
        assert.deepEqual(decode(codec, encode(codec, value)), value);
        assert.deepEqual(decode(multirange, encode(multirange, several)), several);
      }),
      RUNS,
    );
  });
}

test('every moment of a Date is the text of ISO 8601, and that text is the moment', () => {
  const dates = codecOf('timestamptz');
  const texts = codecOf('timestamptz', { timestamptz: 'string' });
  fc.assert(
    fc.property(date, (date) => {
      const bytes = encode(dates, date);
      assert.deepEqual(encode(dates, date.toISOString()), bytes);
      assert.deepEqual(encode(texts, decode(texts, bytes)), bytes);
    }),
    { numRuns: 2000 },
  );
});

test('every day that PostgreSQL has comes back', () => {
  const codec = codecOf('date');
  const days = fc.oneof(
    fc.integer({ min: -2_451_545, max: 2_145_031_948 }),
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
  );
  fc.assert(
    fc.property(days, (day) => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setInt32(0, day);
      assert.deepEqual(encode(codec, decode(codec, bytes)), bytes);
    }),
    { numRuns: 5000 },
  );
});

test('the shortest float4 is the same 32 bits, with no more digits than nine', () => {
  const codec = codecOf('float4');
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (float) => {
      const shown = decode(codec, encode(codec, float)) as number;
      assert.equal(Math.fround(shown), float);
      assert.ok(
        String(Math.abs(shown))
          .replace(/e.*|\./g, '')
          .replace(/^0+|0+$/g, '').length <= 9,
      );
    }),
    { numRuns: 5000 },
  );
});

test('every decimal number of six digits is a float4 that is shown as it, if it is not that large that it may lie between two', () => {
  const codec = codecOf('float4');
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -40, max: 1 }), (digits, power) => {
      const number = Number(`${digits}e${power}`);
      fc.pre(number === 0 || Math.abs(number) >= 2 ** -126);
      assert.equal(decode(codec, encode(codec, number)), number);
    }),
    { numRuns: 5000 },
  );
});

test('the samples come back', () => {
  const names: Record<string, string> = { '"char"': 'char', 'char(4)': 'bpchar', 'bit(3)': 'bit' };
  for (const { type, value, isReadOnly } of [...SAMPLES, ...SAMPLES_17]) {
    if (isReadOnly === true) continue;
    const codec = codecOf(names[type] ?? (type.endsWith('[]') ? `_${type.slice(0, -2)}` : type));
    assert.deepEqual(decode(codec, encode(codec, value)), value);
  }
});

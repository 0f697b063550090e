/** What cannot be sent as a type is refused on this side, and what is refused is not repeated in the message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EncodeError } from '../../dist/errors.js';
import { encodeParameter } from '../../dist/types/encode-params.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { MessageWriter } from '../../dist/wire/message-writer.js';
import { codecOf, everyCodec } from './codec-bytes.js';

const circular: unknown[] = [];
circular.push(circular);
const circularObject: Record<string, unknown> = {};
circularObject['self'] = circularObject;
const invalidDate = new Date(Number.NaN);

const REFUSED: Record<string, unknown[]> = {
  bool: [1, 't', [], new Boolean(true)],
  int2: [1.5, Number.NaN, Number.POSITIVE_INFINITY, 32768, -32769, 32768n, '1', true, new Date()],
  int4: [2147483648, -2147483649, 2n ** 64n, 0.1, '7', [1]],
  int8: [2 ** 53, 1.5, Number.NaN, 2n ** 63n, -(2n ** 63n) - 1n, '', '1.0', '9223372036854775809', '0x10', ' 1', true],
  oid: [-1, 4294967296, '1'],
  xid8: [-1, -1n, 2n ** 64n],
  float4: [1e39, -3.5e38, 1e-46, 16777217n * 2n ** 200n, '1', null],
  float8: [9007199254740993n, 10n ** 400n, '1.5', true],
  numeric: ['', '.', '1e', '1.2.3', 'abc', '0x10', ' 1', '1e999999', '1e131073', '1e-16384', true, {}],
  text: [1, true, 'a\0b', '\ud800', 'a\udc00b', new String('a'), Buffer.from('a')],
  varchar: ['\0'],
  char: ['ab', 'ā', 1],
  bytea: ['a', [1, 2], new Uint16Array(1), new ArrayBuffer(1)],
  uuid: ['', '00112233-4455-6677-8899-aabbccddeef', '0011-2233445566778899aabbccddeeff0', 'g'.repeat(32), 1],
  json: [undefined, () => 1, Symbol('a'), circularObject, { a: 1n }],
  jsonb: [() => 1, circular],
  date: [
    invalidDate,
    '2000-02-30',
    '1900-02-29',
    '2000-13-01',
    '2000-1-1',
    '0000-01-01',
    '4714-11-23 BC',
    '5874898-01-01',
  ],
  time: ['24:00:00.000001', '12:60:00', '12', '12:00:00+01', new Date()],
  timetz: ['12:00:00', '12:00:00+16', '12:00:00+1'],
  timestamp: [
    invalidDate,
    '2000-01-01 12:00:00Z',
    '2000-01-01 25:00',
    '294277-01-01',
    '2000-01-01 00:00:00.1234567',
    0,
  ],
  timestamptz: [invalidDate, '2000-01-01 12:00:00', '2000-01-01', '2000-01-01T00:00:00+99', 946684800000],
  interval: [{}, { months: 0.5 }, { days: 2 ** 31 }, { microseconds: 2 ** 53 }, 'P', 'PT', '1 day', 1, Number.NaN],
  inet: [
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4/33',
    '::1/129',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '1.2.3.4::1',
    'fe80::1%eth0',
    1,
  ],
  cidr: ['10/8'],
  macaddr: ['08:00:2b:01:02', '08:00-2b:01:02:03', '08002b010203'],
  bit: ['102', 5],
  point: [[1, 2], { x: 1 }, { x: 1, y: '2' }, 'a'],
  path: [{ points: [] }, { isClosed: true, points: {} }],
  polygon: [[{ x: 1, y: 2 }], { points: [1] }],
  tid: ['(1)', '(4294967296,1)', '(1,65536)'],
  pg_lsn: ['16', '123456789/0'],
  pg_snapshot: ['1:2', '18446744073709551616:1:'],
  tsvector: ["'a", "'a':0", "'a':16384", 'a:x'],
  tsquery: ['a b', '& a', 'a &', '( a', 'a )', '!', 'a <99999> b', "'a"],
  record: [[1]],
  _int4: [
    5,
    '{1}',
    { length: 1 },
    [1, 'a'],
    [undefined],
    [[1], [1, 2]],
    [[1], 2],
    [1, [2]],
    [[]],
    [[null], null],
    circular,
  ],
  _jsonb: [[undefined]],
  int2vector: [[[1]]],
  int4range: [{}, { lower: 1 }, { lower: 1, upper: 'a' }, '[1,2)'],
  int4multirange: [{}, [null], [[1, 2]]],
  money: [{}, Symbol('a'), '\0', undefined],
  regclass: [['a', {}]],
};

for (const [name, values] of Object.entries(REFUSED)) {
  test(`what is no ${name} is refused`, () => {
    const codec = codecOf(name);
    for (const value of values) {
      if (value === null) continue;
      const writer = new MessageWriter();
      assert.throws(
        () => encodeParameter(writer, codec, value, 3),
        (error) =>
          error instanceof EncodeError &&
          error.position === 3 &&
          error.message.startsWith('parameter 3 cannot be sent as ') &&
          (typeof value !== 'string' || value.length < 6 || !error.message.includes(value)),
        `${name}: ${String(Object.prototype.toString.call(value))} ${typeof value === 'string' ? value : ''}`,
      );
      assert.equal(writer.length, 0);
    }
  });
}

test('undefined is no value of any type, and null is one of every', () => {
  for (const codec of everyCodec()) {
    const writer = new MessageWriter();
    assert.throws(() => encodeParameter(writer, codec, undefined, 1), EncodeError);
    encodeParameter(writer, codec, null, 1);
    assert.deepEqual([...writer.writtenView()], [255, 255, 255, 255]);
  }
});

test('no codec throws anything else at values of any kind', () => {
  const values = [0, -1.5, 1n, '', 'x', true, Symbol('s'), () => 1, {}, [], [[]], new Date(0), invalidDate, circular];
  const more = [circularObject, new Map(), new Int32Array(2), new Uint8Array(2), new DataView(new ArrayBuffer(1)), /x/];
  for (const codec of everyCodec()) {
    for (const value of [...values, ...more]) {
      try {
        encodeParameter(new MessageWriter(), codec, value, 1);
      } catch (error) {
        assert.ok(error instanceof EncodeError, `${codec.name}: ${String(error)}`);
      }
    }
  }
});

test('JSON that cannot be made says why', () => {
  assert.throws(
    () => encodeParameter(new MessageWriter(), codecOf('jsonb'), circularObject, 1),
    (error) => error instanceof EncodeError && error.cause instanceof TypeError,
  );
});

test("what JSON text is sent is the caller's when it is wanted as text", () => {
  const options: TypeOptions = { json: 'text' };
  assert.throws(() => encodeParameter(new MessageWriter(), codecOf('json', options), { a: 1 }, 1), EncodeError);
});

test('the column is named where rows are copied in', () => {
  assert.throws(
    () => encodeParameter(new MessageWriter(), codecOf('int4'), 'x', 2, 'column'),
    /^EncodeError: column 2 /,
  );
});

test('what was written before a refused value stays', () => {
  const writer = new MessageWriter();
  encodeParameter(writer, codecOf('int4'), 1, 1);
  assert.throws(() => encodeParameter(writer, codecOf('_text'), ['a'.repeat(10_000), 1], 2), EncodeError);
  assert.deepEqual([...writer.writtenView()], [0, 0, 0, 4, 0, 0, 0, 1]);
});

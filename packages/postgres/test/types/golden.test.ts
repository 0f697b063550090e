/** Bytes that a server sent, and what they stand for: both ways. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Interval } from '../../dist/types/interval.js';
import type { TypeOptions } from '../../dist/types/type-options.js';
import { codecOf, decode, encode, hex, hexOf } from './codec-bytes.js';

const EMPTY_RANGE = { lower: null, upper: null, lowerInc: false, upperInc: false, empty: true };

/** Type, bytes, value, and the options if they are not the defaults. */
const GOLDEN: [string, string, unknown, TypeOptions?][] = [
  ['bool', '01', true],
  ['bool', '00', false],
  ['int2', 'fffe', -2],
  ['int4', '00000001', 1],
  ['int8', '0020000000000001', 9007199254740993n],
  ['int8', '0020000000000001', '9007199254740993', { int8: 'string' }],
  ['int8', 'ffffffffffffffff', -1, { int8: 'number' }],
  ['oid', 'ffffffff', 4294967295],
  ['xid', '00000003', 3],
  ['cid', '80000000', 2147483648],
  ['xid8', '00000002dfdc1c35', 12345678901n],
  ['xid8', '00000002dfdc1c35', 12345678901, { int8: 'number' }],
  ['xid8', 'ffffffffffffffff', '18446744073709551615', { int8: 'string' }],
  ['float4', '3fc00000', 1.5],
  ['float4', '3f8ccccd', 1.1],
  ['float4', '3f8ccccd', 1.100000023841858, { float4: 'exact' }],
  ['float8', '8000000000000000', -0],
  ['numeric', '0003000100000003000109291a7c', '12345.678'],
  ['numeric', '0003000100000003000109291a7c', 12345.678, { numeric: 'number' }],
  ['numeric', '0001ffff000000040001', '0.0001'],
  ['numeric', '00010002000000000064', '10000000000'],
  ['numeric', '0000000000000002', '0.00'],
  ['numeric', '00010000400000000001', '-1'],
  ['numeric', '00000000c0000000', 'NaN'],
  ['numeric', '00000000d0000020', 'Infinity'],
  ['numeric', '00000000f0000020', '-Infinity'],
  ['text', 'c3a472676572', 'ärger'],
  ['varchar', '', ''],
  ['bpchar', '612020', 'a  '],
  ['name', '70675f747970650a', 'pg_type\n'],
  ['xml', '3c612f3e', '<a/>'],
  ['unknown', 'f09f9880', '😀'],
  ['char', '61', 'a'],
  ['char', '00', ''],
  ['bytea', '00ff10', Uint8Array.of(0, 255, 16)],
  ['uuid', '00112233445566778899aabbccddeeff', '00112233-4455-6677-8899-aabbccddeeff'],
  ['json', '7b2261223a317d', { a: 1 }],
  ['json', '7b2261223a317d', '{"a":1}', { json: 'text' }],
  ['jsonb', '017b2261223a20317d', '{"a": 1}', { json: 'text' }],
  ['jsonpath', '01242e226122', '$."a"'],
  ['date', '00000001', '2000-01-02'],
  ['date', 'fff4da8b', '0001-01-01 BC'],
  ['date', '00000001', new Date('2000-01-02T00:00:00Z'), { date: 'date' }],
  ['date', '7fffffff', Number.POSITIVE_INFINITY],
  ['date', '80000000', Number.NEGATIVE_INFINITY],
  ['time', '0000000a8be62614', '12:34:56.789012'],
  ['time', '000000141dd76000', '24:00:00'],
  ['timetz', '0000000a0eebb000ffffe3e0', '12:00:00+02'],
  ['timestamp', '0000000000000001', '2000-01-01 00:00:00.000001'],
  ['timestamp', 'ffffffffffffffff', '1999-12-31 23:59:59.999999'],
  ['timestamp', '7fffffffffffffff', Number.POSITIVE_INFINITY],
  ['timestamp', '8000000000000000', Number.NEGATIVE_INFINITY],
  ['timestamptz', 'fffffffe52d8b800', new Date('1999-12-31T22:00:00Z')],
  ['timestamptz', 'fffffffe52d8b800', '1999-12-31 22:00:00+00', { timestamptz: 'string' }],
  ['timestamptz', '7fffffffffffffff', Number.POSITIVE_INFINITY],
  ['interval', '000000036c966ee0000000030000000e', new Interval({ months: 14, days: 3, microseconds: 14706700000 })],
  ['interval', '7fffffffffffffff7fffffff7fffffff', Number.POSITIVE_INFINITY],
  ['interval', '80000000000000008000000080000000', Number.NEGATIVE_INFINITY],
  ['inet', '021800040a000001', '10.0.0.1/24'],
  ['cidr', '020801040a000000', '10.0.0.0/8'],
  ['inet', '0380001000000000000000000000000000000001', '::1'],
  ['macaddr', '08002b010203', '08:00:2b:01:02:03'],
  ['macaddr8', '08002b0102030405', '08:00:2b:01:02:03:04:05'],
  ['bit', '00000003a0', '101'],
  ['varbit', '0000000aaa80', '1010101010'],
  ['point', '3ff00000000000004000000000000000', { x: 1, y: 2 }],
  ['line', '3ff0000000000000 4000000000000000 4008000000000000', { a: 1, b: 2, c: 3 }],
  [
    'lseg',
    '3ff0000000000000 4000000000000000 4008000000000000 4010000000000000',
    { start: { x: 1, y: 2 }, end: { x: 3, y: 4 } },
  ],
  [
    'box',
    '4008000000000000 4010000000000000 3ff0000000000000 4000000000000000',
    { high: { x: 3, y: 4 }, low: { x: 1, y: 2 } },
  ],
  ['path', '00 00000001 3ff0000000000000 4000000000000000', { isClosed: false, points: [{ x: 1, y: 2 }] }],
  ['path', '01 00000000', { isClosed: true, points: [] }],
  ['polygon', '00000001 3ff0000000000000 4000000000000000', { points: [{ x: 1, y: 2 }] }],
  ['circle', '3ff0000000000000 4000000000000000 4008000000000000', { center: { x: 1, y: 2 }, radius: 3 }],
  ['tid', '000000010002', '(1,2)'],
  ['pg_lsn', '00000016b374d848', '16/B374D848'],
  ['pg_snapshot', '00000002 000000000000000a 0000000000000014 000000000000000a 000000000000000e', '10:20:10,14'],
  ['txid_snapshot', '00000000 000000000000000a 000000000000000a', '10:10:'],
  ['tsvector', '0000000261000001c001620000010002', "'a':1A 'b':2"],
  ['tsquery', '000000040202020101080162000100006100', "'a' & !'b':*A"],
  ['_int4', '00000001 00000001 00000017 00000003 00000001 00000004 00000001 ffffffff 00000004 00000003', [1, null, 3]],
  ['_int4', '000000000000000000000017', []],
  ['_int2', '00000002 00000000 00000015 00000002 00000001 00000001 00000001 00000002 0001 00000002 0002', [[1], [2]]],
  ['int2vector', '00000001 00000000 00000015 00000001 00000000 00000002 0007', [7]],
  ['oidvector', '00000001 00000000 0000001a 00000001 00000000 00000004 ffffffff', [4294967295]],
  ['_text', '00000001 00000000 00000019 00000001 00000001 00000002 6162', ['ab']],
  [
    'int4range',
    '02 00000004 00000001 00000004 0000000a',
    { lower: 1, upper: 10, lowerInc: true, upperInc: false, empty: false },
  ],
  ['int4range', '08 00000004 00000005', { lower: null, upper: 5, lowerInc: false, upperInc: false, empty: false }],
  ['int4range', '01', EMPTY_RANGE],
  [
    'numrange',
    '12 0000000c 0002000000000001 0001 1388',
    { lower: '1.5', upper: null, lowerInc: true, upperInc: false, empty: false },
  ],
  ['int4multirange', '00000000', []],
  [
    'int8multirange',
    '00000001 00000019 02 00000008 0000000000000001 00000008 0000000000000002',
    [{ lower: 1n, upper: 2n, lowerInc: true, upperInc: false, empty: false }],
  ],
];

for (const [name, bytes, value, options] of GOLDEN) {
  const what = `${name} ${bytes === '' ? '(nothing)' : bytes}${options === undefined ? '' : ` ${JSON.stringify(options)}`}`;
  test(`${what} is read and written`, () => {
    const codec = codecOf(name, options);
    assert.deepEqual(decode(codec, hex(bytes)), value);
    assert.equal(hexOf(encode(codec, value)), bytes.replaceAll(' ', ''));
  });
}

test('what has more than one form is read', () => {
  assert.deepEqual(decode(codecOf('jsonb'), hex('017b2261223a20317d')), { a: 1 });
  // [0:1]={1,2}
  const fromZero = hex('00000001 00000000 00000017 00000002 00000000 00000004 00000001 00000004 00000002');
  assert.deepEqual(decode(codecOf('_int4'), fromZero), [1, 2]);
});

test('a record is read by the types that it names', () => {
  const bytes = hex('00000003 00000017 00000004 00000001 00000019 00000001 78 00000017 ffffffff');
  assert.deepEqual(decode(codecOf('record'), bytes), [1, 'x', null]);
  const nested = hex('00000001 000008c9 0000000d 00000001 00000010 00000001 01');
  assert.deepEqual(decode(codecOf('record'), nested), [[true]]);
  const unknown = hex('00000001 00010000 00000003 616263');
  assert.deepEqual(decode(codecOf('record'), unknown), [Uint8Array.of(0x61, 0x62, 0x63)]);
});

test('text is read as text where there is no binary form', () => {
  assert.equal(decode(codecOf('money'), Buffer.from('$12.34')), '$12.34');
  assert.equal(decode(codecOf('_aclitem'), Buffer.from('{=r/postgres}')), '{=r/postgres}');
  assert.equal(codecOf('regclass').format, 0);
});

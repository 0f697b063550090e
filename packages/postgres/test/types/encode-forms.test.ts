/** Values that may be given in more than one way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { codecOf, decode, encode, hexOf } from './codec-bytes.js';

/** Type, what is sent, and what is received then. */
const FORMS: [string, unknown, unknown][] = [
  ['int2', 5n, 5],
  ['int8', 5, 5n],
  ['int8', '-9223372036854775808', -9223372036854775808n],
  ['oid', 4294967295n, 4294967295],
  ['float4', 16777216n, 16777216],
  ['float4', 0.1, 0.1],
  ['float8', 10n ** 22n, 1e22],
  ['float8', Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ['numeric', 12.5, '12.5'],
  ['numeric', -0, '0'],
  ['numeric', 1e21, '1000000000000000000000'],
  ['numeric', 5e-324, `0.${'0'.repeat(323)}5`],
  ['numeric', 10n ** 30n, `1${'0'.repeat(30)}`],
  ['numeric', Number.NaN, 'NaN'],
  ['numeric', Number.POSITIVE_INFINITY, 'Infinity'],
  ['numeric', '+001.50', '1.50'],
  ['numeric', '.5', '0.5'],
  ['numeric', '5.', '5'],
  ['numeric', '1.5e3', '1500'],
  ['numeric', '1234567e-4', '123.4567'],
  ['numeric', '-0.00', '0.00'],
  ['numeric', '1e131071', `1${'0'.repeat(131_071)}`],
  ['uuid', '00112233445566778899AABBCCDDEEFF', '00112233-4455-6677-8899-aabbccddeeff'],
  ['bytea', Buffer.from('xaby').subarray(1, 3), Uint8Array.of(0x61, 0x62)],
  ['json', 'a "string"', 'a "string"'],
  ['json', [1, { b: null }], [1, { b: null }]],
  ['json', '\ud800\0', '\ud800\0'],
  ['date', new Date('2000-01-31T00:00:00Z'), '2000-01-31'],
  ['date', '-000043-03-15', '0044-03-15 BC'],
  ['date', '+012345-03-15', '12345-03-15'],
  ['date', 'infinity', Number.POSITIVE_INFINITY],
  ['time', '12:34', '12:34:00'],
  ['timetz', '12:34Z', '12:34:00+00'],
  ['timetz', '12:34:56.5-0330', '12:34:56.5-03:30'],
  ['timestamp', new Date('2000-01-31T12:34:56.789Z'), '2000-01-31 12:34:56.789'],
  ['timestamp', '2000-01-31', '2000-01-31 00:00:00'],
  ['timestamp', '2000-01-31T24:00', '2000-02-01 00:00:00'],
  ['timestamp', '-infinity', Number.NEGATIVE_INFINITY],
  ['timestamptz', '2000-01-31T12:34:56.789+05:30', new Date('2000-01-31T07:04:56.789Z')],
  ['timestamptz', '0044-03-15 12:00:00+01 BC', new Date('-000043-03-15T11:00:00Z')],
  ['timestamptz', new Date(-1), new Date(-1)],
  ['inet', '2001:DB8::1.2.3.4', '2001:db8::102:304'],
  ['cidr', '10.0.0.0', '10.0.0.0/32'],
  ['macaddr', '08-00-2B-01-02-03', '08:00:2b:01:02:03'],
  ['tsvector', 'fat:2A cat', "'fat':2A 'cat'"],
  ['tsquery', '  fat&(rat|!cat)  ', "'fat' & ( 'rat' | !'cat' )"],
  ['tsquery', '', ''],
  ['_int4', Int32Array.of(1, -2), [1, -2]],
  ['_int4', Uint8Array.of(1, 2), [1, 2]],
  ['_int4', new Int32Array(0), []],
  ['_int8', BigInt64Array.of(1n), [1n]],
  ['_float8', Float64Array.of(0.5, Number.NaN), [0.5, Number.NaN]],
  ['_float4', Float32Array.of(0.1), [0.1]],
  ['_jsonb', [[1, [2]], {}], [[1, [2]], {}]],
  ['_int4multirange', [[], []], [[], []]],
  ['int4range', { lower: 1, upper: null }, { lower: 1, upper: null, lowerInc: true, upperInc: false, empty: false }],
];

for (const [name, sent, received] of FORMS) {
  test(`${name} takes ${inspect(sent, { breakLength: Infinity }).slice(0, 60)}`, () => {
    assert.deepEqual(decode(codecOf(name), encode(codecOf(name), sent)), received);
  });
}

test('the parts of an interval that are left out are zero, and ISO 8601 is taken', () => {
  const interval = codecOf('interval');
  const texts = ['P1Y2M3DT4H5M6.7S', '-P1Y2M3DT4H5M6.7S', 'P2W', 'PT-0.5S', 'P-1Y2M', 'PT0S'];
  const shown = ['P1Y2M3DT4H5M6.7S', 'P-1Y-2M-3DT-4H-5M-6.7S', 'P14D', 'PT-0.5S', 'P-10M', 'PT0S'];
  assert.deepEqual(
    texts.map((text) => String(decode(interval, encode(interval, text)))),
    shown,
  );
  assert.equal(JSON.stringify(decode(interval, encode(interval, { days: 1 }))), '"P1D"');
});

test('types that are sent as text take what has one text', () => {
  const other = codecOf('money');
  const forms: [unknown, string][] = [
    ['$1', '$1'],
    [1.5, '1.5'],
    [2n, '2'],
    [true, 'true'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [['a"b', null, 'c\\', [1]], '{"a\\"b",NULL,"c\\\\",{"1"}}'],
  ];
  for (const [value, text] of forms) assert.equal(Buffer.from(encode(other, value)).toString(), text);
});

test('an array of records is read, and elements of another type than the array has are not', () => {
  const records = '00000001 00000000 000008c9 00000001 00000001 00000004 00000000'.replaceAll(' ', '');
  assert.deepEqual(decode(codecOf('_record'), Buffer.from(records, 'hex')), [[]]);
  const bytes = encode(codecOf('_int4'), [1]);
  assert.throws(() => decode(codecOf('_oid'), bytes), /elements of another type/);
  assert.equal(hexOf(bytes.subarray(8, 12)), '00000017');
});

/**
 * A value of every type, as SQL writes it and as it is here: for round trips through a server.
 *
 * `SELECT <sql>::<type>` gives `value`, and `SELECT $1::<type>` with `value` gives it back. Types that servers before
 * PostgreSQL 17 do not know all values of have these in `SAMPLES_17`.
 */
import { Interval } from '../../dist/types/interval.js';

/** One value. */
export interface Sample {
  /** As it stands in SQL. */
  readonly type: string;
  /** A literal, with its quotes. */
  readonly sql: string;
  readonly value: unknown;
  /** PostgreSQL takes no values of the type. */
  readonly isReadOnly?: boolean;
}

const INFINITY = Number.POSITIVE_INFINITY;

function sample(type: string, sql: string, value: unknown): Sample {
  return { type, sql: `'${sql.replaceAll("'", "''")}'`, value };
}

function range(lower: unknown, upper: unknown, lowerInc = true, upperInc = false): object {
  return { lower, upper, lowerInc, upperInc, empty: false };
}

const EMPTY = { lower: null, upper: null, lowerInc: false, upperInc: false, empty: true };

const NUMBERS: readonly Sample[] = [
  sample('bool', 't', true),
  sample('bool', 'f', false),
  sample('int2', '-32768', -32768),
  sample('int4', '2147483647', 2147483647),
  sample('int8', '-9223372036854775808', -9223372036854775808n),
  sample('oid', '4294967295', 4294967295),
  sample('xid', '3000000000', 3000000000),
  sample('cid', '7', 7),
  sample('xid8', '18446744073709551615', 18446744073709551615n),
  sample('float4', '1.1', 1.1),
  sample('float4', '16777216', 16777216),
  sample('float4', '3.4028235e38', 3.4028235e38),
  sample('float4', '1e-45', 1e-45),
  sample('float4', '-Infinity', -INFINITY),
  sample('float8', '0.1', 0.1),
  sample('float8', '-0', -0),
  sample('float8', 'NaN', Number.NaN),
  sample('numeric', '12345.678', '12345.678'),
  sample('numeric', '-0.000000001000', '-0.000000001000'),
  sample('numeric', '100000000000000000000000', '100000000000000000000000'),
  sample('numeric', '0.00', '0.00'),
  sample('numeric', 'NaN', 'NaN'),
  sample('numeric', '-Infinity', '-Infinity'),
];

const TEXTS: readonly Sample[] = [
  sample('text', '', ''),
  sample('text', 'a "quoted" \\ \'text\' 😀', 'a "quoted" \\ \'text\' 😀'),
  sample('varchar', 'ä'.repeat(100), 'ä'.repeat(100)),
  sample('char(4)', 'ab', 'ab  '),
  sample('name', 'pg_catalog', 'pg_catalog'),
  sample('xml', '<a>b</a>', '<a>b</a>'),
  sample('"char"', 'x', 'x'),
  sample('bytea', '\\x00ff10', Uint8Array.of(0, 255, 16)),
  sample('uuid', '00112233-4455-6677-8899-AABBCCDDEEFF', '00112233-4455-6677-8899-aabbccddeeff'),
  sample('json', '{"a":[1,null,"x"]}', { a: [1, null, 'x'] }),
  sample('jsonb', '{"a":[1,null,"x"]}', { a: [1, null, 'x'] }),
  sample('jsonb', '"text"', 'text'),
  sample('jsonpath', '$.a[*] ? (@ > 1)', '$."a"[*]?(@ > 1)'),
  sample('bit(3)', '101', '101'),
  sample('varbit', '1010101010', '1010101010'),
  sample('varbit', '', ''),
  sample('tsvector', "'a':1A 'b':2 'it''s' 'back\\\\slash':3,4C", "'a':1A 'b':2 'back\\\\slash':3,4C 'it''s'"),
  sample('tsquery', "a & !b:*A | 'c d' <-> (e <2> f)", "'a' & !'b':*A | 'c d' <-> ( 'e' <2> 'f' )"),
  sample('money', '12.34', '$12.34'),
  sample('regclass', 'pg_type', 'pg_type'),
  sample('regtype', 'int4', 'integer'),
  sample('regproc', 'now', 'now'),
  sample('refcursor', 'some', 'some'),
];

const TIMES: readonly Sample[] = [
  sample('date', '2000-01-31', '2000-01-31'),
  sample('date', '0044-03-15 BC', '0044-03-15 BC'),
  sample('date', '4714-11-24 BC', '4714-11-24 BC'),
  sample('date', '5874897-12-31', '5874897-12-31'),
  sample('date', 'infinity', INFINITY),
  sample('date', '-infinity', -INFINITY),
  sample('time', '12:34:56.789', '12:34:56.789'),
  sample('time', '24:00:00', '24:00:00'),
  sample('timetz', '12:34:56.000001+05:30', '12:34:56.000001+05:30'),
  sample('timetz', '00:00:00-15:59:59', '00:00:00-15:59:59'),
  sample('timestamp', '2000-02-29 12:34:56.7', '2000-02-29 12:34:56.7'),
  sample('timestamp', '4714-11-24 00:00:00 BC', '4714-11-24 00:00:00 BC'),
  sample('timestamp', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999'),
  sample('timestamp', 'infinity', INFINITY),
  sample('timestamptz', '2000-01-01 00:00:00.123+02', new Date('1999-12-31T22:00:00.123Z')),
  sample('timestamptz', '0044-03-15 12:00:00+00 BC', new Date('-000043-03-15T12:00:00Z')),
  sample('timestamptz', '-infinity', -INFINITY),
  sample(
    'interval',
    '1 year 2 months 3 days 04:05:06.7',
    new Interval({ months: 14, days: 3, microseconds: 14706700000 }),
  ),
  sample('interval', '-1 day 00:00:00.000001', new Interval({ days: -1, microseconds: 1 })),
];

const NETWORKS: readonly Sample[] = [
  sample('inet', '10.0.0.1/24', '10.0.0.1/24'),
  sample('inet', '10.0.0.1', '10.0.0.1'),
  sample('inet', '::1', '::1'),
  sample('inet', '::', '::'),
  sample('inet', '2001:DB8:0:0:1:0:0:1/64', '2001:db8::1:0:0:1/64'),
  sample('inet', '::ffff:1.2.3.4', '::ffff:1.2.3.4'),
  sample('inet', '::1.2.3.4', '::1.2.3.4'),
  sample('inet', '1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'),
  sample('cidr', '10.0.0.0/8', '10.0.0.0/8'),
  sample('cidr', '2001:db8::/32', '2001:db8::/32'),
  sample('macaddr', '08-00-2B-01-02-03', '08:00:2b:01:02:03'),
  sample('macaddr8', '08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03:04:05'),
];

const SHAPES: readonly Sample[] = [
  sample('point', '(1,2.5)', { x: 1, y: 2.5 }),
  sample('line', '{1,2,3}', { a: 1, b: 2, c: 3 }),
  sample('lseg', '[(1,2),(3,4)]', { start: { x: 1, y: 2 }, end: { x: 3, y: 4 } }),
  sample('box', '(1,2),(3,4)', { high: { x: 3, y: 4 }, low: { x: 1, y: 2 } }),
  sample('path', '[(1,2),(3,4)]', {
    isClosed: false,
    points: [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ],
  }),
  sample('path', '((1,2))', { isClosed: true, points: [{ x: 1, y: 2 }] }),
  sample('polygon', '((1,2),(3,4),(5,6))', {
    points: [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
      { x: 5, y: 6 },
    ],
  }),
  sample('circle', '<(1,2),3>', { center: { x: 1, y: 2 }, radius: 3 }),
];

const PLACES: readonly Sample[] = [
  sample('tid', '(1,2)', '(1,2)'),
  sample('pg_lsn', '16/B374D848', '16/B374D848'),
  sample('pg_snapshot', '10:20:10,14', '10:20:10,14'),
  sample('txid_snapshot', '10:10:', '10:10:'),
];

const INNER: readonly Sample[] = [
  sample('int4[]', '{1,NULL,3}', [1, null, 3]),
  sample('int4[]', '{}', []),
  sample('int4[]', '{{1,2},{3,4}}', [
    [1, 2],
    [3, 4],
  ]),
  sample('int2[]', '{1,2}', [1, 2]),
  sample('int8[]', '{1,2}', [1n, 2n]),
  sample('oid[]', '{4294967295}', [4294967295]),
  sample('bool[]', '{t,f,NULL}', [true, false, null]),
  sample('float4[]', '{1.1,2.5}', [1.1, 2.5]),
  sample('float8[]', '{0.1,NaN}', [0.1, Number.NaN]),
  sample('text[]', '{a,"b c",NULL,"NULL",""}', ['a', 'b c', null, 'NULL', '']),
  sample('text[]', '{{{a}},{{b}}}', [[['a']], [['b']]]),
  sample('bytea[]', '{"\\\\x01"}', [Uint8Array.of(1)]),
  sample('numeric[]', '{1.50,NaN}', ['1.50', 'NaN']),
  sample('timestamptz[]', '{2000-01-01 00:00:00+00}', [new Date('2000-01-01T00:00:00Z')]),
  sample('jsonb[]', '{"[1, 2]","{}"}', [[1, 2], {}]),
  sample('box[]', '{(3,4),(1,2)}', [{ high: { x: 3, y: 4 }, low: { x: 1, y: 2 } }]),
  sample('int4range[]', '{"[1,3)",empty}', [range(1, 3), EMPTY]),
  sample('int2vector', '1 2', [1, 2]),
  sample('oidvector', '1 2', [1, 2]),
  sample('money[]', '{12.34}', '{$12.34}'),
  sample('int4range', '[1,10]', range(1, 11)),
  sample('int4range', '(,5)', range(null, 5, false)),
  sample('int4range', '(,)', range(null, null, false)),
  sample('int4range', 'empty', EMPTY),
  sample('int8range', '[1,2)', range(1n, 2n)),
  sample('numrange', '(1.5,2.50]', range('1.5', '2.50', false, true)),
  sample('daterange', '[2000-01-01,infinity)', range('2000-01-01', INFINITY)),
  sample('tsrange', '[2000-01-01 00:00,)', range('2000-01-01 00:00:00', null)),
  sample('tstzrange', '[2000-01-01 00:00+00,)', range(new Date('2000-01-01T00:00:00Z'), null)),
  sample('int4multirange', '{}', []),
  sample('int4multirange', '{[1,2),[3,4)}', [range(1, 2), range(3, 4)]),
  sample('nummultirange', '{(,1.5)}', [range(null, '1.5', false)]),
];

/** What every server from PostgreSQL 14 on knows. */
export const SAMPLES: readonly Sample[] = [
  ...NUMBERS,
  ...TEXTS,
  ...TIMES,
  ...NETWORKS,
  ...SHAPES,
  ...PLACES,
  ...INNER,
  { type: 'record', sql: "ROW(1, 'x'::text, NULL::int4, ROW(true))", value: [1, 'x', null, [true]], isReadOnly: true },
];

/** What PostgreSQL 17 brought. */
export const SAMPLES_17: readonly Sample[] = [
  sample('interval', 'infinity', INFINITY),
  sample('interval', '-infinity', -INFINITY),
];

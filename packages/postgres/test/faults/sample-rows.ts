/** Run by a test in a process of its own: prints how rows are read here, and rows of all kinds. */
import { inspect } from 'node:util';
import { connect } from '@landfall/postgres';

/** Whether `new Function` is allowed here. */
function mayGenerate(): boolean {
  try {
    return new Function('return true')() as boolean;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

const QUERIES = [
  'select i, i::int8 * 3000000000 as l, i::int2 as s, i / 3::float8 as d, i / 3::float4 as f, i % 2 = 0 as b from generate_series(-3, 3) i',
  "select nullif(i, 2) as i, repeat('é', i) as t, decode(repeat('0fa0', i * 30), 'hex') as b from generate_series(0, 5) i",
  "select 1.50::numeric as n, '-infinity'::timestamptz as e, date '2024-02-29' as d, interval '1 mon 2 days' as i, '{\"a\":[1]}'::jsonb as j",
  "select gen.u::uuid as u, array[1, null, 3] as a, '{{a,b},{c,d}}'::text[] as m, int4range(1, 5) as r, point(1, 2) as p, inet '::1/64' as n from (values ('00010203-0405-0607-0809-0a0b0c0d0e0f')) gen (u)",
  'select 1 as a, 2 as a, 3 as "__proto__", 4 as "constructor", 5 as "it\'s"',
  'select from generate_series(1, 3)',
  'select 1 as a where false',
  `select ${Array.from({ length: 450 }, (_, i) => `${i} as c${i}`).join(', ')}`,
  "select row(1, 'x', null) as r, 'abc'::\"char\" as c, bit '101' as b, money '1.50' as m, xid '7' as x",
];

const connection = await connect(process.argv[2]!, { sslmode: 'disable' });
const lines = [mayGenerate() ? 'compiled' : 'closures'];
const show = (value: unknown): string => inspect(value, { depth: 9, maxArrayLength: 1_000, breakLength: Infinity });
for (const text of QUERIES) {
  lines.push(show([...(await connection.query(text))]));
  lines.push(show([...(await connection.query(text, [], { rowMode: 'array' }))]));
  lines.push(show(await connection.columns(text)));
}
await connection.close();
console.log(lines.join('\n'));

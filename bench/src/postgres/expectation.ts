/**
 * What a query has to bring: asked of the server in text, in the parent's process, and compared with every value that a
 * program shows.
 */
import type pg from 'pg';
import type { Query } from './query.js';

/** The rows of a query, in the server's own text, with the types of its columns. */
export interface Expectation {
  columns: { name: string; type: number }[];
  rows: (string | null)[][];
}

/** OIDs of the types that pgbench's queries have. */
const TYPES = { bool: 16, bytea: 17, char: 18, name: 19, int2: 21, int4: 23, text: 25, oid: 26, int4Array: 1007 };

/** Asks for the rows. */
export async function expectationOf(client: pg.Client, { expectation: text, args }: Query): Promise<Expectation> {
  const asText = { getTypeParser: () => (value: string) => value };
  const result = await client.query<(string | null)[]>({ text, values: [...args], rowMode: 'array', types: asText });
  return {
    columns: result.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })),
    rows: result.rows,
  };
}

/** Says where an answer differs from what was expected. */
export function differenceOf(expected: Expectation, columns: unknown, rows: unknown): string | null {
  const names = expected.columns.map(({ name }) => name);
  if (JSON.stringify(columns) !== JSON.stringify(names)) return `its columns are ${JSON.stringify(columns)}`;
  if (!Array.isArray(rows) || rows.length !== expected.rows.length) return 'it has another number of rows';
  for (const [at, row] of expected.rows.entries()) {
    for (const [column, { name, type }] of expected.columns.entries()) {
      const [value, received] = [row[column] ?? null, (rows[at] as unknown[])[column]];
      if (!isSame(value, received, type))
        return `row ${at}, "${name}": ${JSON.stringify(received)?.slice(0, 100)} for ${JSON.stringify(value)?.slice(0, 100)}`;
    }
  }
  return null;
}

/** Whether a value that a program has shown is the one of this text, and of the kind that its type asks for. */
function isSame(text: string | null, received: unknown, type: number): boolean {
  if (text === null) return received === null;
  switch (type) {
    case TYPES.bool:
      return received === (text === 't');
    case TYPES.int2:
    case TYPES.int4:
    case TYPES.oid:
      return received === Number(text);
    case TYPES.name:
    case TYPES.text:
      return received === text;
    case TYPES.char:
      return isCharacter(text, received);
    case TYPES.bytea:
      return JSON.stringify(received) === JSON.stringify({ bytes: text.replace(/^\\x/, '') });
    case TYPES.int4Array:
      return JSON.stringify(received) === text.replace('{', '[').replace('}', ']');
    default:
      throw new Error(`pgbench has no column of type ${type}`);
  }
}

/** PostgreSQL's `"char"` is one byte: drivers make a string of it, or bytes, or a number. */
function isCharacter(text: string, received: unknown): boolean {
  const code = text.charCodeAt(0);
  return received === text || received === code || JSON.stringify(received) === `{"bytes":"${code.toString(16)}"}`;
}

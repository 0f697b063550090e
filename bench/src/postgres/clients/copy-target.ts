/** What a statement of COPY fills, for clients that are told the table and its columns. */

/** Reads `COPY table(a, b) FROM STDIN`. */
export function copyTarget(text: string): { table: string; columns: string[] } {
  const match = /^COPY (\w+)\(([\w, ]+)\) FROM STDIN$/.exec(text);
  if (match === null) throw new Error(`not a COPY of pgbench: ${text}`);
  const [, table = '', columns = ''] = match;
  return { table, columns: columns.split(/,\s*/) };
}

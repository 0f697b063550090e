/** The query that pgbench has not: one value, so large that it matters where it is received. */

/** The SQL of it. */
interface LargeValue {
  setup: string;
  teardown: string;
  text: string;
  expectation: string;
}

const TABLE = '_large';
/** Each block has a pattern of its own, so that one in the place of another shows. */
const BLOCK_BYTES = 65_536;
/** What `decode(md5(…), 'hex')` makes. */
const PATTERN_BYTES = 16;

/** A value of so many bytes, stored as it is: nothing is unpacked while it is asked for. */
export function largeValue(valueBytes: number): LargeValue {
  const blocks = Math.ceil(valueBytes / BLOCK_BYTES);
  const block = `decode(repeat(md5(i::text), ${BLOCK_BYTES / PATTERN_BYTES}), 'hex')`;
  const value = `substring(string_agg(${block}, ''::bytea ORDER BY i) FROM 1 FOR ${valueBytes})`;
  return {
    setup:
      `CREATE UNLOGGED TABLE ${TABLE}(b bytea); ALTER TABLE ${TABLE} ALTER b SET STORAGE EXTERNAL; ` +
      `INSERT INTO ${TABLE}(b) (SELECT ${value} FROM generate_series(1, ${blocks}) AS i);`,
    teardown: `DROP TABLE ${TABLE};`,
    text: `SELECT b FROM ${TABLE}`,
    // The words that the contract has for long bytes.
    expectation: `SELECT format('%s bytes, sha256 %s', length(b), encode(sha256(b), 'hex')) AS b FROM ${TABLE}`,
  };
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { madePostgresFile } from '../testing/made-files.js';
import { mattersOf, matterTitle, postgresSummary, postgresTable } from './table.js';

const FILE = madePostgresFile();

describe('the tables of the PostgreSQL suite', () => {
  const [rows, value] = mattersOf(FILE).map((matter) => postgresTable(FILE, matter));

  it('are one for each query', () => {
    assert.deepEqual(mattersOf(FILE).map(matterTitle), ['1-pg_type, over TCP', '8-readinto, over TCP']);
  });

  it('tell queries and rows a second', () => {
    assert.deepEqual(rows?.heads.slice(1, 3), ['queries/s', 'min–max']);
    assert.deepEqual(rows?.heads.slice(6), ['rows/s', 'CPU µs/row', 'peak MB']);
    assert.deepEqual(rows?.rows[0]?.slice(0, 3), ['discard', '9,000', '8,100–9,900']);
  });

  it('tell a large value in MB a second, with copies for each byte where a client knows', () => {
    assert.deepEqual(value?.heads.slice(1, 3), ['MB/s', 'min–max']);
    assert.deepEqual(value?.heads.slice(6), ['copies/byte', 'CPU s/GB', 'peak MB']);
    assert.deepEqual(value?.rows[0]?.slice(0, 3), ['landfall', '1,250', '1,125–1,375']);
    assert.deepEqual(value?.rows[0]?.slice(6), ['<0.0001', '0.25', '90']);
    assert.equal(value?.rows[1]?.[6], '–');
  });

  it('say how long the value is, where it was asked for', () => {
    assert.match(postgresSummary(FILE), /`8-readinto` is a value of 100 MB over one connection/);
    const without = { ...FILE, options: { ...FILE.options, queries: ['1-pg_type'] } };
    assert.doesNotMatch(postgresSummary(without), /readinto/);
  });
});

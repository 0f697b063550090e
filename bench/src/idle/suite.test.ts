import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorLimit, descriptorShortage, runIdle } from './suite.js';

test('too low a descriptor limit is told with both numbers, a high enough or unknown one is not', () => {
  assert.match(descriptorShortage(10_000, 1024) ?? '', /10000 connections need 10064 .* limit is 1024/);
  assert.equal(descriptorShortage(900, 1024), null);
  assert.equal(descriptorShortage(10_000, null), null);
});

const limit = descriptorLimit();
const noProc = process.platform === 'linux' ? false : 'resident sizes are read from /proc, which only Linux has';

test('five hundred idle connections are counted on each side of each row', { skip: noProc }, async () => {
  assert.ok(limit === null || limit > 0);
  const lines: string[] = [];
  const results = await runIdle(500, 1, (line) => lines.push(line));
  assert.deepEqual(
    results.map(({ contender, side }) => `${contender} ${side}`),
    ['node accepted', 'landfall accepted', 'node connecting', 'landfall connecting'],
  );
  assert.equal(lines.length, 4);
  for (const { bytesPerConnection } of results) assert.ok(bytesPerConnection > 500 && bytesPerConnection < 20_000);
});

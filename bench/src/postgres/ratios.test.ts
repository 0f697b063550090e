import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratiosOf } from './ratios.js';

/** A row with one figure for each round. */
function row(contender: string, ...rates: number[]): Parameters<typeof ratiosOf>[0] {
  const rest = { queries: 1, rows: 1, seconds: 1, cpuSeconds: 1, peakRssBytes: null };
  return { contender, samples: rates.map((queriesPerSec, round) => ({ ...rest, round, queriesPerSec })) };
}

test('ratios are to the fastest of others that do the whole task, round by round', () => {
  const landfall = row('landfall', 300, 100, 200);
  const others = [
    ...[landfall, row('landfall-data', 900, 900, 900), row('discard', 600, 200, 400), row('pgx', 1, 1, 1)],
    ...[row('asyncpg', 100, 100, 100), row('asyncpg-debian', 150, 100, 200), row('pg', 30, 10, 10)],
  ];
  assert.deepEqual(ratiosOf(landfall, others), { best: 1, asyncpg: 1, node: 10, discard: 0.5 });
  assert.deepEqual(ratiosOf(landfall, [landfall]), { best: null, asyncpg: null, node: null, discard: null });
});

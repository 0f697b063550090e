import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryTrend } from './memory-trend.js';

/** A sample a second, of a process with `rssBytes(second)`. */
function samplesOf(count: number, rssBytes: (second: number) => number): { atSeconds: number; rssBytes: number }[] {
  return Array.from({ length: count }, (_, second) => ({ atSeconds: second, rssBytes: rssBytes(second) }));
}

describe('the trend of memory', () => {
  it('leaves out the warm-up', () => {
    const trend = memoryTrend(samplesOf(100, (second) => (second < 20 ? 1e9 : 5e6)));
    assert.deepEqual(trend, {
      firstBytes: 5e6,
      lastBytes: 5e6,
      firstFloorBytes: 5e6,
      lastFloorBytes: 5e6,
      slopeBytesPerMinute: 0,
    });
  });

  it('compares the medians of the thirds, and tells the slope', () => {
    const trend = memoryTrend(samplesOf(100, (second) => 1e6 + 1000 * second));
    assert.equal(Math.round(trend?.slopeBytesPerMinute ?? 0), 60_000);
    assert.equal(trend?.firstBytes, 1e6 + 1000 * 32.5);
    assert.equal(trend?.lastBytes, 1e6 + 1000 * 86.5);
  });

  it('is not shaken by a burst', () => {
    const trend = memoryTrend(samplesOf(100, (second) => (second === 50 || second === 90 ? 1e9 : 5e6)));
    assert.equal(trend?.firstBytes, trend?.lastBytes);
  });

  it('tells the lowest of both thirds, which a long burst leaves as they are and a leak does not', () => {
    const burst = memoryTrend(samplesOf(100, (second) => (second > 75 && second < 99 ? 9e6 : 5e6)));
    assert.deepEqual([burst?.firstFloorBytes, burst?.lastFloorBytes], [5e6, 5e6]);
    const leak = memoryTrend(samplesOf(100, (second) => 1e6 + 1000 * second));
    assert.deepEqual([leak?.firstFloorBytes, leak?.lastFloorBytes], [1e6 + 20_000, 1e6 + 74_000]);
  });

  it('is unknown of too few samples', () => {
    assert.equal(memoryTrend([]), null);
    assert.equal(memoryTrend(samplesOf(3, () => 1)), null);
  });
});

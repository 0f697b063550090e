import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldRates, rateSample, ratioOverRounds } from './rates.js';

const laps = (...seconds: number[]) =>
  seconds.map((each, round) => rateSample(round, 1000, { seconds: each, cpuSeconds: each / 2 }));

describe('rates', () => {
  it('are folded to their median, least and most, over as many frames as were timed', () => {
    const { samples, ...figures } = foldRates(laps(1, 4, 2), 100);
    assert.equal(samples.length, 3);
    assert.deepEqual(figures, {
      frameBytes: 100,
      frames: 3000,
      framesPerSec: 500,
      framesPerSecMin: 250,
      framesPerSecMax: 1000,
      mbPerSec: 0.05,
      cpuNanosPerFrame: 1e6,
      cpuSecPerGB: 10_000,
      peakRssBytes: null,
    });
  });

  it('are compared round by round, and the median of that is taken', () => {
    // The third round was slow for both; the ratio of the medians would be 2.
    assert.equal(ratioOverRounds(laps(1, 1, 10), laps(3, 2, 30)), 3);
  });

  it('are compared only in rounds that both ran', () => {
    assert.equal(ratioOverRounds(laps(1, 1, 1), laps(2)), 2);
    assert.equal(ratioOverRounds(laps(1), []), null);
    assert.equal(ratioOverRounds(laps(1), undefined), null);
  });
});

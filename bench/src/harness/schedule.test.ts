import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { schedule } from './schedule.js';
import { greatestOfKnown, leastOfKnown, median, rounded, sumOfKnown } from './statistics.js';

describe('the schedule', () => {
  it('lets every contender run once in every round, every other round backwards', () => {
    const order = schedule(['a', 'b', 'c'], 3, 3).map(({ contender }) => contender);
    assert.equal(order.join(''), 'abccbaabc');
  });

  it('spreads frames over rounds without losing any', () => {
    const frames = schedule(['a'], 11, 4).map((turn) => turn.frames);
    assert.deepEqual(frames, [3, 3, 3, 2]);
  });
});

describe('the statistics', () => {
  it('take the middle of an odd and the mean of the middle two of an even number of samples', () => {
    assert.equal(median([5, 1, 100]), 5);
    assert.equal(median([4, 1, 100, 2]), 3);
    assert.throws(() => median([]), RangeError);
  });

  it('know nothing when a part is unknown', () => {
    assert.equal(sumOfKnown([1, 2]), 3);
    assert.equal(sumOfKnown([1, null]), null);
    assert.equal(greatestOfKnown([1, 3, 2]), 3);
    assert.equal(greatestOfKnown([null, 3]), null);
    assert.equal(leastOfKnown([2, 1, 3]), 1);
    assert.equal(leastOfKnown([null, 3]), null);
  });

  it('leave out what a binary fraction adds', () => {
    assert.equal(rounded(0.07 - 0.06), 0.01);
    assert.equal(rounded(1234.56789), 1234.57);
  });
});

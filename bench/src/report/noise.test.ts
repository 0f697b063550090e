import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { standing } from './noise.js';

describe('the standing of one row to another', () => {
  it('is unknown with fewer than three rounds', () => {
    assert.equal(standing([1, 1], [9, 9, 9], 'more'), 'unknown');
  });

  it('with three or four rounds needs rounds that do not reach each other', () => {
    assert.equal(standing([10, 11, 12], [7, 8, 9], 'more'), 'ahead');
    assert.equal(standing([10, 11, 12], [7, 8, 9], 'less'), 'behind');
    assert.equal(standing([10, 11, 12], [7, 8, 10], 'more'), 'alike');
  });

  it('from five rounds on is that of the rank-sum test', () => {
    assert.equal(standing([10, 11, 12, 13, 14], [1, 2, 3, 4, 5], 'more'), 'ahead');
    assert.equal(standing([10, 11, 12, 13, 3], [1, 2, 3, 4, 12], 'more'), 'alike');
    const many = [10, 11, 12, 13, 14, 15, 16];
    assert.equal(
      standing(
        [3, ...many],
        many.map((rate) => rate / 4),
        'more',
      ),
      'ahead',
    );
  });

  it('is alike below three percent, and for figures that are zero', () => {
    assert.equal(standing([101, 101, 101], [100, 100, 100], 'more'), 'alike');
    assert.equal(standing([0, 0, 0], [1, 1, 1], 'less'), 'alike');
  });
});

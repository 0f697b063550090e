import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differenceOf, type Expectation } from './expectation.js';

const COLUMNS = ['flag', 'bytes', 'letter', 'word', 'number', 'list'];
const EXPECTED: Expectation = {
  columns: [16, 17, 18, 19, 23, 1007].map((type, at) => ({ name: `${COLUMNS[at]}`, type })),
  rows: [
    ['t', '\\x00ff', 'b', 'grün', '-5', '{1,2}'],
    [null, '\\x', 'b', '', '0', '{}'],
  ],
};
const RIGHT: unknown[][] = [
  [true, { bytes: '00ff' }, 'b', 'grün', -5, [1, 2]],
  [null, { bytes: '' }, 98, '', 0, []],
];

/** The right answer with one value of its first row exchanged. */
function with1st(column: string, value: unknown): unknown[][] {
  const [first = [], ...rest] = RIGHT;
  return [first.with(COLUMNS.indexOf(column), value), ...rest];
}

describe('the check of an answer', () => {
  it('accepts every value in its final form', () => {
    assert.equal(differenceOf(EXPECTED, COLUMNS, RIGHT), null);
  });

  for (const [column, value] of [
    ['flag', 't'],
    ['bytes', '\\x00ff'],
    ['letter', 'c'],
    ['word', 'grun'],
    ['number', '-5'],
    ['list', '{1,2}'],
    ['list', [1, 3]],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} as ${column}`, () => {
      assert.match(`${differenceOf(EXPECTED, COLUMNS, with1st(column, value))}`, new RegExp(`row 0, "${column}"`));
    });
  }

  it('refuses other columns and another number of rows', () => {
    assert.match(`${differenceOf(EXPECTED, COLUMNS.toReversed(), RIGHT)}`, /columns/);
    assert.match(`${differenceOf(EXPECTED, COLUMNS, RIGHT.slice(1))}`, /number of rows/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLAGSHIP, isOurs, lineStyle, MOST_OTHER_LINES, panelsOf } from './contender-style.js';

describe('pictures of lines', () => {
  it('hold every row once, and landfall in each', () => {
    const others = [
      'landfall-views',
      'node-data',
      'bun-landfall',
      'c',
      'go-bufio',
      'go-peek',
      'tokio',
      'uvloop-buffered',
    ];
    const panels = panelsOf([FLAGSHIP, ...others]);
    assert.ok(
      panels.every(({ contenders }) => contenders[0] === FLAGSHIP && contenders.length <= MOST_OTHER_LINES + 1),
    );
    assert.deepEqual(panels.flatMap(({ contenders }) => contenders.slice(1)).sort(), others.toSorted());
  });

  it('tell their lines apart without colour', () => {
    const styles = Array.from({ length: MOST_OTHER_LINES }, (_, order) => lineStyle('c', order));
    const marks = styles.map(({ symbol, dash }) => `${symbol} ${dash}`);
    assert.equal(new Set(marks).size, MOST_OTHER_LINES);
  });
});

describe('landfall’s rows', () => {
  it('are known by their names, in every runtime', () => {
    for (const name of ['landfall', 'landfall-views', 'bun-landfall', 'deno-landfall']) assert.ok(isOurs(name), name);
    for (const name of ['node-data', 'bun-node-data', 'c', 'it-length-prefixed']) assert.ok(!isOurs(name), name);
  });
});

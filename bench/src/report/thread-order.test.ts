import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { madeEcho } from '../testing/made-files.js';
import { orderWords, THREAD_ORDER } from './thread-order.js';

const run = (rates: Readonly<Record<string, number>>) => ({
  results: Object.entries(rates).map(([name, rate]) => madeEcho(name, rate)),
});

describe('the ordering of the thread', () => {
  it('comes out when each row is faster than the one before it', () => {
    const rates = Object.fromEntries(THREAD_ORDER.map((name, at) => [name, 300 + 100 * at]));
    const [verdict, ...steps] = orderWords(run(rates));
    assert.match(`${verdict}`, /^The ordering comes out/);
    assert.equal(steps.length, THREAD_ORDER.length - 1);
    assert.match(`${steps[0]}`, /^tornado-read-bytes against asyncio-protocol: 1\.33 ×, faster, as it should be\.$/);
  });

  it('does not come out when a row is slower, or not faster beyond the noise, and says where', () => {
    const rates = {
      'asyncio-protocol': 300,
      'tornado-read-bytes': 301,
      'uvloop-protocol': 600,
      'tornado-read-into': 900,
      landfall: 800,
    };
    const [verdict, ...steps] = orderWords(run(rates));
    assert.equal(verdict, 'The ordering does not come out: 2 of 4 steps fail.');
    assert.match(`${steps[0]}`, /1\.00 ×, not told apart by the noise, and should be faster/);
    assert.match(`${steps[3]}`, /^landfall against tornado-read-into: 0\.89 ×, slower, and should be faster/);
  });

  it('goes over rows that were not measured, and names them', () => {
    const told = orderWords(run({ 'asyncio-protocol': 300, landfall: 800 }));
    assert.match(told.join('\n'), /landfall against asyncio-protocol: 2\.67 ×, faster/);
    assert.match(told.join('\n'), /uvloop-protocol was not measured/);
  });
});

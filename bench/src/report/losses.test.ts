import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { madeEcho, madeEchoFile, madeFiles, madeFloodFile } from '../testing/made-files.js';
import { lossesOf } from './losses.js';

const speedOf = (results: ReturnType<typeof madeEcho>[]) => {
  const { flagship, others } = lossesOf([madeEchoFile({ results })]);
  const told = (tally: typeof flagship): string[] =>
    tally.losses
      .filter(({ kind }) => kind === 'speed')
      .map(({ ours, contender, ratio }) => `${ours} to ${contender} ${ratio.toFixed(2)}`);
  return { flagship: told(flagship), others: told(others) };
};

describe('losses', () => {
  it('are the rows that are faster than landfall beyond the noise, largest first', () => {
    const rows = [madeEcho('landfall', 1000), madeEcho('tokio', 1500), madeEcho('c', 2000), madeEcho('node-data', 500)];
    assert.deepEqual(speedOf(rows).flagship, ['landfall to c 2.00', 'landfall to tokio 1.50']);
  });

  it('leave out what is within the noise: rounds that reach each other, or medians that hardly differ', () => {
    assert.deepEqual(speedOf([madeEcho('landfall', 1000), madeEcho('c', 1010)]).flagship, []);
    const steady = {
      ...madeEcho('c', 1020),
      samples: madeEcho('c', 1020).samples.map((one) => ({ ...one, mbPerSec: 1020 })),
    };
    assert.deepEqual(speedOf([madeEcho('landfall', 1000), steady]).flagship, []);
  });

  it('of other rows of landfall’s are told apart, and no row of landfall’s is a contender', () => {
    const rows = ['landfall', 'landfall-stream', 'bun-landfall'].map((name, at) => madeEcho(name, 1000 - 200 * at));
    const { flagship, others } = speedOf([...rows, madeEcho('node-data', 900)]);
    assert.deepEqual(flagship, []);
    assert.deepEqual(others, ['bun-landfall to node-data 1.50', 'landfall-stream to node-data 1.13']);
  });

  it('with too few rounds are not told, and counted', () => {
    const short = madeEcho('c', 2000);
    const { flagship } = lossesOf([
      madeEchoFile({ results: [madeEcho('landfall', 1000), { ...short, samples: short.samples.slice(1) }] }),
    ]);
    assert.equal(flagship.losses.length, 0);
    assert.ok(flagship.counts.unknown > 0);
  });

  it('are found at each size apart, and in processor time where less is better', () => {
    const { flagship } = lossesOf([madeFloodFile()]);
    const told = flagship.losses.map(({ what, measure, contender }) => `${what}: ${contender}, ${measure}`);
    assert.ok(told.includes('16 bytes: c, frames/s'));
    assert.ok(told.includes('1 kB: c, frames/s'));
    assert.ok(told.includes('16 bytes: c, CPU µs/frame'));
    assert.ok(told.every((words) => !words.includes('node-data')));
  });

  it('take the best row of landfall’s where a suite has none of that name, and no limit for a contender', () => {
    const { flagship } = lossesOf(madeFiles().filter(({ suite }) => suite === 'streams'));
    assert.deepEqual(flagship.losses, []);
    assert.ok(flagship.counts.ahead > 0);
  });
});

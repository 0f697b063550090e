import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foldWork, type TurnWork, workBetween, workCounts } from './work.js';

const TURN: TurnWork = {
  frames: 100,
  payloadBytes: 5e8,
  cpuSeconds: 2,
  userSeconds: 0.5,
  receives: 400,
  writes: 150,
  collections: 3,
  collectionSeconds: 0.004,
};

describe('the work of a row', () => {
  it('is a ratio of sums over its turns', () => {
    const other: TurnWork = { ...TURN, frames: 300, userSeconds: 1.5, receives: 0, writes: 50, collections: 1 };
    assert.deepEqual(foldWork([TURN, other]), {
      userCpuShare: 0.5,
      receivesPerFrame: 1,
      writesPerFrame: 0.5,
      collectionsPerGB: 4,
      collectionMsPerGB: 8,
    });
  });

  it('is unknown where one turn does not tell, or where there is nothing to divide by', () => {
    const silent: TurnWork = { ...TURN, cpuSeconds: null, receives: null, collectionSeconds: null };
    const work = foldWork([TURN, silent]);
    assert.deepEqual([work.userCpuShare, work.receivesPerFrame, work.collectionMsPerGB], [null, null, null]);
    assert.equal(work.writesPerFrame, 1.5);
    const nothing = foldWork([{ ...TURN, frames: 0, payloadBytes: 0, cpuSeconds: 0 }]);
    assert.deepEqual(
      Object.values(nothing),
      Object.values(nothing).map(() => null),
    );
  });

  it('is what was counted between two events, as far as the program tells', () => {
    const before = workCounts({ event: 'stats', receives: 5, writes: 2, collections: null });
    const after = workCounts({ event: 'stats', receives: 9, writes: 2, collections: 1 });
    assert.deepEqual(workBetween(before, after), {
      receives: 4,
      writes: 0,
      collections: null,
      collectionSeconds: null,
    });
  });
});

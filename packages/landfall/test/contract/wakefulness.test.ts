/** How long the event loop is kept awake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Wakefulness } from '../../dist/transport/awake.js';

/** Counts the turns that it asks for; `run` lets them pass until it asks for no more. */
function counted(): { wakefulness: Wakefulness; run: () => number } {
  let next: (() => void) | null = null;
  const wakefulness = new Wakefulness((turn) => {
    next = turn;
  });
  const run = (): number => {
    let turns = 0;
    while (next !== null) {
      const turn: () => void = next;
      next = null;
      turns++;
      turn();
    }
    return turns;
  };
  return { wakefulness, run };
}

for (const receives of [1, 2, 16]) {
  test(`bursts of ${receives} receives in one turn, far apart, are given up, and tried again once in a while`, () => {
    const { wakefulness, run } = counted();
    let awakeCount = 0;
    for (let i = 0; i < 1000; i++) {
      for (let k = 0; k < receives; k++) wakefulness.burst();
      if (run() > 0) awakeCount++;
    }
    assert.ok(awakeCount >= 4 && awakeCount < 10 + (1000 * receives) / 64, `awake ${awakeCount} times of 1000`);
  });
}

test('while a burst follows the other within a few turns, it stays awake', () => {
  const { wakefulness, run } = counted();
  for (let i = 0; i < 3; i++) {
    wakefulness.burst();
    assert.ok(run() > 0);
  }
});

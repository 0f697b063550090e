import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StreamsResult, StreamsResultFile } from '../harness/result.js';
import { TASKS } from '../streams/tasks.js';
import { runBench } from '../testing/run-bench.js';
import { resultOf } from '../testing/suite-result.js';

const SMOKE = ['--milliseconds', '20', '--rounds', '1'];

async function results(...args: string[]): Promise<StreamsResult[]> {
  return (await resultOf<StreamsResultFile>('streams', ...SMOKE, ...args)).results;
}

describe('bench streams', () => {
  it('slow: counts every line by every row, compares them with readline, and prints exactly one JSON object', async () => {
    const rows = await results('--tasks', 'lines', '--bytes', '100');
    assert.deepEqual(
      rows.map(({ contender }) => contender),
      TASKS.lines.readers,
    );
    for (const row of rows) {
      assert.deepEqual([row.task, row.frameBytes, row.samples.length, row.costToSmallest], ['lines', 100, 1, null]);
      assert.ok(row.frames > 0, row.contender);
      assert.deepEqual(Object.keys(row.ratios), TASKS.lines.bases);
    }
    assert.equal(rows.find(({ contender }) => contender === 'readline-events')?.ratios['readline-events'], 1);
  });

  it('slow: reads frames, far delimiters and into waiting views', async () => {
    const frames = await results('--tasks', 'frames', '--bytes', '300000');
    assert.deepEqual(
      frames.map(({ contender }) => contender),
      TASKS.frames.readers,
    );
    const until = await results('--tasks', 'until', '--bytes', '1000,3000000');
    assert.deepEqual(
      until.map(({ frameBytes, costToSmallest }) => [frameBytes, costToSmallest === null]),
      [
        [1000, true],
        [1000, true],
        [3_000_000, false],
        [3_000_000, false],
      ],
    );
  });

  it('copies next to nothing into a view that waits, and of frames of 1 MiB read one after the other', async () => {
    const [idle] = await results('--tasks', 'idle', '--bytes', '100000000');
    assert.ok((idle?.copiedBytesPerByte ?? 1) <= 0.00001, `${idle?.copiedBytesPerByte}`);
    const [frames] = await results(
      ...['--tasks', 'frames', '--bytes', '1048576', '--contenders', 'landfall-read-into', '--milliseconds', '300'],
    );
    assert.ok((frames?.copiedBytesPerByte ?? 1) <= 0.001, `${frames?.copiedBytesPerByte}`);
  });

  it('prints a table for each task and size', async () => {
    const { stdout } = await runBench(
      ...['streams', ...SMOKE, '--tasks', 'lines', '--bytes', '20,1000', '--contenders', 'readline-events'],
    );
    assert.match(stdout, /Lines of 20 bytes\n.*\n.*reader .* × readline-events .* CPU ns\/line/);
    assert.match(stdout, /Lines of 1 kB\n/);
    assert.match(stdout, /A sender in Node .* 0\.02 s a turn/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FLOOD_CONTENDERS } from '../flood/catalogue.js';
import type { FloodResultFile, WriteResultFile } from '../harness/result.js';
import { findFloodPeers } from '../peers/peers.js';
import { runBench, said, startBench } from '../testing/run-bench.js';
import { WRITERS } from '../write/writers.js';

const { found, missing } = await findFloodPeers();
const noC = found.every(({ contender }) => contender !== 'c') && 'no C compiler here';
const here = FLOOD_CONTENDERS.filter((name) => missing.every(({ contender }) => contender !== name));

describe('bench flood', { skip: noC }, () => {
  it('slow: counts every frame by every row that can run here, names the others, and prints exactly one JSON object', async () => {
    const { status, stdout, stderr } = await runBench(
      ...['flood', '--frame-bytes', '16,70000', '--frames', '5000', '--rounds', '2', '--json'],
    );
    assert.equal(status, 0, stderr);
    const result = JSON.parse(stdout) as FloodResultFile;
    assert.equal(result.suite, 'flood');
    assert.deepEqual(
      result.results.map(({ contender, frameBytes }) => [frameBytes, contender]),
      [16, 70_000].flatMap((frameBytes) => here.map((contender) => [frameBytes, contender])),
    );
    for (const row of result.results) {
      assert.equal(row.frames, 10_000);
      assert.equal(row.samples.length, 2);
      assert.ok(row.framesPerSec >= row.framesPerSecMin && row.framesPerSec <= row.framesPerSecMax, row.contender);
      assert.ok((row.ratioToC ?? 0) > 0, row.contender);
      assert.ok((row.userCpuShare ?? 1) >= 0 && (row.userCpuShare ?? 0) <= 1, row.contender);
      assert.equal(row.writesPerFrame, null);
    }
    assert.deepEqual(result.missing, missing);
    for (const { contender, remedy } of missing)
      assert.ok(stderr.includes(`${contender} is missing`) && stderr.includes(remedy));
  });

  it('copies at most a hundredth of frames of 100 bytes by FramedProtocol', async () => {
    const { stdout } = await runBench(
      ...['flood', '--frame-bytes', '100', '--mbytes', '100', '--rounds', '1', '--contenders', 'landfall', '--json'],
    );
    const [row] = (JSON.parse(stdout) as FloodResultFile).results;
    assert.equal(row?.frames, 1_000_000);
    assert.ok((row?.copiedBytesPerByte ?? 1) <= 0.01, `${row?.copiedBytesPerByte}`);
  });

  it('sends for a time when asked to, and compares the rows of a round', async () => {
    const { stdout } = await runBench(
      ...['flood', '--frame-bytes', '1000', '--seconds', '1', '--rounds', '1', '--contenders', 'landfall,c', '--json'],
    );
    const { results } = JSON.parse(stdout) as FloodResultFile;
    for (const { samples } of results) assert.ok((samples[0]?.seconds ?? 0) >= 0.9);
    assert.equal(results.find(({ contender }) => contender === 'c')?.ratioToC, 1);
    assert.equal(results[0]?.ratioToGo, null);
  });

  it('prints a table for each frame size', async () => {
    const { stdout } = await runBench(
      'flood',
      '--frame-bytes',
      '16,100',
      '--frames',
      '1000',
      '--rounds',
      '1',
      '--contenders',
      'c',
    );
    assert.match(stdout, /Frames of 16 bytes\n.*\n.*receiver .* × c .*CPU ns\/frame/);
    assert.match(stdout, /Frames of 100 bytes\n/);
  });

  it('stops at an interrupt, prints what was measured, and says so by its status', async () => {
    const bench = startBench('flood', '--frame-bytes', '100', '--seconds', '1', '--contenders', 'c', '--json');
    await said(bench.process.stderr, /\[1\/7\] round 1, c at 100 bytes: .* million frames\/s/);
    bench.process.kill('SIGINT');
    const { status, stdout } = await bench.outcome;
    assert.equal(status, 130);
    const result = JSON.parse(stdout) as FloodResultFile;
    assert.equal(result.interrupted, true);
    assert.ok((result.results[0]?.samples.length ?? 0) < 7);
  });
});

describe('bench write', { skip: noC }, () => {
  it('has every frame of every row counted by the receiver, and prints exactly one JSON object', async () => {
    const { status, stdout, stderr } = await runBench('write', '--frames', '5001', '--rounds', '2', '--json');
    assert.equal(status, 0, stderr);
    const result = JSON.parse(stdout) as WriteResultFile;
    assert.deepEqual(
      result.results.map(({ contender }) => contender),
      WRITERS,
    );
    for (const row of result.results) {
      assert.equal(row.frames, 10_002);
      assert.ok((row.ratioToNodeWrite ?? 0) > 0 && (row.ratioToNodeCork ?? 0) > 0, row.contender);
    }
  });

  it('prints a table', async () => {
    const { stdout } = await runBench('write', '--frames', '100', '--frame-bytes', '100000', '--rounds', '1');
    assert.match(stdout, /writer .* × node-write .*\n.*\n.*(landfall|node-)/);
    assert.match(stdout, /100 frames of 100 kB a turn to a receiver in C/);
  });
});

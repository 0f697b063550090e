import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ECHO_CONTENDERS, findContenders } from '../echo/catalogue.js';
import type { EchoResultFile } from '../harness/result.js';
import { runBench, said, startBench } from '../testing/run-bench.js';

const SMOKE = ['--frame-bytes', '1000000', '--frames', '4', '--rounds', '2'];

describe('bench echo', () => {
  it('slow: runs every row that can run here, names the others, and prints exactly one JSON object', async (t) => {
    const { found, missing } = await findContenders(ECHO_CONTENDERS);
    const { status, stdout, stderr } = await runBench('echo', ...SMOKE, '--json');
    assert.equal(status, 0, stderr);
    const result = JSON.parse(stdout) as EchoResultFile;
    assert.equal(result.suite, 'echo');
    assert.deepEqual(
      result.results.map(({ contender }) => contender),
      found.map(({ contender }) => contender),
    );
    for (const row of result.results) {
      assert.equal(row.frames, 4);
      assert.equal(row.frameBytes, 1_000_000);
      assert.equal(row.samples.length, 2);
      assert.ok(row.mbPerSec >= row.mbPerSecMin && row.mbPerSec <= row.mbPerSecMax, row.contender);
    }
    assert.deepEqual(result.missing, missing);
    for (const { contender, remedy } of missing) {
      assert.match(stderr, new RegExp(`${contender} is missing: `));
      assert.ok(stderr.includes(remedy));
      t.diagnostic(`${contender} is missing and was not tested`);
    }
  });

  it('slow: copies at most a hundredth of 100 MB frames by FramedProtocol, next to none with a reused buffer, all with data events', async () => {
    const { stdout, stderr } = await runBench(
      ...['echo', '--frame-bytes', '100000000', '--frames', '2', '--rounds', '1'],
      ...['--contenders', 'landfall,landfall-reused,node-data', '--json'],
    );
    const { results } = JSON.parse(stdout) as EchoResultFile;
    const copies = new Map(results.map(({ contender, copiedBytesPerByte }) => [contender, copiedBytesPerByte]));
    assert.ok((copies.get('landfall') ?? 1) <= 0.01, `${copies.get('landfall')} ${stderr}`);
    // A few bytes may have arrived while reading was stopped.
    assert.ok((copies.get('landfall-reused') ?? 1) < 1e-6);
    assert.ok((copies.get('node-data') ?? 0) > 0.99);
  });

  it('prints a table with the thread of 2017 in a column of its own', async () => {
    const { status, stdout } = await runBench('echo', ...SMOKE, '--contenders', 'node-data');
    assert.equal(status, 0);
    assert.match(stdout, /way of receiving .* × node-data .* MB\/s in the 2017 thread/);
    assert.match(stdout, /node-data .* 1\.00/);
  });

  it('puts the C client before every server when asked to', async (t) => {
    const { missing } = await findContenders(['c']);
    if (missing.length > 0) return t.skip('the C client is missing');
    const { status, stdout, stderr } = await runBench(
      'echo',
      ...SMOKE,
      '--contenders',
      'landfall',
      '--client',
      'c',
      '--json',
    );
    assert.equal(status, 0, stderr);
    assert.equal((JSON.parse(stdout) as EchoResultFile).options.client, 'c');
  });

  it('ends with status 1 when a row that is asked for by name is missing, and says how to get it', async (t) => {
    const { missing } = await findContenders(ECHO_CONTENDERS);
    const [first] = missing;
    if (first === undefined) return t.skip('every row can run here');
    const { status, stdout, stderr } = await runBench('echo', ...SMOKE, '--contenders', first.contender);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.ok(stderr.includes(first.remedy));
  });

  it('stops at an interrupt, keeps and prints what was measured, and says so by its status', async () => {
    const bench = startBench(
      'echo',
      '--frame-bytes',
      '1000000',
      '--frames',
      '400',
      '--contenders',
      'node-data',
      '--json',
    );
    await said(bench.process.stderr, /\[1\/5\] round 1, node-data: .* MB\/s/);
    bench.process.kill('SIGINT');
    const { status, stdout } = await bench.outcome;
    assert.equal(status, 130);
    const result = JSON.parse(stdout) as EchoResultFile;
    assert.equal(result.interrupted, true);
    assert.equal(result.results[0]?.contender, 'node-data');
    assert.ok((result.results[0]?.samples.length ?? 0) < 5);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findContenders } from '../echo/catalogue.js';
import type { TlsResultFile } from '../harness/result.js';
import { runBench } from '../testing/run-bench.js';
import { resultOf } from '../testing/suite-result.js';
import { TLS_CONTENDERS } from '../tls/suite.js';

const SMOKE = ['--frame-bytes', '1000000', '--mbytes', '2', '--rounds', '1'];

describe('bench tls', () => {
  it('slow: echoes by every row that can run here, names the others, and prints exactly one JSON object', async () => {
    const { found, missing } = await findContenders(TLS_CONTENDERS);
    const { status, stdout, stderr } = await runBench('tls', ...SMOKE, '--handshake-ms', '0', '--json');
    assert.equal(status, 0, stderr);
    const result = JSON.parse(stdout) as TlsResultFile;
    assert.equal(result.suite, 'tls');
    assert.deepEqual(
      result.results.map(({ contender, frames }) => [contender, frames]),
      found.map(({ contender }) => [contender, 2]),
    );
    assert.deepEqual(result.missing, missing);
    for (const { contender } of missing) assert.ok(stderr.includes(`${contender} is missing`));
  });

  it('slow: has the echoes at each size, with frames spread over the rounds, and the handshakes beside them', async () => {
    const { results, handshakes, missing } = await resultOf<TlsResultFile>(
      ...['tls', '--frame-bytes', '1024,70000', '--most-frames', '3', '--rounds', '2'],
      ...['--contenders', 'landfall', '--handshake-ms', '20'],
    );
    assert.deepEqual(
      results.map(({ frameBytes, samples }) => [frameBytes, ...samples.map(({ frames }) => frames)]),
      [
        [1024, 2, 1],
        [70_000, 2, 1],
      ],
    );
    assert.deepEqual(
      handshakes.map(({ contender, kind, samples }) => [contender, kind, samples.length]),
      [
        ['landfall', 'full', 2],
        ['node', 'full', 2],
        ['landfall', 'resumed', 2],
        ['node', 'resumed', 2],
      ],
    );
    assert.deepEqual(missing, []);
  });

  it('shakes hands in full and by resuming sessions, and prints a table of each', async () => {
    const { status, stdout, stderr } = await runBench(
      ...['tls', '--frame-bytes', '1024,70000', '--most-frames', '3', '--rounds', '1'],
      ...['--contenders', 'landfall,node-data', '--handshake-ms', '50'],
    );
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Frames of 1 kB\n.*\n.*way of receiving .* × node-data .* frames\/s/);
    assert.match(stdout, /Frames of 70 kB\n/);
    for (const cells of ['landfall +│ +full', 'node +│ +full', 'landfall +│ +resumed', 'node +│ +resumed']) {
      assert.match(stdout, new RegExp(cells));
    }
  });
});

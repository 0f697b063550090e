import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findContenders } from '../echo/catalogue.js';
import type { ConnectionsResultFile, IdleResultFile, MemoryResultFile, PingResultFile } from '../harness/result.js';
import { descriptorLimit, descriptorShortage } from '../idle/suite.js';
import type { SoakResultFile } from '../soak/suite.js';
import { runBench } from '../testing/run-bench.js';
import { resultOf } from '../testing/suite-result.js';

const noC = (await findContenders(['c'])).missing.length > 0 && 'no C compiler here';
const noProc = process.platform !== 'linux' && 'resident sizes are read from /proc, which only Linux has';

describe('bench ping', { skip: noC }, () => {
  it('slow: times round trips to servers, one at a time', async () => {
    const { results } = await resultOf<PingResultFile>(
      ...['ping', '--frames', '500', '--rounds', '2', '--contenders', 'landfall,landfall-stream,c'],
    );
    assert.deepEqual(
      results.map(({ contender }) => contender),
      ['landfall', 'landfall-stream', 'c'],
    );
    for (const { frames, samples, latency } of results) {
      const { p50Micros, p90Micros, p99Micros, p999Micros, maxMicros } = latency;
      assert.equal(frames, 1000);
      assert.equal(samples.length, 2);
      assert.ok(p50Micros > 0 && p50Micros <= p90Micros && p90Micros <= p99Micros);
      assert.ok(p99Micros <= p999Micros && p999Micros <= maxMicros);
    }
  });

  it('prints a table', async () => {
    const { stdout } = await runBench('ping', '--frames', '10', '--rounds', '1', '--contenders', 'c');
    assert.match(stdout, /server .* p50 µs .* p99\.9 /);
    assert.match(stdout, /Round trips of 64 bytes, one at a time/);
  });
});

describe('bench connections', { skip: noC || noProc }, () => {
  const shortage = descriptorShortage(300, descriptorLimit()) ?? false;

  it('slow: echoes over one and over hundreds of connections, and weighs the many', { skip: shortage }, async () => {
    const { results } = await resultOf<ConnectionsResultFile>(
      ...['connections', '--connections', '1,300', '--milliseconds', '100', '--rounds', '1'],
      ...['--contenders', 'landfall,node-data'],
    );
    assert.deepEqual(
      results.map(({ contender, connections }) => `${contender} ${connections}`),
      ['landfall 1', 'node-data 1', 'landfall 300', 'node-data 300'],
    );
    for (const { connections, frames, roundTripsPerSec, bytesPerConnection } of results) {
      assert.ok(frames >= connections && roundTripsPerSec > 0);
      assert.equal(bytesPerConnection === null, connections === 1);
    }
  });
});

describe('bench memory', { skip: noC || noProc }, () => {
  it('slow: samples the memory of receivers that keep frames', async () => {
    const { results } = await resultOf<MemoryResultFile>('memory', '--frames', '100000', '--rounds', '1');
    assert.equal(results.length, 5);
    for (const { contender, frames, samples, peakRssBytes, copiedBytesPerByte } of results) {
      assert.equal(frames, 100_000);
      assert.ok((samples[0]?.resident.length ?? 0) > 0, contender);
      assert.ok((peakRssBytes ?? 0) > 10e6, contender);
      assert.ok((copiedBytesPerByte ?? 0) < 1.2, contender);
    }
  });
});

describe('bench idle', { skip: noProc || (descriptorShortage(50, descriptorLimit()) ?? false) }, () => {
  it('slow: prints one JSON object', async () => {
    const { results } = await resultOf<IdleResultFile>('idle', '--quick', '--connections', '50');
    assert.equal(results.length, 4);
  });
});

describe('bench soak', () => {
  it('slow: prints one JSON object', async () => {
    const { results, totals } = await resultOf<SoakResultFile>('soak', '--minutes', '0.05', '--connections', '4');
    assert.deepEqual(
      results.map(({ contender }) => contender),
      ['server', 'client'],
    );
    assert.ok(totals.frames > 0);
  });
});

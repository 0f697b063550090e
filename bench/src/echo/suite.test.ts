import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EchoOptions, EchoResultFile } from '../harness/result.js';
import { type EchoContender, findContenders } from './catalogue.js';
import { type EchoProgress, runEcho } from './suite.js';

const OPTIONS: EchoOptions = { frameBytes: 10_000, frames: 6, rounds: 2, client: 'same' };
const SILENT: EchoProgress = { start() {}, turnStarted() {}, turnEnded() {}, stop() {} };

/** The row `node-data` with a server that spoils byte `at` of its answer to frame `frame`, counted from 0. */
function corrupt(frame: number, at: number, client: EchoContender): EchoContender {
  const directory = new URL('../contenders/', import.meta.url).href;
  const script = `
    const { contender } = await import('${directory}node-data.js');
    const { serveEcho } = await import('${directory}server-role.js');
    let frame = 0;
    const spoiling = {
      listen: (port, options, listener) => contender.listen(port, options, {
        ...listener,
        frame(connection, memory, start, end) {
          if (frame++ === ${frame}) memory[start + ${at}] ^= 1;
          listener.frame(connection, memory, start, end);
        },
      }),
    };
    const options = { prefix: { lengthBytes: 8, endian: 'little' }, maxFrameBytes: 1e6, log() {} };
    const { port, traffic } = await serveEcho(spoiling, 0, options);
    const say = (event, fields) => console.log(JSON.stringify({ event, ...fields }));
    say('listening', { port });
    process.stdin.on('data', () => say('stats', traffic())).on('end', () => process.exit());`;
  return { ...client, contender: 'corrupt', args: ['--input-type=module', '-e', script, '--'] };
}

async function run(found: EchoContender[], client?: EchoContender): Promise<EchoResultFile> {
  const signal = AbortSignal.timeout(60_000);
  return runEcho({ options: OPTIONS, catalogue: { found, missing: [] }, client, progress: SILENT, signal });
}

describe('the echo suite', () => {
  for (const [phase, frame] of [
    ['a verified frame', 1],
    ['the last timed frame', 5],
  ] as const) {
    it(`catches a row that spoils one byte of ${phase}, names the byte, and gives it no figure`, async () => {
      const { found } = await findContenders(['node-data']);
      const [honest] = found;
      assert.ok(honest);
      const result = await run([corrupt(frame, 4321, honest)], honest);
      assert.deepEqual(result.results, []);
      assert.match(result.failed[0]?.error ?? '', new RegExp(`frame ${frame}: byte 4321 is`));
    });
  }

  it('gives no figure to a row that is wrong in a later round', async () => {
    const { found } = await findContenders(['node-data']);
    const [honest] = found;
    assert.ok(honest);
    const spoiling = corrupt(1, 4321, honest);
    let turns = 0;
    const turning: EchoContender = {
      ...honest,
      contender: 'turning',
      // Read once for each start of the server.
      get args() {
        return turns++ === 0 ? honest.args : spoiling.args;
      },
    };
    const result = await run([turning, honest], honest);
    assert.equal(turns, 2);
    assert.match(result.failed[0]?.error ?? '', /frame 1: byte 4321 is/);
    assert.deepEqual(
      result.results.map(({ contender }) => contender),
      ['node-data'],
    );
  });

  it('tells no processor time of a run too short for the clock of the system', async () => {
    const { found } = await findContenders(['node-data']);
    const [row] = (await run(found)).results;
    assert.equal(row?.cpuSecPerGB, null);
    assert.equal(row?.userCpuShare, null);
  });

  it('tells receives, writes and collections of the server, inside the clock alone', async () => {
    const { found } = await findContenders(['node-data']);
    const [row] = (await run(found)).results;
    // 10 kB may come in several pieces; the verified frames, as many again, are not among them.
    assert.ok((row?.receivesPerFrame ?? 0) >= 1 && (row?.receivesPerFrame ?? 0) < 20);
    assert.equal(row?.writesPerFrame, 1);
    assert.ok((row?.collectionsPerGB ?? -1) >= 0 && (row?.collectionMsPerGB ?? -1) >= 0);
  });

  it('goes on with the other rows when one fails', async () => {
    const { found } = await findContenders(['node-data']);
    const broken: EchoContender = {
      contender: 'broken',
      command: process.execPath,
      args: ['-e', 'throw 5'],
      runtime: '',
    };
    const result = await run([broken, ...found]);
    assert.deepEqual(
      result.results.map(({ contender, frames }) => [contender, frames]),
      [['node-data', 6]],
    );
    assert.match(result.failed[0]?.error ?? '', /broken server ended with status 1/);
  });

  it('says when a program cannot be started', async () => {
    const absent: EchoContender = { contender: 'absent', command: '/nonexistent/program', args: [], runtime: '' };
    const { failed } = await run([absent]);
    assert.match(failed[0]?.error ?? '', /absent server could not be started: .*ENOENT/);
  });
});

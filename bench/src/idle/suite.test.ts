import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgramError, runProgram } from '../peers/run-program.js';
import { descriptorLimit, descriptorShortage, IDLE_CONTENDERS, runIdle } from './suite.js';

test('too low a descriptor limit is told with both numbers, a high enough or unknown one is not', () => {
  assert.match(descriptorShortage(10_000, 1024) ?? '', /10000 connections need 10064 .* limit is 1024/);
  assert.equal(descriptorShortage(900, 1024), null);
  assert.equal(descriptorShortage(10_000, null), null);
});

test('the command says loudly that it did not run under too low a limit', {
  skip: process.platform === 'win32',
}, async () => {
  const cli = fileURLToPath(new URL('../cli.js', import.meta.url));
  const run = runProgram('sh', ['-c', 'ulimit -n 500; exec "$0" "$@"', process.execPath, cli, 'idle'], 20_000);
  const isLoud = (error: unknown) =>
    error instanceof ProgramError && /idle suite was NOT RUN: 10000/.test(error.message);
  await assert.rejects(run, isLoud);
});

const CONNECTIONS = 500;
const noProc = process.platform === 'linux' ? null : 'resident sizes are read from /proc, which only Linux has';
const skip = noProc ?? descriptorShortage(CONNECTIONS, descriptorLimit()) ?? false;

test('five hundred idle connections are counted on each side of each row', { skip }, async () => {
  const progress = { start() {}, turnStarted() {}, turnEnded() {}, stop() {} };
  const options = { connections: CONNECTIONS, rounds: 1, quick: true };
  const signal = AbortSignal.timeout(60_000);
  const { results, failed } = await runIdle({ options, contenders: IDLE_CONTENDERS, progress, signal });
  assert.deepEqual(failed, []);
  assert.deepEqual(
    results.map(({ contender, side }) => `${contender} ${side}`),
    ['node accepted', 'landfall accepted', 'node connecting', 'landfall connecting'],
  );
  const bytes = results.map(({ bytesPerConnection }) => bytesPerConnection);
  assert.ok(Math.min(...bytes) > 0, `a connection costs something: ${bytes}`);
  // The published figures are far closer. So few connections as these are noisy, and three times is no noise.
  const [nodeAccepted = 0, landfallAccepted = 0, nodeConnecting = 0, landfallConnecting = 0] = bytes;
  assert.ok(landfallAccepted <= 3 * nodeAccepted, `accepted: ${landfallAccepted} against ${nodeAccepted}`);
  assert.ok(landfallConnecting <= 3 * nodeConnecting, `connecting: ${landfallConnecting} against ${nodeConnecting}`);
});

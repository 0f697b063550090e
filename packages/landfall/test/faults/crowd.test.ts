/** Very many connections at once. With LANDFALL_LONG=1, 15,000. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RunningProgram } from '../support/running-programs.js';
import { affordable } from './descriptors.js';

const WANTED = process.env['LANDFALL_LONG'] === '1' ? 15_000 : 5_000;
const DEADLINE_MS = 60_000;
const PROGRAM = fileURLToPath(new URL('./crowd-program.js', import.meta.url));
/** Descriptors count per process: each end has one of its own. */
const CONNECTIONS = affordable(WANTED);

/** Asks a program what it has left, until it is `expected`. */
async function untilLeft(program: RunningProgram, expected: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  const answers = (): string[] => program.output.match(/left \d+ connections, \d+ bytes/g) ?? [];
  while (answers().at(-1) !== `left ${expected}`) {
    assert.ok(performance.now() < deadline, `${answers().at(-1)}, not ${expected}`);
    const asked = answers().length + 1;
    program.write('left\n');
    await program.untilPrinted(new RegExp(`(left \\d+ connections, \\d+ bytes[^]*){${asked}}`), DEADLINE_MS);
  }
}

test(`${CONNECTIONS} connections at once exchange frames and close; nothing is left over`, {
  timeout: 2 * DEADLINE_MS,
}, async (context) => {
  await using server = new RunningProgram(process.execPath, [PROGRAM, 'server']);
  const [, ...ports] = await server.untilPrinted(/listening (\d+) (\d+)/);
  const begin = performance.now();
  await using client = new RunningProgram(process.execPath, [PROGRAM, 'client', String(CONNECTIONS), ...ports]);
  await client.untilPrinted(/open/, DEADLINE_MS);
  // The last of them are accepted a moment after they stand.
  await untilLeft(server, `${CONNECTIONS} connections, 0 bytes`);
  const openMs = performance.now() - begin;
  client.write('go\n');
  await client.untilPrinted(/done/, DEADLINE_MS);
  context.diagnostic(`open after ${Math.round(openMs)} ms, done after ${Math.round(performance.now() - begin)} ms`);
  await untilLeft(client, '0 connections, 0 bytes');
  await untilLeft(server, '0 connections, 0 bytes');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProgramError, runProgram } from './peers/run-program.js';

const PROGRAM = fileURLToPath(new URL('./readme.js', import.meta.url));
const DEADLINE_MS = 20_000;

test('a result that is not there is one clear line', async () => {
  const isClear = (error: unknown) =>
    error instanceof ProgramError && /^there is no result \/nowhere\/echo\.json: [^\n]*$/.test(error.message);
  await assert.rejects(runProgram(process.execPath, [PROGRAM, '--check', '/nowhere'], DEADLINE_MS), isClear);
});

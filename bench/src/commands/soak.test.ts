import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBench } from '../testing/run-bench.js';

test('slow: a soak of a few seconds loses nothing, and says that it is too short to judge memory', async () => {
  const { status, stdout, stderr } = await runBench('soak', '--minutes', '0.1', '--connections', '10');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^[\d,]+ frames, .* over \d+ connections .*: none lost, doubled, exchanged or spoiled$/m);
  assert.match(stdout, /memory is not judged/);
});

/** A byte stream on a real connection, driven at random, against the plainest model there is: the bytes that were sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockPool } from '../../dist/memory/block-pool.js';
import { within } from '../../dist/testing/waiting.js';
import { COMMANDS, checkKept, type Model, type Real } from './byte-commands.js';
import { bytesToPeer } from './byte-streams.js';

/** No more runs are begun after so long. */
const RUNS_MS = 10_000;

test('slow: 81: a byte stream loses, doubles and moves nothing, whatever is read, put back and given up, however it arrives', async () => {
  const usedBefore = blockPool.usedBytes;
  // Fast-check's own limit would take a run that hangs for one that passed.
  const deadline = performance.now() + RUNS_MS;
  let runs = 0;
  const property = fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 50, size: 'max' }), async (commands) => {
    if (performance.now() > deadline) return;
    await using both = await bytesToPeer();
    const model: Model = { unread: Buffer.alloc(0) };
    const real: Real = { ...both, over: [], seed: 0 };
    await fc.asyncModelRun(() => ({ model, real }), commands);
    real.peer.end();
    const rest = await within('readToEnd()', real.stream.readToEnd());
    assert.ok(model.unread.equals(rest), `${rest.length} bytes for ${model.unread.length}`);
    checkKept(real);
    runs++;
  });
  await fc.assert(property, { numRuns: 100, endOnFailure: true });
  assert.ok(runs >= 5, `${runs} runs`);
  assert.equal(blockPool.usedBytes, usedBefore, 'no block is kept');
});

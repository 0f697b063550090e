/**
 * Both ends of a real connection, driven at random, against the plainest model there is: a queue of what was sent.
 *
 * Frames are pipelined: what is read was often sent many commands before. Memory is used again wherever that is
 * allowed, so a view that is overwritten before it left shows.
 */
import { test } from 'node:test';
import fc from 'fast-check';
import { within } from '../../dist/testing/waiting.js';
import { COMMANDS, type End, FRAME_BYTES_MAX, type Model, type Real, readToEnd } from './frame-commands.js';
import { framePair } from './streams.js';

/** No more runs are begun after so long. */
const RUNS_MS = 8_000;

test('slow: two frame streams do what a queue does, whatever is written, read, given up and ended in whatever order', async () => {
  // Fast-check's own limit would take a run that hangs for one that passed.
  const deadline = performance.now() + RUNS_MS;
  const property = fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 60, size: 'max' }), async (commands) => {
    if (performance.now() > deadline) return;
    await using pair = await framePair();
    const twice = <T>(make: () => T): Record<End, T> => ({ here: make(), there: make() });
    const memory = twice(() => Buffer.alloc(FRAME_BYTES_MAX));
    const shared = twice(() => Buffer.alloc(FRAME_BYTES_MAX));
    const limits = twice(() => FRAME_BYTES_MAX);
    const model: Model = twice(() => ({ unread: [], hasEnded: false }));
    const real: Real = { ...pair, memory, shared, limits };
    await fc.asyncModelRun(() => ({ model, real }), commands);
    await readToEnd(model, real, 'here');
    await readToEnd(model, real, 'there');
    await within('close()', Promise.all([pair.here.close(), pair.there.close()]));
  });
  await fc.assert(property, { numRuns: 300, endOnFailure: true });
});

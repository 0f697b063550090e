/** Many calls that are under way together. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/session.js';
import { type Executed, SimpleExchange } from '../../dist/session/simple.js';
import * as backend from '../support/backend.js';

const ANSWER = Buffer.concat([backend.complete('SELECT 1'), backend.ready()]);
const NOBODY = { notice: () => {}, answered: () => {}, flush: () => {} };

/** How long it takes to answer so many that are under way together, by one. */
function answerMs(depth: number): number {
  const session = new Session(NOBODY, 1 << 20);
  let resolved = 0;
  const failed = (error: Error): never => assert.fail(error);
  const outcome = { resolve: (_: Executed) => void resolved++, reject: failed };
  for (let i = 0; i < depth; i++) session.begin(new SimpleExchange(session, outcome));
  const beganMs = performance.now();
  for (let i = 0; i < depth; i++) {
    session.received.free().set(ANSWER);
    session.received.updated(ANSWER.length);
  }
  const tookMs = performance.now() - beganMs;
  assert.deepEqual([resolved, session.inFlight], [depth, 0]);
  return tookMs / depth;
}

describe('calls under way', () => {
  it('are answered as quickly however many there are', () => {
    const fastest = (depth: number): number => Math.min(...[1, 2, 3, 4, 5].map(() => answerMs(depth)));
    for (let i = 0; i < 10; i++) answerMs(2_000);
    const [few, many] = [fastest(2_000), fastest(100_000)];
    assert.ok(many < 6 * few, `${many} ms each instead of ${few}`);
  });
});

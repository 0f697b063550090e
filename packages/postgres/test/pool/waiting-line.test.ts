import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { leftOf, Waiter, WaitingLine } from '../../dist/pool/waiting-line.js';

const waiter = (): Waiter => new Waiter(false, () => assert.fail(), assert.fail);

describe('the line of those who wait', () => {
  it('is left from anywhere, and keeps its order', () => {
    const steps = fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        const line = new WaitingLine();
        const model: Waiter[] = [];
        for (const step of all) {
          if (step === 'push') {
            model.push(waiter());
            line.push(model.at(-1)!);
          } else if (step === 'shift') {
            assert.equal(line.shift(), model.shift() ?? null);
          } else if (model.length > 0) {
            line.remove(model.splice(Number(step) % model.length, 1)[0]!);
          }
          assert.equal(line.length, model.length);
          assert.equal(line.first, model[0] ?? null);
        }
        for (const next of [...model, null]) assert.equal(line.shift(), next);
      }),
    );
  });
});

describe('what is left of a time', () => {
  it('is less than before, never less than nothing, and all else as it was', () => {
    const { signal } = new AbortController();
    const now = performance.now();
    const left = leftOf({ signal, timeoutMs: 1000, prepare: false }, now - 400)!;
    assert.ok(left.timeoutMs! <= 600 && left.timeoutMs! > 500);
    assert.deepEqual({ ...left, timeoutMs: 0 }, { signal, timeoutMs: 0, prepare: false });
    assert.equal(leftOf({ timeoutMs: 10 }, now - 400)!.timeoutMs, 0);
    assert.equal(leftOf(undefined, now), undefined);
  });
});

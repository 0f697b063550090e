/** Which memory waits to be sent by reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginSending, endSending, isBeingSent } from '../../dist/memory/being-sent.js';

test('a view that was written twice waits until both have left', () => {
  const memory = new Uint8Array(100);
  const view = memory.subarray(10, 20);
  beginSending(view, memory.buffer);
  beginSending(view, memory.buffer);
  endSending(view, memory.buffer);
  assert.ok(isBeingSent(memory.subarray(19, 30)));
  assert.ok(!isBeingSent(memory.subarray(20, 30)));
  endSending(view, memory.buffer);
  assert.ok(!isBeingSent(memory));
});

test('two hundred thousand views of one piece of memory leave in the order they came, at a cost that does not grow with them', () => {
  const perView = (count: number): number => {
    const memory = new Uint8Array(count);
    const views = Array.from({ length: count }, (_, i) => memory.subarray(i, i + 1));
    const before = process.cpuUsage().user;
    for (const view of views) beginSending(view, memory.buffer);
    for (const view of views) endSending(view, memory.buffer);
    return (process.cpuUsage().user - before) / count;
  };
  perView(10_000);
  const few = perView(10_000);
  // Shifting a list by one for each was some 100 microseconds a view.
  assert.ok(perView(200_000) < 10 + 5 * few);
});

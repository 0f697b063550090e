/** One signal for many waits, as a service has that is to be shut down. */
import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners } from 'node:events';
import { test } from 'node:test';
import { addAbortListener, removeAbortListener } from '../../dist/protocol/abort-listeners.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { isNode } from '../support/runtime.js';
import { bytesToPeer } from './byte-streams.js';

/** Node 20 warns from the eleventh listener of a signal on. */
const WAITS = 25;

/** How many listeners a signal has; elsewhere than on Node nobody can tell. */
function listeners(signal: AbortSignal, expected: number): number {
  return isNode ? getEventListeners(signal, 'abort').length : expected;
}

test('one signal ends the waits of many connections, without a warning, and has no listener left', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const pairs = await Promise.all(Array.from({ length: WAITS }, () => bytesToPeer()));
  try {
    const stopping = new AbortController();
    const { signal } = stopping;
    const answered = pairs.map(({ stream }) => stream.readExactly(1, { signal }));
    assert.equal(listeners(signal, 1), 1);
    for (const { peer } of pairs) void peer.send('a');
    for (const byte of await within('a byte each', Promise.all(answered))) assert.equal(byte[0], 97);
    assert.equal(listeners(signal, 0), 0);

    const cut = pairs.map(({ stream }) => stream.readExactly(1, { signal }));
    stopping.abort(new Error('shutting down'));
    for (const wait of cut) await assert.rejects(within('its end', wait), { code: 'ERR_ABORTED' });
    assert.equal(listeners(signal, 0), 0);
    await loopTurns();
    assert.deepEqual(warnings, []);
  } finally {
    process.off('warning', onWarning);
    await Promise.all(pairs.map((pair) => pair[Symbol.asyncDispose]()));
  }
});

test('what is taken out while the signal fires is not called, and what is added anew is added once', () => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const called: string[] = [];
  const third = (): void => void called.push('third');
  const second = (): void => void called.push('second');
  const first = (): void => {
    called.push('first');
    removeAbortListener(signal, second);
  };
  for (const callback of [first, second, third, third]) addAbortListener(signal, callback);
  for (const callback of [first, second, third]) removeAbortListener(signal, callback);
  assert.equal(listeners(signal, 0), 0);
  for (const callback of [first, second, third, third]) addAbortListener(signal, callback);
  assert.equal(listeners(signal, 1), 1);
  stopping.abort();
  assert.deepEqual(called, ['first', 'third']);
  removeAbortListener(signal, first);
  assert.equal(listeners(signal, 0), 0);
});

test('what one wait throws as the signal fires does not keep the others waiting', async () => {
  const stopping = new AbortController();
  const called: string[] = [];
  const thrown = new Promise<Error>((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
  addAbortListener(stopping.signal, () => {
    called.push('first');
    throw new Error('planted');
  });
  addAbortListener(stopping.signal, () => void called.push('second'));
  try {
    stopping.abort();
    assert.deepEqual(called, ['first', 'second']);
    assert.equal((await within('the error', thrown)).message, 'planted');
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
  addAbortListener(stopping.signal, () => void called.push('late'));
  assert.equal(listeners(stopping.signal, 0), 0);
});

/** As of packages that bring their own: it is no EventTarget, and takes functions only. */
function foreignSignal(): { signal: AbortSignal; emitter: EventEmitter } {
  const emitter = new EventEmitter();
  const signal = {
    aborted: false,
    reason: new Error('why'),
    addEventListener: (name: string, listener: () => void) => void emitter.on(name, listener),
    removeEventListener: (name: string, listener: () => void) => void emitter.off(name, listener),
  };
  return { signal: signal as unknown as AbortSignal, emitter };
}

test('a signal that others made ends a wait, or is left as it was', async () => {
  await using both = await bytesToPeer();
  const first = foreignSignal();
  const cut = both.stream.readExactly(1, { signal: first.signal });
  first.emitter.emit('abort');
  await assert.rejects(within('its end', cut), { code: 'ERR_ABORTED' });

  const second = foreignSignal();
  const served = both.stream.readExactly(1, { signal: second.signal });
  void both.peer.send('a');
  assert.equal((await within('a byte', served))[0], 97);
  assert.equal(second.emitter.listenerCount('abort'), 0);
});

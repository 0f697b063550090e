/** flushed(): everything written so far has left our memory. */
import assert from 'node:assert/strict';
import { hasCode } from '../codes.js';
import { noise } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { FACES } from './link.js';
import { Sentences } from './sentences.js';

export const flushing: Sentences = new Sentences();

flushing.add(FACES, 'flushed() resolves at once when nothing waits', async (link) => {
  const pair = await link.open(link.record());
  await within('flushed()', pair.transport.flushed());
  pair.transport.write('x');
  await within('flushed()', pair.transport.flushed());
  await within('flushed(), again', pair.transport.flushed());
  assert.equal(pair.transport.writeBufferSize, 0);
});

flushing.add(FACES, 'several flushed() resolve in order, each after what was written before it', async (link) => {
  const pair = await link.open(link.record(), { peerReads: false });
  const { transport } = pair;
  const order: number[] = [];
  const waits = [0, 1, 2, 3].map((i) => {
    transport.write(noise(3_000_000));
    const flushed = transport.flushed().then(() => {
      order.push(i);
      assert.ok(transport.stats().bytesSent >= (i + 1) * 3_000_000);
    });
    return awaitedLater(flushed);
  });
  const again = awaitedLater(transport.flushed());
  await loopTurns();
  // How much has left by now is the kernel's to say, and that of TLS.
  assert.ok(order.length < waits.length, 'nothing waits although nobody reads');
  pair.peer.read();
  await within('all flushed()', Promise.all([...waits, again]));
  assert.deepEqual(order, [0, 1, 2, 3]);
});

flushing.add(
  FACES,
  'flushed() is cut short by its deadline and by its signal; the connection goes on',
  async (link) => {
    const pair = await link.open(link.record(), { peerReads: false });
    const { transport } = pair;
    const sent = noise(10_000_000);
    transport.write(sent);
    await assert.rejects(within('flushed()', transport.flushed({ timeoutMs: 20 })), hasCode('ERR_TIMEOUT'));
    const controller = new AbortController();
    const aborted = awaitedLater(within('flushed()', transport.flushed({ signal: controller.signal })));
    const reason = new Error('no time');
    controller.abort(reason);
    await assert.rejects(aborted, { name: 'AbortError', code: 'ERR_ABORTED', cause: reason });
    await assert.rejects(transport.flushed({ signal: controller.signal }), { code: 'ERR_ABORTED', cause: reason });
    await assert.rejects(transport.flushed({ timeoutMs: -1 }), RangeError);
    pair.peer.read();
    await within('flushed()', transport.flushed({ timeoutMs: 10_000, signal: new AbortController().signal }));
    await pair.peer.untilBytes(sent.length);
    assert.ok(pair.peer.receivedCopy().equals(sent));
  },
);

flushing.add(FACES, 'flushed() after close() resolves once the rest has left', async (link) => {
  const pair = await link.open(link.record());
  pair.transport.write(noise(5_000_000));
  pair.transport.close();
  await within('flushed()', pair.transport.flushed());
  await pair.peer.untilBytes(5_000_000);
  await within('closed', pair.transport.closed);
  await within('flushed() after the loss', pair.transport.flushed());
});

flushing.add(FACES, 'every flushed() rejects with ERR_CLOSED after abort() with output waiting', async (link) => {
  const pair = await link.open(link.record(), { peerReads: false });
  pair.transport.write(noise(10_000_000));
  const waits = [pair.transport.flushed(), pair.transport.flushed(), pair.transport.flushed()];
  const checks = waits.map((wait) => awaitedLater(assert.rejects(within('flushed()', wait), hasCode('ERR_CLOSED'))));
  pair.transport.abort();
  await Promise.all(checks);
  await assert.rejects(pair.transport.flushed(), hasCode('ERR_CLOSED'));
});

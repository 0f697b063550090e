/** flushed(): everything written so far has left our memory. */
import assert from 'node:assert/strict';
import { hasCode } from '../support/codes.js';
import { LINKS, onLinks } from '../support/connections.js';
import { noise } from '../support/story.js';
import { loopTurns, within } from '../support/waiting.js';

onLinks(LINKS, 'flushed() resolves at once when nothing waits', async (link) => {
  await using pair = await link.open(link.record());
  await within('flushed()', pair.transport.flushed());
  pair.transport.write('x');
  await within('flushed()', pair.transport.flushed());
  await within('flushed(), again', pair.transport.flushed());
  assert.equal(pair.transport.writeBufferSize, 0);
});

onLinks(LINKS, 'several flushed() resolve in order, each after what was written before it', async (link) => {
  await using pair = await link.open(link.record(), { peerReads: false });
  const { transport } = pair;
  const order: number[] = [];
  const waits = [0, 1, 2, 3].map((i) => {
    transport.write(noise(3_000_000));
    return transport.flushed().then(() => {
      order.push(i);
      assert.ok(transport.stats().bytesSent >= (i + 1) * 3_000_000);
    });
  });
  const again = transport.flushed();
  await loopTurns();
  assert.deepEqual(order, []);
  pair.peer.read();
  await within('all flushed()', Promise.all([...waits, again]));
  assert.deepEqual(order, [0, 1, 2, 3]);
});

onLinks(LINKS, 'flushed() is cut short by its deadline and by its signal; the connection goes on', async (link) => {
  await using pair = await link.open(link.record(), { peerReads: false });
  const { transport } = pair;
  const sent = noise(10_000_000);
  transport.write(sent);
  await assert.rejects(within('flushed()', transport.flushed({ timeoutMs: 20 })), hasCode('ERR_TIMEOUT'));
  const controller = new AbortController();
  const aborted = within('flushed()', transport.flushed({ signal: controller.signal }));
  const reason = new Error('no time');
  controller.abort(reason);
  await assert.rejects(aborted, { name: 'AbortError', code: 'ERR_ABORTED', cause: reason });
  await assert.rejects(transport.flushed({ signal: controller.signal }), { code: 'ERR_ABORTED', cause: reason });
  await assert.rejects(transport.flushed({ timeoutMs: -1 }), RangeError);
  pair.peer.read();
  await within('flushed()', transport.flushed({ timeoutMs: 10_000, signal: new AbortController().signal }));
  await pair.peer.untilBytes(sent.length);
  assert.ok(pair.peer.receivedCopy().equals(sent));
});

onLinks(LINKS, 'flushed() after close() resolves once the rest has left', async (link) => {
  await using pair = await link.open(link.record());
  pair.transport.write(noise(5_000_000));
  pair.transport.close();
  await within('flushed()', pair.transport.flushed());
  await pair.peer.untilBytes(5_000_000);
  await within('closed', pair.transport.closed);
  await within('flushed() after the loss', pair.transport.flushed());
});

onLinks(LINKS, 'every flushed() rejects with ERR_CLOSED after abort() with output waiting', async (link) => {
  await using pair = await link.open(link.record(), { peerReads: false });
  pair.transport.write(noise(10_000_000));
  const waits = [pair.transport.flushed(), pair.transport.flushed(), pair.transport.flushed()];
  const checks = waits.map((wait) => assert.rejects(within('flushed()', wait), hasCode('ERR_CLOSED')));
  pair.transport.abort();
  await Promise.all(checks);
  await assert.rejects(pair.transport.flushed(), hasCode('ERR_CLOSED'));
});

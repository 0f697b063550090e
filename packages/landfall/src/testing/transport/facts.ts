/** What a transport says of itself. */
import assert from 'node:assert/strict';
import { within } from '../waiting.js';
import { FACES } from './link.js';
import { Sentences } from './sentences.js';

export const facts: Sentences = new Sentences();

facts.add(FACES, 'a fresh transport is open, reading, and has nothing to send', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const { transport } = pair;
  assert.equal(transport.isClosing, false);
  assert.equal(transport.isReading, true);
  assert.equal(transport.canWriteEof, link.canHalfClose);
  assert.equal(transport.writeBufferSize, 0);
  assert.equal(transport.getProtocol(), protocol);
});

facts.add(FACES, 'getExtraInfo does not throw, whatever it is asked, and is safe after the loss', async (link) => {
  const { transport } = await link.open(link.record());
  const names = ['localAddress', 'remoteAddress', 'socket', 'no such name', ''];
  for (const name of names) assert.doesNotThrow(() => transport.getExtraInfo(name));
  assert.equal(transport.getExtraInfo('no such name'), undefined);
  transport.abort();
  await within('closed', transport.closed);
  for (const name of names) assert.doesNotThrow(() => transport.getExtraInfo(name));
});

facts.add(FACES, 'ref() and unref() may be called at any time, and the connection goes on', async (link) => {
  const protocol = link.record();
  const { transport, peer } = await link.open(protocol);
  transport.unref();
  transport.ref();
  await peer.send('x');
  await protocol.untilBytes(1);
  transport.abort();
  await within('closed', transport.closed);
  transport.unref();
  transport.ref();
});

facts.add(FACES, 'receiveMode is direct or copy, and stays what it is', async (link) => {
  const protocol = link.record();
  const { transport, peer } = await link.open(protocol);
  const mode = transport.receiveMode;
  assert.ok(mode === 'direct' || mode === 'copy', String(mode));
  await peer.send('x');
  await protocol.untilBytes(1);
  assert.equal(transport.receiveMode, mode);
});

facts.add(FACES, 'countCopied() adds to bytesCopied', async (link) => {
  const { transport } = await link.open(link.record());
  const before = transport.stats();
  transport.countCopied(7);
  assert.deepEqual(transport.stats(), { ...before, bytesCopied: before.bytesCopied + 7 });
});

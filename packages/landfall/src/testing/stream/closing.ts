/** close() and abort(), and whom they wake. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../codes.js';
import { noise } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { failureOf, type StreamAndPeer, TOO_MUCH_BYTES, untilArrived } from './link.js';
import { WAYS } from './reads.js';
import { StreamSentences } from './sentences.js';

export const closing: StreamSentences = new StreamSentences();

const ENDINGS: Readonly<Record<string, (pair: StreamAndPeer) => Promise<void>>> = {
  'close()': ({ stream }) => stream.close(),
  'abort()': async ({ stream }) => stream.abort(),
  'abort() of the transport': async ({ stream }) => stream.transport.abort(),
};

for (const { name, read, wantsBytes } of WAYS) {
  closing.add(`every kind of close wakes ${name} with ERR_CLOSED, and it stays so`, async (link) => {
    for (const [how, end] of Object.entries(ENDINGS)) {
      const pair = await link.open();
      const { stream, peer } = pair;
      if (wantsBytes > 1) await peer.send('abc');
      const failure = failureOf(name, read(stream));
      await loopTurns(3);
      const ended = awaitedLater(within(how, end(pair)));
      assertCode(await failure, 'ERR_CLOSED');
      assertCode(await failureOf(name, read(stream)), 'ERR_CLOSED');
      await ended;
      await within('closed', stream.closed);
    }
  });
}

for (const [how, end] of Object.entries(ENDINGS)) {
  closing.add(`${how} wakes whoever waits to write with ERR_CLOSED, and writes are dropped`, async (link) => {
    const pair = await link.open({ peerReads: false });
    const { stream } = pair;
    stream.write(noise(TOO_MUCH_BYTES));
    const failures = [stream.drain(), stream.drain({ timeoutMs: 9_000 })].map((each) => failureOf('drain()', each));
    const ended = how === 'close()' ? stream.close({ timeoutMs: 50 }) : end(pair);
    for (const failure of failures) assertCode(await failure, 'ERR_CLOSED');
    await within(how, ended);
    await assert.rejects(stream.drain(), hasCode('ERR_CLOSED'));
    assert.equal(stream.write('late'), false);
    await within('closed', stream.closed);
  });
}

closing.add(
  'close() sends what was written, then ends; several times is fine, and nothing can be read after it',
  async (link) => {
    const { stream, peer } = await link.open();
    const sent = noise(3_000_000);
    await peer.send('unread');
    // Left with the kernel, it would have that reset the connection.
    await untilArrived(stream, 6);
    stream.write(sent);
    const closed = awaitedLater(stream.close());
    assertCode(await failureOf('read()', stream.read()), 'ERR_CLOSED');
    assertCode(await failureOf('readInto()', stream.readInto(new Uint8Array(3))), 'ERR_CLOSED');
    await within('every close', Promise.all([closed, stream.close(), stream[Symbol.asyncDispose]()]));
    await peer.untilEnd();
    assert.ok(peer.receivedCopy().equals(sent));
    await within('closed', stream.closed);
  },
);

closing.add('close() that is given up aborts: at its deadline, and when its signal fires', async (link) => {
  for (const options of [{ timeoutMs: 30 }, { signal: AbortSignal.timeout(30) }, { signal: AbortSignal.abort() }]) {
    const { stream, peer } = await link.open({ peerReads: false });
    stream.write(noise(TOO_MUCH_BYTES));
    await within('close()', stream.close(options));
    await within('closed', stream.closed);
    peer.read();
    await peer.untilGone();
    assert.ok(peer.bytesReceived < TOO_MUCH_BYTES);
  }
});

closing.add('a read or a drain that was cut short does not keep a close from sending everything', async (link) => {
  const { stream, peer } = await link.open();
  const sent = noise(3_000_000);
  stream.write(sent);
  hasCode('ERR_TIMEOUT')(await failureOf('read()', stream.read(1, { timeoutMs: 1 })));
  hasCode('ERR_ABORTED')(await failureOf('drain()', stream.drain({ signal: AbortSignal.abort() })));
  await within('close()', stream.close());
  await peer.untilEnd();
  assert.ok(peer.receivedCopy().equals(sent));
});

closing.add('abort() drops what waits, and the peer sees an end or a loss', async (link) => {
  const { stream, peer } = await link.open({ peerReads: false });
  stream.write(noise(TOO_MUCH_BYTES));
  stream.abort();
  await within('closed', stream.closed);
  peer.read();
  await peer.untilGone();
  assert.ok(peer.bytesReceived < TOO_MUCH_BYTES);
});

closing.add('closed resolves only when the connection is gone', async (link) => {
  const { stream, peer } = await link.open({ peerReads: false });
  let isClosed = false;
  const closed = stream.closed.then(() => {
    isClosed = true;
  });
  stream.write(noise(TOO_MUCH_BYTES));
  const closing = awaitedLater(stream.close());
  await loopTurns();
  assert.equal(isClosed, false);
  peer.read();
  await within('close()', closing);
  await within('closed', closed);
});

/** Serving frame streams: what becomes of handlers, of what they wrote, and of the way out. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type FrameStream, openFrames, type Server, serveFrames } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { framePair, nextCopy, nextText, openToPeer, U32 } from './streams.js';

/** A server that is gone at the end of its scope. */
async function served(
  handler: (stream: FrameStream) => Promise<void>,
  onError: (error: Error) => void = () => {},
): Promise<AsyncDisposable & { server: Server; open: () => Promise<FrameStream> }> {
  const server = await serveFrames({ host: '127.0.0.1', port: 0, framing: U32, onError }, handler);
  const { port } = server.address as AddressInfo;
  const open = (): Promise<FrameStream> => openFrames({ host: '127.0.0.1', port, framing: U32 });
  return { server, open, [Symbol.asyncDispose]: () => within('closeAll()', server.closeAll()) };
}

const FAILURES: Record<string, (reason: Error) => (stream: FrameStream) => Promise<void>> = {
  'throws at once': (reason) => () => {
    throw reason;
  },
  'rejects after it has read and written': (reason) => async (stream) => {
    await nextText(stream);
    stream.write(patterned(2_000_000, 1));
    throw reason;
  },
};

for (const [how, failing] of Object.entries(FAILURES)) {
  test(`a handler that ${how} is told to onError once, and its connection ends after what was written`, async () => {
    const reason = new Error('as asked');
    const errors: Error[] = [];
    await using service = await served(failing(reason), (error) => errors.push(error));
    const stream = await service.open();
    stream.write(Buffer.from('hello'));
    const answer = await nextCopy(stream);
    if (answer !== null) {
      assert.ok(patterned(2_000_000, 1).equals(answer));
      assert.equal(await nextCopy(stream), null);
    }
    await stream.close();
    assert.deepEqual(errors, [reason]);
  });
}

test('a handler that is done ends its connection after everything it wrote, and others go on', async () => {
  await using service = await served(async (stream) => {
    for await (const each of stream) {
      if (each.bytes.length === 0) return;
      stream.write(each);
    }
  });
  const [one, other] = await Promise.all([service.open(), service.open()]);
  for (let i = 0; i < 50; i++) one.write(patterned(50_000, i));
  one.write(Buffer.alloc(0));
  for (let i = 0; i < 50; i++) assert.ok(patterned(50_000, i).equals((await nextCopy(one))!));
  assert.equal(await nextCopy(one), null);
  other.write(Buffer.from('still here'));
  assert.equal(await nextText(other), 'still here');
  await Promise.all([one.close(), other.close()]);
});

test('end() resolves when everything has left; the other direction goes on until it ends too', async () => {
  await using pair = await framePair();
  const { here, there } = pair;
  for (let i = 0; i < 20; i++) here.write(patterned(100_000, i));
  const ended = here.end();
  for (let i = 0; i < 20; i++) assert.ok(patterned(100_000, i).equals((await nextCopy(there))!));
  await within('end()', ended);
  assert.equal(await nextCopy(there), null);
  assert.throws(() => here.write(Buffer.from('late')), hasCode('ERR_CLOSED'));
  there.write(Buffer.from('answer'));
  assert.equal(await nextText(here), 'answer');
  await within('the second end()', there.end());
  assert.equal(await nextText(here), null);
  await within('the close', Promise.all([here.transport.closed, there.transport.closed]));
});

test('a peer that does not read holds up end() and drain(), which give up when told to; close() ends at its timeout', async () => {
  await using both = await openToPeer({ peerReads: false });
  const { stream } = both;
  while (stream.transport.writeBufferSize < 20_000_000) stream.write(patterned(1_000_000, 1));
  await assert.rejects(stream.drain({ timeoutMs: 5 }), hasCode('ERR_TIMEOUT'));
  await assert.rejects(stream.drain({ signal: AbortSignal.abort() }), hasCode('ERR_ABORTED'));
  await assert.rejects(stream.end({ timeoutMs: 5 }), hasCode('ERR_TIMEOUT'));
  const draining = assert.rejects(stream.drain(), hasCode('ERR_CLOSED'));
  await within('close()', stream.close({ timeoutMs: 20 }), 2_000);
  await within('drain()', draining);
  await assert.rejects(stream.drain(), hasCode('ERR_CLOSED'));
  await within('close() once more', stream.close());
});

test('drain() resolves at once below the mark, and for all who wait once the reader has caught up', async () => {
  await using pair = await framePair();
  const { here, there } = pair;
  await here.drain();
  await here.drain({ timeoutMs: 1_000 });
  let sent = 0;
  while (here.transport.writeBufferSize < 8_000_000) here.write(patterned(400_000, sent++));
  let drained = 0;
  const all = Promise.all([here.drain(), here.drain({ timeoutMs: 10_000 })].map((each) => each.then(() => drained++)));
  await loopTurns();
  assert.equal(drained, 0);
  const received = there.transport.stats().bytesReceived;
  assert.ok(received <= 1_000_000, `${received} bytes were received, and nobody reads`);
  for (let i = 0; i < sent; i++) assert.ok(patterned(400_000, i).equals((await nextCopy(there))!));
  await within('drain()', all);
});

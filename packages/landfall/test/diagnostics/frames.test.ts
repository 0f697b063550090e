/** What is told of frames that a FramedProtocol receives and sends. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { BufferPool, type FrameReceivedMessage, type FrameSentMessage } from 'landfall';
import { hasCode } from '../../dist/testing/codes.js';
import { framedConnection } from '../framing/framed-connection.js';
import { connectedFrames, frame, patterned, until } from '../framing/frames.js';
import { ListeningIn } from './listening-in.js';

const RECEIVED = 'landfall:frame:received';
const SENT = 'landfall:frame:sent';

/** Copies of the payloads that come on a channel, made while they are borrowed. */
function payloads(): Disposable & { readonly texts: string[]; readonly messages: FrameReceivedMessage[] } {
  const texts: string[] = [];
  const messages: FrameReceivedMessage[] = [];
  const note = (message: unknown): void => {
    const { memory, start, end } = message as FrameReceivedMessage;
    messages.push(message as FrameReceivedMessage);
    texts.push(Buffer.from(memory.subarray(start, end)).toString());
  };
  subscribe(RECEIVED, note);
  return { texts, messages, [Symbol.dispose]: () => void unsubscribe(RECEIVED, note) };
}

test('received frames are told of in order, each before its receiver gets it, where it lies', async () => {
  const order: string[] = [];
  using told = payloads();
  const context = await connectedFrames({
    frameReceived(memory, start, end) {
      const last = told.messages.at(-1)!;
      assert.deepEqual([last.memory, last.start, last.end], [memory, start, end]);
      order.push(told.texts.at(-1)!);
    },
  });
  const sent = [...Array(500).keys()].map((i) => 'x'.repeat(i % 40) + i);
  for (const text of sent) context.peer.write(frame(text));
  await until(() => context.received.length === sent.length);
  assert.deepEqual(order, sent);
  assert.deepEqual(told.texts, sent);
  assert.ok(told.messages.every(({ transport }) => transport === context.transport));
  context.transport.abort();
});

test('a large frame, and one in memory of its receiver’s own, are told of where they landed', async () => {
  const [large, lent] = [patterned(200_000, 1), patterned(100_000, 2)];
  const target = new Uint8Array(lent.length);
  const seen: { isRight: boolean; memory: Uint8Array }[] = [];
  const note = (message: unknown): void => {
    const { memory, start, end } = message as FrameReceivedMessage;
    const expected = seen.length === 0 ? large : lent;
    seen.push({ isRight: Buffer.compare(memory.subarray(start, end), expected) === 0, memory });
  };
  subscribe(RECEIVED, note);
  await using connection = await framedConnection({
    getFrameBuffer: (frameBytes) => (frameBytes === target.length ? target : undefined),
  });
  await connection.peer.send(Buffer.concat([frame(large), frame(lent)]));
  await connection.untilFrames(2);
  unsubscribe(RECEIVED, note);
  assert.deepEqual(
    seen.map(({ isRight }) => isRight),
    [true, true],
  );
  assert.equal(seen[1]!.memory, target);
});

test('subscribing and leaving in mid-connection tells of what comes in between', async () => {
  const context = await connectedFrames({});
  context.peer.write(frame('before'));
  await until(() => context.received.length === 1);
  const told = payloads();
  context.peer.write(Buffer.concat([frame('one'), frame('two')]));
  await until(() => context.received.length === 3);
  told[Symbol.dispose]();
  context.peer.write(frame('after'));
  await until(() => context.received.length === 4);
  assert.deepEqual(told.texts, ['one', 'two']);
  assert.deepEqual(context.received, ['before', 'one', 'two', 'after']);
  context.transport.abort();
});

test('a receiver works as ever while it is listened to: it pauses, takes, answers and fails', async () => {
  using told = payloads();
  const error = new Error('the third is one too many');
  const context = await connectedFrames({
    frameReceived(_memory, _start, _end, { framed, transport, received }) {
      if (received.length === 1) transport.pauseReading();
      if (received.length === 2) framed.writeFrame(framed.takeFrame());
      if (received.length === 3) throw error;
    },
  });
  context.peer.write(Buffer.concat([frame('one'), frame('two'), frame('three'), frame('four')]));
  await until(() => context.received.length === 1);
  assert.deepEqual(told.texts, ['one']);
  context.transport.resumeReading();
  assert.equal(await context.lost, error);
  assert.deepEqual(told.texts, ['one', 'two', 'three']);
  await until(() => context.peerReceived.length > 0);
  assert.deepEqual(Buffer.concat(context.peerReceived), frame('two'));
});

test('written frames are told of with their payload, whatever it is given as', async () => {
  const texts: string[][] = [];
  const note = (message: unknown): void => {
    const { payload } = message as FrameSentMessage;
    texts.push(payload.map((view) => Buffer.from(view).toString()));
  };
  subscribe(SENT, note);
  const context = await connectedFrames({});
  const { framed, transport } = context;
  const pool = new BufferPool();
  const lease = pool.acquire(5);
  lease.bytes.set(Buffer.from('lease'));
  framed.writeFrame(Buffer.from('whole'));
  framed.writeFrame([Buffer.from('in '), Buffer.from('parts')]);
  framed.writeFrame(lease);
  assert.throws(() => lease.bytes, hasCode('ERR_RELEASED'), 'it was passed on');
  framed.writeFrame(new Uint8Array(0));
  assert.throws(() => framed.writeFrame('no bytes' as unknown as Uint8Array), TypeError);
  assert.throws(() => framed.writeFrame(lease), hasCode('ERR_RELEASED'));
  await transport.flushed();
  transport.close();
  assert.equal(framed.writeFrame(Buffer.from('dropped')), false);
  unsubscribe(SENT, note);
  assert.deepEqual(texts, [['whole'], ['in ', 'parts'], ['lease'], ['']]);
  assert.equal(await context.lost, null);
  pool.close();
});

test('frames that are skipped, or too large to be sent, are not told of', async () => {
  using told = new ListeningIn([RECEIVED, SENT]);
  const context = await connectedFrames({ maxFrameBytes: 3 });
  assert.throws(() => context.framed.writeFrame(new Uint8Array(4)), hasCode('ERR_LIMIT'));
  context.peer.write(frame('toolong'));
  assert.notEqual(await context.lost, null);
  assert.deepEqual(told.names, []);
});

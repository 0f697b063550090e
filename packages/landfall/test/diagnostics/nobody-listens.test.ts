/** What the channels cost while nobody listens: frames are not told of, and it is looked at once for each receive. */
import assert from 'node:assert/strict';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type TestContext, test } from 'node:test';
import { within } from '../../dist/testing/waiting.js';
import { connectedFrames, frame, framesOf, until } from '../framing/frames.js';
import { untilReceivedBytes } from '../stream/byte-streams.js';
import { openToPeer } from '../stream/streams.js';

const FRAMES = 1000;
const WIRE = Buffer.concat([...Array(FRAMES).keys()].map((i) => frame(`frame ${i}`)));

interface Counted {
  published: number;
  asked: number;
}

/** Counts what is done with a channel. */
function counting(context: TestContext, name: string): Counted {
  const counted: Counted = { published: 0, asked: 0 };
  const watched = channel(name);
  const prototype: object = Object.getPrototypeOf(watched);
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'hasSubscribers')!;
  context.mock.method(watched, 'publish', () => void counted.published++);
  Object.defineProperty(watched, 'hasSubscribers', {
    configurable: true,
    get() {
      counted.asked++;
      return get!.call(watched);
    },
  });
  context.after(() => Reflect.deleteProperty(watched, 'hasSubscribers'));
  return counted;
}

test('a thousand frames of one receive are told to nobody, which is looked at once', (context) => {
  const counted = counting(context, 'landfall:frame:received');
  assert.equal(framesOf([WIRE]).length, FRAMES);
  assert.equal(counted.published, 0);
  assert.ok(counted.asked <= 2, `asked ${counted.asked} times`);
});

test('frames over a connection are told to nobody, and looked at no oftener than there are receives', async (context) => {
  const received = counting(context, 'landfall:frame:received');
  const sent = counting(context, 'landfall:frame:sent');
  const connection = await connectedFrames({
    frameReceived: (memory, start, end, { framed }) => void framed.writeFrame(memory.subarray(start, end)),
  });
  connection.peer.write(WIRE);
  await until(() => connection.received.length === FRAMES);
  await connection.transport.flushed();
  assert.equal(received.published + sent.published, 0);
  const { reads } = connection.stats();
  assert.ok(received.asked <= 2 * reads, `asked ${received.asked} times in ${reads} receives`);
  connection.transport.abort();
});

test('a batch is told to nobody, which is looked at once', async (context) => {
  await using connection = await openToPeer();
  const { stream, peer } = connection;
  await peer.send(WIRE);
  await untilReceivedBytes(stream, 10);
  const counted = counting(context, 'landfall:frame:received');
  let frames = 0;
  let batches = 0;
  for await (const batch of stream.batches()) {
    batches++;
    while (batch.next()) frames++;
    if (frames === FRAMES) break;
  }
  assert.equal(counted.published, 0);
  assert.equal(counted.asked, batches);
  await within('close()', stream.close());
});

test('with a subscriber each frame is told of once', async (context) => {
  const nothing = (): void => {};
  subscribe('landfall:frame:received', nothing);
  const counted: Counted = { published: 0, asked: 0 };
  context.mock.method(channel('landfall:frame:received'), 'publish', () => void counted.published++);
  assert.equal(framesOf([WIRE]).length, FRAMES);
  assert.equal(counted.published, FRAMES);
  unsubscribe('landfall:frame:received', nothing);
});

/** The order of callbacks, and which of them come once. */
import assert from 'node:assert/strict';
import type { BufferedProtocol, Protocol } from '../../protocol/contracts.js';
import { noise } from '../random.js';
import { loopTurns, within } from '../waiting.js';
import { BUFFERED, FACES, type Link, PROTOCOL } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

export const order: Sentences = new Sentences();

order.add(FACES, 'callbacks come in order: made, received, the end, lost', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  await pair.peer.send('hello');
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.deepEqual(story(protocol), ['connectionMade', 'received', 'eofReceived', 'connectionLost']);
  assert.equal(protocol.receivedCopy().toString(), 'hello');
  assert.equal(protocol.lostWith, null);
});

order.add(FACES, 'connectionMade comes first of all, once, and before connect() resolves', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  assert.equal(protocol.calls[0], 'connectionMade');
  await pair.peer.send('x');
  await protocol.untilBytes(1);
  assert.equal(protocol.count('connectionMade'), 1);
  assert.equal(protocol.transport, pair.transport);
  assert.equal(pair.transport.getProtocol(), protocol);
});

order.add(FACES, 'the end of a peer that sent nothing is reported once and closes', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  pair.peer.end();
  await protocol.until('connectionLost');
  await pair.peer.untilEnd();
  assert.deepEqual(story(protocol), ['connectionMade', 'eofReceived', 'connectionLost']);
});

order.add(
  FACES,
  'the end of a connection that is kept open is not repeated after pause and resume',
  async (link) => {
    const protocol = link.record({ eofReceived: () => true });
    const pair = await link.open(protocol);
    pair.peer.end();
    await protocol.until('eofReceived');
    assert.equal(pair.transport.isReading, false);
    for (let i = 0; i < 3; i++) {
      pair.transport.pauseReading();
      await loopTurns(3);
      pair.transport.resumeReading();
      await loopTurns(3);
    }
    assert.equal(pair.transport.isClosing, false);
    pair.transport.write('still here');
    await pair.peer.untilBytes(10);
    pair.transport.close();
    await protocol.until('connectionLost');
    assert.deepEqual(story(protocol), ['connectionMade', 'eofReceived', 'connectionLost']);
  },
  'apart',
);

order.add(FACES, 'connectionLost comes exactly once and last, whatever is called afterwards', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const { transport } = pair;
  transport.close();
  transport.abort();
  transport.close();
  await within('closed', transport.closed);
  transport.close();
  transport.abort();
  transport.pauseReading();
  transport.resumeReading();
  if (link.canHalfClose) transport.writeEof();
  assert.equal(transport.write('late'), false);
  transport.setWriteBufferLimits({ high: 0 });
  await loopTurns();
  assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
  assert.equal(protocol.lostWith, null);
  assert.equal(transport.isClosing, true);
  assert.equal(transport.isReading, false);
});

order.add(FACES, 'no resumeWriting comes after connectionLost when the limits are raised then', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  const { transport } = pair;
  transport.write(noise(1_000_000));
  assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting']);
  transport.abort();
  await within('closed', transport.closed);
  transport.setWriteBufferLimits({ high: 10_000_000 });
  assert.equal(protocol.calls.at(-1), 'connectionLost');
});

order.add(FACES, 'closed resolves after connectionLost returned, and at once when that is long past', async (link) => {
  const seen: string[] = [];
  const protocol = link.record({ connectionLost: () => void seen.push('lost') });
  const pair = await link.open(protocol);
  const { transport } = pair;
  const closed = transport.closed.then(() => seen.push('closed'));
  transport.close();
  assert.deepEqual(seen, []);
  await within('closed', closed);
  await within('closed, asked again', transport.closed);
  assert.deepEqual(seen, ['lost', 'closed']);
});

order.add(PROTOCOL, 'a protocol with nothing but dataReceived lives a whole life', async (link) => {
  let received = '';
  await livesOn(link, {
    dataReceived: (data) => {
      received += Buffer.from(data).toString();
    },
  });
  assert.equal(received, 'all of it');
});

order.add(BUFFERED, 'a protocol with nothing but getBuffer and bufferUpdated lives a whole life', async (link) => {
  let received = '';
  const memory = new Uint8Array(100);
  await livesOn(link, {
    getBuffer: () => memory,
    bufferUpdated: (nbytes) => {
      received += Buffer.from(memory.subarray(0, nbytes)).toString();
    },
  });
  assert.equal(received, 'all of it');
});

order.add(FACES, 'no callback is called while another one of the same connection runs', async (link) => {
  let depth = 0;
  let deepest = 0;
  const inside = (): void => {
    depth++;
    deepest = Math.max(deepest, depth);
    protocol.transport.write('x');
    protocol.transport.pauseReading();
    protocol.transport.resumeReading();
    depth--;
  };
  const protocol = link.record({ connectionMade: inside, received: inside, resumeWriting: inside });
  const pair = await link.open(protocol);
  await pair.peer.send(noise(300_000));
  await protocol.untilBytes(300_000);
  assert.equal(deepest, 1);
});

/** Is written to, receives 'all of it', and ends with its peer. */
async function livesOn(link: Link, protocol: Protocol | BufferedProtocol): Promise<void> {
  const pair = await link.open(protocol);
  pair.transport.write(noise(200_000));
  await pair.peer.send('all of it');
  pair.peer.end();
  await within('closed', pair.transport.closed);
  await pair.peer.untilBytes(200_000);
}

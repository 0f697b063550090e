/** Pausing and resuming: what waits, waits whole and in order. */
import assert from 'node:assert/strict';
import { noise } from '../random.js';
import { RecordingBufferedProtocol } from '../recording-protocol.js';
import { loopTurns, within } from '../waiting.js';
import { BUFFERED, FACES } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

export const pausing: Sentences = new Sentences();

pausing.add(
  FACES,
  'nothing arrives after pauseReading in connectionMade, and all of it after the resume',
  async (link) => {
    const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
    const pair = await link.open(protocol);
    assert.equal(pair.transport.isReading, false);
    await pair.peer.send('early');
    pair.peer.end();
    await loopTurns();
    assert.deepEqual(story(protocol), ['connectionMade']);
    pair.transport.resumeReading();
    assert.equal(pair.transport.isReading, true);
    assert.deepEqual(story(protocol), ['connectionMade'], 'nothing is delivered from inside resumeReading');
    await protocol.until('connectionLost');
    assert.deepEqual(story(protocol), ['connectionMade', 'received', 'eofReceived', 'connectionLost']);
    assert.equal(protocol.receivedCopy().toString(), 'early');
  },
);

pausing.add(BUFFERED, 'pausing inside bufferUpdated leaves the rest for after the resume', async (link) => {
  const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol(
    { received: () => protocol.transport.pauseReading() },
    new Uint8Array(5),
  );
  const pair = await link.open(protocol);
  await pair.peer.send('hello, world');
  for (let receives = 1; protocol.bytesReceived < 12; receives++) {
    await protocol.until(() => protocol.count('bufferUpdated') >= receives);
    await loopTurns();
    assert.equal(protocol.count('bufferUpdated'), receives, 'receives since the last resume');
    assert.ok('hello, world'.startsWith(protocol.receivedCopy().toString()));
    assert.ok(protocol.bytesReceived <= 5 * receives);
    pair.transport.resumeReading();
  }
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.equal(protocol.receivedCopy().toString(), 'hello, world');
});

pausing.add(BUFFERED, 'pausing inside getBuffer takes effect, and loses nothing', async (link) => {
  const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol({}, () => {
    if (protocol.count('getBuffer') === 2) protocol.transport.pauseReading();
    return new Uint8Array(4);
  });
  const pair = await link.open(protocol);
  await pair.peer.send('abcdefghijkl');
  await protocol.until(() => protocol.count('getBuffer') >= 2);
  await loopTurns();
  const before = protocol.bytesReceived;
  assert.ok(before <= 8);
  assert.equal(pair.transport.isReading, false);
  pair.transport.resumeReading();
  await protocol.untilBytes(12);
  assert.equal(protocol.receivedCopy().toString(), 'abcdefghijkl');
});

pausing.add(FACES, 'pausing after every receive, and resuming a turn later, delivers all in order', async (link) => {
  const protocol = link.record({
    received: () => {
      protocol.transport.pauseReading();
      setImmediate(() => protocol.transport.resumeReading());
    },
  });
  const pair = await link.open(protocol);
  const sent = noise(100_000);
  pair.peer.write(sent);
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.ok(protocol.receivedCopy().equals(sent));
  assert.equal(protocol.count('eofReceived'), 1);
  const receives = protocol.calls.filter((call) => call === 'dataReceived' || call === 'bufferUpdated').length;
  // Where it is copied a receive has what arrived at once, and that may be little.
  const arrivals = pair.transport.receiveMode === 'copy' ? pair.transport.stats().reads : 0;
  assert.ok(receives < 200 + arrivals, `${receives} receives for 100 kB: each should fill the memory that is lent`);
});

pausing.add(FACES, 'pausing and resuming are idempotent, also inside a callback and after the close', async (link) => {
  const protocol = link.record({
    received: () => {
      const { transport } = protocol;
      transport.pauseReading();
      transport.pauseReading();
      assert.equal(transport.isReading, false);
      transport.resumeReading();
      transport.resumeReading();
      assert.equal(transport.isReading, true);
    },
  });
  const pair = await link.open(protocol);
  const { transport } = pair;
  transport.resumeReading();
  await pair.peer.send('one');
  await protocol.untilBytes(3);
  transport.pauseReading();
  transport.pauseReading();
  await pair.peer.send('two');
  await loopTurns();
  assert.equal(protocol.bytesReceived, 3);
  transport.resumeReading();
  transport.resumeReading();
  await protocol.untilBytes(6);
  transport.close();
  transport.pauseReading();
  transport.resumeReading();
  assert.equal(transport.isReading, false);
  await protocol.until('connectionLost');
  assert.equal(protocol.receivedCopy().toString(), 'onetwo');
});

pausing.add(FACES, 'pausing and resuming in the same turn changes nothing', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  for (let i = 0; i < 50; i++) {
    pair.transport.pauseReading();
    pair.transport.resumeReading();
    await pair.peer.send('x');
  }
  await protocol.untilBytes(50);
  pair.transport.pauseReading();
  await pair.peer.send('y');
  await loopTurns();
  assert.equal(protocol.bytesReceived, 50);
});

pausing.add(FACES, 'the end that came while paused is reported after the resume and the rest', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  pair.transport.pauseReading();
  await loopTurns(2);
  await pair.peer.send('rest');
  pair.peer.end();
  await loopTurns();
  assert.equal(protocol.count('eofReceived'), 0);
  pair.transport.resumeReading();
  await protocol.until('connectionLost');
  assert.deepEqual(story(protocol), ['connectionMade', 'received', 'eofReceived', 'connectionLost']);
  assert.equal(protocol.receivedCopy().toString(), 'rest');
});

pausing.add(FACES, 'writing goes on while reading is paused', async (link) => {
  const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
  const pair = await link.open(protocol);
  const sent = noise(500_000);
  pair.transport.write(sent);
  await pair.peer.untilBytes(sent.length);
  assert.ok(pair.peer.receivedCopy().equals(sent));
});

pausing.add(FACES, 'closing while paused with bytes unread ends the connection cleanly', async (link) => {
  const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
  const pair = await link.open(protocol);
  await pair.peer.send('never read');
  await loopTurns(2);
  pair.transport.close();
  await within('closed', pair.transport.closed);
  assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
  assert.equal(protocol.lostWith, null);
});

/** Pausing and resuming: what waits, waits whole and in order. */
import assert from 'node:assert/strict';
import { RecordingBufferedProtocol } from 'landfall/testing';
import { BUFFERED_LINKS, LINKS, onLinks } from '../support/connections.js';
import { noise, story } from '../support/story.js';
import { loopTurns, within } from '../support/waiting.js';

onLinks(LINKS, 'nothing arrives after pauseReading in connectionMade, and all of it after the resume', async (link) => {
  const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
  await using pair = await link.open(protocol);
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
});

onLinks(BUFFERED_LINKS, 'pausing inside bufferUpdated leaves the rest for after the resume', async (link) => {
  const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol(
    { received: () => protocol.transport.pauseReading() },
    new Uint8Array(5),
  );
  await using pair = await link.open(protocol);
  await pair.peer.send('hello, world');
  for (const expected of ['hello', 'hello, wor', 'hello, world']) {
    await protocol.untilBytes(expected.length);
    await loopTurns();
    assert.equal(protocol.receivedCopy().toString(), expected);
    pair.transport.resumeReading();
  }
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.equal(protocol.receivedCopy().toString(), 'hello, world');
});

onLinks(BUFFERED_LINKS, 'pausing inside getBuffer takes effect, and loses nothing', async (link) => {
  const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol({}, () => {
    if (protocol.count('getBuffer') === 2) protocol.transport.pauseReading();
    return new Uint8Array(4);
  });
  await using pair = await link.open(protocol);
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

onLinks(LINKS, 'pausing after every receive, and resuming a turn later, delivers all in order', async (link) => {
  const protocol = link.record({
    received: () => {
      protocol.transport.pauseReading();
      setImmediate(() => protocol.transport.resumeReading());
    },
  });
  await using pair = await link.open(protocol);
  const sent = noise(100_000);
  pair.peer.socket.write(sent);
  pair.peer.end();
  await protocol.until('connectionLost');
  assert.ok(protocol.receivedCopy().equals(sent));
  assert.equal(protocol.count('eofReceived'), 1);
  const receives = protocol.calls.filter((call) => call === 'dataReceived' || call === 'bufferUpdated').length;
  assert.ok(receives < 200, `${receives} receives for 100 kB: each of them should fill the memory that is lent`);
});

onLinks(LINKS, 'pausing and resuming are idempotent, also inside a callback and after the close', async (link) => {
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
  await using pair = await link.open(protocol);
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

onLinks(LINKS, 'pausing and resuming in the same turn changes nothing', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
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

onLinks(LINKS, 'the end that came while paused is reported after the resume and the rest', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
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

onLinks(LINKS, 'writing goes on while reading is paused', async (link) => {
  const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
  await using pair = await link.open(protocol);
  const sent = noise(500_000);
  pair.transport.write(sent);
  await pair.peer.untilBytes(sent.length);
  assert.ok(pair.peer.receivedCopy().equals(sent));
});

onLinks(LINKS, 'closing while paused with bytes unread ends the connection cleanly', async (link) => {
  const protocol = link.record({ connectionMade: (transport) => transport.pauseReading() });
  await using pair = await link.open(protocol);
  await pair.peer.send('never read');
  await loopTurns(2);
  pair.transport.close();
  await within('closed', pair.transport.closed);
  assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
  assert.equal(protocol.lostWith, null);
});

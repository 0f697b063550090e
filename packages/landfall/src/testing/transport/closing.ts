/** close() and abort(), from outside and from inside every callback. */
import assert from 'node:assert/strict';
import type { Transport } from '../../protocol/contracts.js';
import { hasCode } from '../codes.js';
import { noise } from '../random.js';
import { RecordingBufferedProtocol } from '../recording-protocol.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { BUFFERED, FACES, type Recorded } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

export const closing: Sentences = new Sentences();

const ENDINGS: Readonly<Record<string, (transport: Transport) => void>> = {
  'close()': (transport) => transport.close(),
  'abort()': (transport) => transport.abort(),
};

for (const [call, end] of Object.entries(ENDINGS)) {
  closing.add(FACES, `${call} outside a callback calls connectionLost(null) on a later turn`, async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    end(pair.transport);
    assert.equal(pair.transport.isClosing, true);
    assert.deepEqual(story(protocol), ['connectionMade']);
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, null);
    await pair.peer.untilGone();
  });

  closing.add(FACES, `${call} inside connectionMade: connect() resolves and nothing arrives`, async (link) => {
    const protocol: Recorded = link.record({ connectionMade: (transport) => end(transport) });
    const pair = await link.open(protocol);
    pair.peer.write('late');
    await protocol.until('connectionLost');
    await loopTurns(3);
    assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
    assert.equal(protocol.lostWith, null);
    assert.equal(protocol.count('getBuffer'), 0);
    assert.equal(pair.transport.getExtraInfo('no such name'), undefined);
    await pair.peer.untilGone();
  });

  closing.add(FACES, `${call} inside a receive: nothing more arrives`, async (link) => {
    const protocol: Recorded = link.record({ received: () => end(protocol.transport) });
    const pair = await link.open(protocol);
    await pair.peer.send('x');
    pair.peer.write(noise(200_000));
    await protocol.until('connectionLost');
    await loopTurns(3);
    assert.deepEqual(story(protocol), ['connectionMade', 'received', 'connectionLost']);
    assert.equal(protocol.calls.filter((name) => /Received|Updated/.test(name)).length, 1);
    assert.equal(protocol.lostWith, null);
  });

  closing.add(
    FACES,
    `${call} inside eofReceived that keeps the connection open: it ends all the same`,
    async (link) => {
      const reaction = (): boolean => {
        end(protocol.transport);
        return true;
      };
      const protocol: Recorded = link.record({ eofReceived: reaction });
      const pair = await link.open(protocol);
      pair.peer.end();
      await protocol.until('connectionLost');
      assert.deepEqual(story(protocol), ['connectionMade', 'eofReceived', 'connectionLost']);
      assert.equal(protocol.lostWith, null);
    },
  );

  for (const asked of [1, 2]) {
    closing.add(BUFFERED, `${call} inside getBuffer number ${asked} ends the connection`, async (link) => {
      const protocol: RecordingBufferedProtocol = new RecordingBufferedProtocol({}, () => {
        if (protocol.count('getBuffer') === asked) end(protocol.transport);
        return new Uint8Array(4);
      });
      const pair = await link.open(protocol);
      pair.peer.write('abcdefghijkl');
      await protocol.until('connectionLost');
      await loopTurns(3);
      assert.ok(protocol.count('bufferUpdated') <= asked);
      assert.equal('abcdefghijkl'.indexOf(protocol.receivedCopy().toString()), 0);
      assert.equal(protocol.count('getBuffer'), asked);
      assert.equal(protocol.calls.at(-1), 'connectionLost');
      assert.equal(protocol.lostWith, null);
    });
  }

  closing.add(FACES, `${call} inside pauseWriting and resumeWriting ends the connection`, async (link) => {
    for (const where of ['pauseWriting', 'resumeWriting'] as const) {
      const protocol: Recorded = link.record({ [where]: () => end(protocol.transport) });
      const pair = await link.open(protocol);
      pair.transport.write(noise(300_000));
      await protocol.until('connectionLost');
      assert.equal(protocol.lostWith, null);
      assert.equal(protocol.calls.at(-1), 'connectionLost');
    }
  });
}

closing.add(FACES, 'close() sends 16 MB that wait, then calls connectionLost(null)', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  const sent = noise(16_000_000);
  pair.transport.write(sent);
  pair.transport.close();
  await loopTurns();
  assert.equal(protocol.count('connectionLost'), 0);
  assert.ok(pair.transport.writeBufferSize > 0);
  pair.peer.read();
  await pair.peer.untilEnd();
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
  assert.ok(pair.peer.receivedCopy().equals(sent));
  assert.equal(pair.transport.stats().bytesSent, sent.length);
  assert.equal(pair.transport.writeBufferSize, 0);
});

closing.add(FACES, 'a write made before close() in the same turn is sent', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  pair.transport.write('last words');
  pair.transport.close();
  await pair.peer.untilEnd();
  assert.equal(pair.peer.receivedCopy().toString(), 'last words');
});

closing.add(FACES, 'close() stops receiving at once, also while output waits', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(8_000_000));
  await loopTurns(2);
  pair.transport.close();
  assert.equal(pair.transport.isReading, false);
  await pair.peer.send('too late');
  await loopTurns();
  assert.equal(protocol.bytesReceived, 0);
});

closing.add(FACES, 'abort() drops what waits', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(16_000_000));
  const flushed = awaitedLater(assert.rejects(within('flushed()', pair.transport.flushed()), hasCode('ERR_CLOSED')));
  pair.transport.abort();
  await protocol.until('connectionLost');
  await flushed;
  assert.equal(protocol.lostWith, null);
  assert.equal(pair.transport.writeBufferSize, 0);
  pair.peer.read();
  await pair.peer.untilGone();
  assert.ok(pair.peer.bytesReceived < 16_000_000);
});

closing.add(FACES, 'abort() after close() with output waiting ends at once, with null', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(16_000_000));
  pair.transport.close();
  await loopTurns();
  assert.equal(protocol.count('connectionLost'), 0);
  pair.transport.abort();
  pair.transport.abort();
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, null);
  assert.equal(protocol.count('connectionLost'), 1);
});

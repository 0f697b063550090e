/** One side ends, the other goes on. */
import assert from 'node:assert/strict';
import { hasCode } from '../codes.js';
import { noise } from '../random.js';
import { loopTurns } from '../waiting.js';
import { FACES, type Recorded } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

const IS_DENO: boolean = process.versions['deno'] !== undefined;

export const halfClose: Sentences = new Sentences();

halfClose.add(
  FACES,
  'writeEof ends this side after what was written, once, and receiving goes on',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    const { transport } = pair;
    assert.equal(transport.canWriteEof, true);
    const sent = noise(2_000_000);
    transport.write(sent);
    transport.writeEof();
    transport.writeEof();
    await pair.peer.untilEnd();
    transport.writeEof();
    assert.ok(pair.peer.receivedCopy().equals(sent));
    assert.equal(transport.isClosing, false);
    await pair.peer.send('still heard');
    await protocol.untilBytes(11);
    pair.peer.end();
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, null);
    assert.equal(protocol.count('eofReceived'), 1);
  },
  'apart',
);

halfClose.add(
  FACES,
  'a write after writeEof throws ERR_CLOSED, an empty one too, and harms nothing',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    const { transport } = pair;
    transport.write('before');
    transport.writeEof();
    for (const write of [
      () => transport.write('x'),
      () => transport.write(''),
      () => transport.write(noise(100_000)),
      () => transport.writeVectored([noise(1)]),
      () => transport.writeVectored([]),
    ]) {
      assert.throws(write, hasCode('ERR_CLOSED'));
    }
    assert.throws(() => transport.write(7 as never), TypeError);
    await pair.peer.untilEnd();
    assert.throws(() => transport.write('x'), hasCode('ERR_CLOSED'));
    assert.equal(pair.peer.receivedCopy().toString(), 'before');
    assert.equal(transport.stats().writesDropped, 0);
    await pair.peer.send('on');
    await protocol.untilBytes(2);
  },
  'apart',
);

halfClose.add(
  FACES,
  'a truthy eofReceived keeps the write side until close()',
  async (link) => {
    const protocol: Recorded = link.record({ eofReceived: () => true });
    const pair = await link.open(protocol);
    await pair.peer.send('question');
    pair.peer.end();
    await protocol.until('eofReceived');
    await loopTurns();
    assert.equal(pair.transport.isClosing, false);
    assert.equal(pair.transport.isReading, false);
    const answer = noise(3_000_000);
    pair.transport.write(answer);
    await pair.peer.untilBytes(answer.length);
    assert.equal(pair.peer.hasEnded, false);
    pair.transport.close();
    await pair.peer.untilEnd();
    await protocol.until('connectionLost');
    assert.ok(pair.peer.receivedCopy().equals(answer));
    assert.deepEqual(
      story(protocol).filter((call) => !call.endsWith('Writing')),
      ['connectionMade', 'received', 'eofReceived', 'connectionLost'],
    );
  },
  'apart',
);

halfClose.add(
  FACES,
  'a falsy eofReceived closes after everything written has left',
  async (link) => {
    // With more, Deno 2.9 loses the last part when the reader has ended its own side, also with node:net alone.
    const answer = noise(IS_DENO ? 100_000 : 5_000_000);
    const protocol: Recorded = link.record({ eofReceived: () => void protocol.transport.write(answer) as never });
    const pair = await link.open(protocol);
    pair.peer.end();
    await pair.peer.untilEnd();
    await protocol.until('connectionLost');
    assert.equal(pair.peer.bytesReceived, answer.length);
    assert.ok(pair.peer.receivedCopy().equals(answer));
    assert.equal(protocol.lostWith, null);
  },
  'apart',
);

halfClose.add(
  FACES,
  'both sides ended, kept open, is over only with close()',
  async (link) => {
    const protocol = link.record({ eofReceived: () => true });
    const pair = await link.open(protocol);
    pair.transport.writeEof();
    await pair.peer.untilEnd();
    pair.peer.end();
    await protocol.until('eofReceived');
    pair.transport.close();
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, null);
    assert.equal(protocol.count('connectionLost'), 1);
  },
  'apart',
);

halfClose.add(
  FACES,
  'writeEof inside connectionMade ends this side only',
  async (link) => {
    const protocol = link.record({ connectionMade: (transport) => transport.writeEof() });
    const pair = await link.open(protocol);
    await pair.peer.untilEnd();
    await pair.peer.send('heard');
    await protocol.untilBytes(5);
  },
  'apart',
);

halfClose.add(
  FACES,
  'writeEof after close() or abort() does nothing',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    pair.transport.close();
    pair.transport.writeEof();
    assert.equal(pair.transport.write('dropped'), false);
    await protocol.until('connectionLost');
    pair.transport.writeEof();
    assert.equal(pair.transport.write('dropped'), false);
    assert.equal(protocol.lostWith, null);
  },
  'apart',
);

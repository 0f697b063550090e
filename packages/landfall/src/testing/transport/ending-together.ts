/** Connections of which no side can be ended alone. */
import assert from 'node:assert/strict';
import { hasCode } from '../codes.js';
import { noise } from '../random.js';
import { FACES, type Recorded } from './link.js';
import { Sentences } from './sentences.js';

export const endingTogether: Sentences = new Sentences();

endingTogether.add(
  FACES,
  'writeEof throws ERR_UNSUPPORTED where no side can be ended alone, and changes nothing',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    const { transport } = pair;
    assert.equal(transport.canWriteEof, false);
    assert.throws(() => transport.writeEof(), hasCode('ERR_UNSUPPORTED'));
    transport.write('still here');
    await pair.peer.untilBytes(10);
    await pair.peer.send('heard');
    await protocol.untilBytes(5);
    assert.equal(pair.peer.hasEnded, false);
    transport.close();
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, null);
  },
  'together',
);

endingTogether.add(
  FACES,
  'the end of the peer ends the connection, whatever eofReceived returns, where no side can be ended alone',
  async (link) => {
    for (const keepOpen of [false, true]) {
      const protocol: Recorded = link.record({ eofReceived: () => keepOpen });
      const pair = await link.open(protocol);
      const sent = noise(100_000);
      await pair.peer.send(sent);
      pair.peer.end();
      await protocol.until('connectionLost');
      assert.ok(protocol.receivedCopy().equals(sent));
      assert.equal(protocol.count('eofReceived'), 1);
      assert.equal(protocol.lostWith, null);
    }
  },
  'together',
);

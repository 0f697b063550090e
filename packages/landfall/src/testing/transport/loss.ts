/** The peer is gone, with or without notice. */
import assert from 'node:assert/strict';
import { assertCode } from '../codes.js';
import { noise } from '../random.js';
import { loopTurns } from '../waiting.js';
import { FACES } from './link.js';
import { Sentences } from './sentences.js';

export const loss: Sentences = new Sentences();

loss.add(FACES, 'after the loss, writes are dropped and counted', async (link) => {
  const protocol = link.record();
  const { transport, peer } = await link.open(protocol);
  peer.transport.abort();
  await protocol.until('connectionLost');
  assert.equal(transport.write('x'), false);
  assert.equal(transport.write(noise(100_000)), false);
  assert.equal(transport.writeVectored([noise(10), noise(10)]), false);
  assert.equal(transport.write(''), false);
  assert.equal(transport.stats().writesDropped, 4);
  assert.equal(transport.writeBufferSize, 0);
});

loss.add(FACES, 'a peer that vanishes while being written to ends the connection, not the process', async (link) => {
  const protocol = link.record();
  const { transport, peer } = await link.open(protocol, { peerReads: false });
  transport.write(noise(4_000_000));
  await loopTurns(3);
  peer.transport.abort();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
});

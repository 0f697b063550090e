/** The peer resets the connection, at several moments. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { story } from '../../dist/testing/transport/story.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { LINKS, type Link, onLinks } from '../support/connections.js';
import { isDeno } from '../support/runtime.js';

// Only TCP has resets: a Unix socket that is destroyed ends like a closed one, unless something is written to it.
const TCP_LINKS = LINKS.filter((link) => link.family === 'TCP').filter(tellsResets);

/** Over TLS Deno makes a proper end of a reset. */
function tellsResets(link: Link): boolean {
  const tells = !isDeno || link.security === 'plain';
  if (!tells) console.log(`skipped: Deno does not tell of resets (${link.name})`);
  return tells;
}

onLinks(TCP_LINKS, 'a reset of an idle connection is ERR_LOST with the cause', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  pair.peer.reset();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
  assert.equal((protocol.lostWith.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
  assert.deepEqual(story(protocol), ['connectionMade', 'connectionLost']);
});

onLinks(TCP_LINKS, 'a reset after some bytes loses none that were received before it', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  await pair.peer.send('before');
  await protocol.untilBytes(6);
  pair.peer.reset();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
  assert.deepEqual(story(protocol), ['connectionMade', 'received', 'connectionLost']);
});

onLinks(TCP_LINKS, 'a reset while output waits drops it, and flushed() rejects', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(16_000_000));
  const flushed = assert.rejects(within('flushed()', pair.transport.flushed()), hasCode('ERR_LOST'));
  await loopTurns();
  pair.peer.reset();
  await protocol.until('connectionLost');
  await flushed;
  assertCode(protocol.lostWith, 'ERR_LOST');
  assert.ok(protocol.lostWith.cause instanceof Error);
  assert.equal(pair.transport.writeBufferSize, 0);
  await assert.rejects(within('flushed() afterwards', pair.transport.flushed()), hasCode('ERR_LOST'));
});

onLinks(TCP_LINKS, 'a reset while close() still sends is ERR_LOST: not everything left', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(16_000_000));
  pair.transport.close();
  await loopTurns();
  pair.peer.reset();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
});

// TLS is not kept open.
const PLAIN_TCP_LINKS = TCP_LINKS.filter((link) => link.security === 'plain');

onLinks(PLAIN_TCP_LINKS, 'a reset after the end was kept open is ERR_LOST on the next writes', async (link) => {
  const protocol = link.record({ eofReceived: () => true });
  await using pair = await link.open(protocol);
  pair.peer.end();
  await protocol.until('eofReceived');
  pair.peer.reset();
  while (protocol.count('connectionLost') === 0) {
    pair.transport.write(noise(10_000));
    await loopTurns(1);
  }
  assertCode(protocol.lostWith, 'ERR_LOST');
});

onLinks(TCP_LINKS, 'a reset while paused is told after the resume, at the latest', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  // Something unread, like the session tickets of TLS, would have libuv take the reset for an end.
  await loopTurns();
  pair.transport.pauseReading();
  await loopTurns(2);
  pair.peer.reset();
  await loopTurns();
  pair.transport.resumeReading();
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_LOST');
  assert.equal(protocol.count('eofReceived'), 0);
});

onLinks(LINKS, 'after the loss, writes are dropped and counted', async (link) => {
  const protocol = link.record();
  await using pair = await link.open(protocol);
  // A Unix peer that is destroyed ends the connection, which then closes.
  if (link.family === 'TCP') pair.peer.reset();
  else pair.peer.socket.destroy();
  await protocol.until('connectionLost');
  const { transport } = pair;
  assert.equal(transport.write('x'), false);
  assert.equal(transport.write(noise(100_000)), false);
  assert.equal(transport.writeVectored([noise(10), noise(10)]), false);
  assert.equal(transport.write(''), false);
  assert.equal(transport.stats().writesDropped, 4);
  assert.equal(transport.writeBufferSize, 0);
});

/** How often a protocol is asked for memory, exactly: where what is sent at once arrives at once. */
import assert from 'node:assert/strict';
import { RecordingBufferedProtocol } from 'landfall/testing';
import { BUFFERED_LINKS, onLinks } from '../support/connections.js';

onLinks(BUFFERED_LINKS, 'memory is asked for once for each receive, and at most once more', async (link) => {
  const ring = [new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)];
  let asked = 0;
  const protocol = new RecordingBufferedProtocol({}, () => ring[asked++ % ring.length]!);
  await using pair = await link.open(protocol);
  await pair.peer.send('hello world');
  await protocol.untilBytes(11);
  pair.peer.end();
  await protocol.until('eofReceived');
  assert.equal(protocol.receivedCopy().toString(), 'hello world');
  assert.equal(protocol.count('bufferUpdated'), 6);
  // Asked ahead of time where the kernel writes into it, and when something waits where it is copied.
  assert.equal(protocol.count('getBuffer'), pair.transport.receiveMode === 'direct' ? 7 : 6);
});

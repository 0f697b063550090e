/** How often a protocol is asked for memory, and how much of it is filled at once, exactly: where what is sent at once arrives at once. */
import assert from 'node:assert/strict';
import { RecordingBufferedProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
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

for (const [memoryBytes, filledBytesMax] of [
  [256 * 1024, 256 * 1024],
  [256 * 1024 + 1, 64 * 1024],
  [1024 * 1024, 64 * 1024],
] as const) {
  onLinks(
    BUFFERED_LINKS,
    `memory of ${memoryBytes} bytes is filled at most ${filledBytesMax} at once`,
    async (link) => {
      let largest = 0;
      const memory = new Uint8Array(memoryBytes);
      const received = (view: Uint8Array): void => {
        largest = Math.max(largest, view.length);
      };
      const protocol = new RecordingBufferedProtocol({ received }, memory);
      await using pair = await link.open(protocol);
      const sent = noise(5_000_000);
      await pair.peer.send(sent);
      await protocol.untilBytes(sent.length);
      assert.ok(protocol.receivedCopy().equals(sent));
      assert.ok(largest <= filledBytesMax, `${largest} bytes at once`);
      assert.ok(memory.subarray(filledBytesMax).every((byte) => byte === 0));
    },
  );
}

onLinks(
  BUFFERED_LINKS,
  'what arrives first is not copied either where the kernel writes into lent memory',
  async (link) => {
    const protocol = link.record();
    await using pair = await link.open(protocol);
    await pair.peer.send(noise(100_000));
    await protocol.untilBytes(100_000);
    const { bytesCopied } = pair.transport.stats();
    assert.equal(bytesCopied, pair.transport.receiveMode === 'direct' ? 0 : 100_000);
  },
);

/** Bytes that arrived and could not be delivered yet: nothing of them is lost, and they starve nobody. */
import assert from 'node:assert/strict';
import type { BufferedProtocol } from '../../protocol/contracts.js';
import { RecordingBufferedProtocol, RecordingProtocol } from '../recording-protocol.js';
import { loopTurns, within } from '../waiting.js';
import { FACES, PROTOCOL, type Recorded } from './link.js';
import { Sentences } from './sentences.js';

export const undelivered: Sentences = new Sentences();

undelivered.add(
  FACES,
  'what arrived while paused is delivered, then the end, although both sides have ended',
  async (link) => {
    const reactions = {
      received: () => {
        // Not before: Deno 2.9 loses what a peer writes to a side that has ended, with plain node:net sockets as well.
        protocol.transport.writeEof();
        if (protocol.calls.filter((call) => call === 'bufferUpdated' || call === 'dataReceived').length > 1) return;
        protocol.transport.pauseReading();
        // By then the runtime has read all there is, where it does not leave that with the kernel, and closed the socket.
        void loopTurns(50).then(() => protocol.transport.resumeReading());
      },
    };
    const isBuffered = link.face === 'BufferedProtocol';
    const protocol = isBuffered
      ? new RecordingBufferedProtocol(reactions, new Uint8Array(100))
      : new RecordingProtocol(reactions);
    const pair = await link.open<Recorded>(protocol);
    pair.peer.write(Buffer.alloc(1000, 7));
    pair.peer.end();
    await protocol.until('connectionLost');
    assert.equal(protocol.bytesReceived, 1000);
    assert.equal(protocol.count('eofReceived'), 1);
    assert.equal(protocol.lostWith, null);
    assert.equal(protocol.calls.at(-1), 'connectionLost');
  },
  'apart',
);

undelivered.add(
  FACES,
  'abort() while bytes wait after both sides have ended still loses the connection once',
  async (link) => {
    const protocol = link.record({
      received: () => {
        protocol.transport.writeEof();
        protocol.transport.pauseReading();
      },
    });
    const pair = await link.open(protocol);
    pair.peer.write(Buffer.alloc(100_000));
    pair.peer.end();
    await protocol.until(() => protocol.bytesReceived > 0);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    protocol.transport.abort();
    await protocol.until('connectionLost');
    assert.equal(protocol.count('connectionLost'), 1);
    assert.equal(protocol.lostWith, null);
  },
  'apart',
);

undelivered.add(
  FACES,
  'a large unread is delivered over several turns, however often something else is asked for',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    const next = new RecordingProtocol();
    const unread = Buffer.alloc(8 * 1024 * 1024, 7);
    protocol.transport.setProtocol(next, unread);
    const perTurn: number[] = [];
    const deadline = performance.now() + 10_000;
    while (next.bytesReceived < unread.length) {
      assert.ok(performance.now() < deadline, `${next.bytesReceived} bytes in 10 s`);
      const before = next.bytesReceived;
      for (let i = 0; i < 10; i++) {
        protocol.transport.write('x');
        await Promise.resolve();
      }
      await new Promise((resolve) => setImmediate(resolve));
      perTurn.push(next.bytesReceived - before);
    }
    assert.ok(Math.max(...perTurn) <= 2.2 * 1024 * 1024, `${Math.max(...perTurn)} bytes in one turn`);
    assert.equal(pair.peer.isClosed, false);
  },
);

undelivered.add(
  PROTOCOL,
  'two protocols that replace each other in getBuffer for ever do not stop the event loop',
  async (link) => {
    const { transport } = await link.open(link.record());
    let asked = 0;
    const make = (): BufferedProtocol => ({
      getBuffer() {
        asked++;
        transport.setProtocol(others[asked % 2]!);
        return new Uint8Array(10);
      },
      bufferUpdated() {},
    });
    const others = [make(), make()];
    transport.setProtocol(others[0]!, Buffer.from('never taken'));
    await loopTurns(5);
    assert.ok(asked > 0);
    transport.abort();
    await within('closed', transport.closed);
  },
);

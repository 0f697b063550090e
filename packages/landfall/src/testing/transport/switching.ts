/** setProtocol: nothing is lost, repeated or written to memory that is not lent any more. */
import assert from 'node:assert/strict';
import { noise } from '../random.js';
import { type Reactions, RecordingBufferedProtocol, RecordingProtocol } from '../recording-protocol.js';
import { Happenings, loopTurns, within } from '../waiting.js';
import { FACES, type Face, type Recorded } from './link.js';
import { Sentences } from './sentences.js';

export const switching: Sentences = new Sentences();

const CANARY = 0x5a;

/** A protocol of either face; one that lends memory lends so many bytes. */
function record(face: Face, reactions?: Reactions, bytes = 64): Recorded {
  return face === 'Protocol'
    ? new RecordingProtocol(reactions)
    : new RecordingBufferedProtocol(reactions, new Uint8Array(bytes));
}

for (const face of FACES) {
  switching.add(FACES, `a ${face} takes over inside a receive and gets what is still in the kernel`, async (link) => {
    const next = record(face);
    const first: Recorded = firstReceive(link.face, () => first.transport.setProtocol(next));
    const pair = await link.open(first);
    const sent = noise(100_000);
    pair.peer.write(sent);
    await next.until(() => first.bytesReceived + next.bytesReceived === sent.length);
    assert.ok(Buffer.concat([first.receivedCopy(), next.receivedCopy()]).equals(sent));
    if (first instanceof RecordingBufferedProtocol) {
      assert.equal(first.count('bufferUpdated'), 1);
      assert.ok(first.bytesReceived <= 4);
    }
    assert.equal(next.count('connectionMade'), 0);
    assert.equal(pair.transport.getProtocol(), next);
    pair.peer.end();
    await next.until('connectionLost');
    assert.equal(first.count('eofReceived') + first.count('connectionLost'), 0);
  });

  switching.add(FACES, `a ${face} that takes over outside a callback gets all that follows`, async (link) => {
    const canary = new Uint8Array(4096).fill(CANARY);
    const first =
      link.face === 'Protocol' ? new RecordingProtocol() : new RecordingBufferedProtocol({}, (): Uint8Array => canary);
    const next = record(face);
    const pair = await link.open(first);
    await loopTurns(2);
    pair.transport.setProtocol(next);
    const sent = noise(50_000);
    await pair.peer.send(sent);
    await next.untilBytes(sent.length);
    assert.deepEqual(next.receivedCopy(), sent);
    assert.equal(first.bytesReceived, 0);
    await loopTurns(2);
    await pair.peer.send('later');
    await next.untilBytes(sent.length + 5);
    assert.ok(
      canary.every((byte) => byte === CANARY),
      'written to after the switch',
    );
  });

  switching.add(FACES, `unread bytes reach a ${face} first, copied at once`, async (link) => {
    const next = record(face);
    const unread = Buffer.from('unread ');
    const first: Recorded = firstReceive(link.face, () => {
      first.transport.setProtocol(next, unread);
      unread.fill('!');
      assert.equal(next.bytesReceived, 0, 'delivered from inside a callback');
    });
    const pair = await link.open(first);
    const sent = noise(1000);
    pair.peer.write(sent);
    await next.until(() => first.bytesReceived + next.bytesReceived === 7 + sent.length);
    assert.equal(next.receivedCopy().subarray(0, 7).toString(), 'unread ');
    assert.ok(Buffer.concat([first.receivedCopy(), next.receivedCopy().subarray(7)]).equals(sent));
  });

  switching.add(FACES, `unread bytes reach a ${face} also when nothing more arrives`, async (link) => {
    const next = record(face);
    const pair = await link.open(link.record());
    const unread = noise(300_000);
    pair.transport.setProtocol(next, unread);
    assert.equal(next.bytesReceived, 0, 'delivered from inside setProtocol');
    await next.untilBytes(unread.length);
    assert.ok(next.receivedCopy().equals(unread));
    await pair.peer.send('and on');
    await next.untilBytes(unread.length + 6);
    assert.equal(next.receivedCopy().subarray(unread.length).toString(), 'and on');
  });

  switching.add(FACES, `a ${face} that takes over while paused gets unread bytes after the resume`, async (link) => {
    const next = record(face);
    const pair = await link.open(link.record());
    pair.transport.pauseReading();
    await loopTurns(2);
    await pair.peer.send('second');
    pair.peer.end();
    pair.transport.setProtocol(next, Buffer.from('first, '));
    await loopTurns();
    assert.equal(next.calls.length, 0);
    pair.transport.resumeReading();
    await next.until('connectionLost');
    assert.equal(next.receivedCopy().toString(), 'first, second');
    assert.equal(next.count('eofReceived'), 1);
  });

  switching.add(FACES, `a ${face} that takes over inside connectionMade gets everything`, async (link) => {
    const next = record(face);
    const first = link.record({ connectionMade: (transport) => transport.setProtocol(next) });
    const pair = await link.open(first);
    await pair.peer.send('all of it');
    await next.untilBytes(9);
    assert.equal(first.bytesReceived, 0);
    assert.equal(first.count('getBuffer'), 0);
  });
}

switching.add(
  FACES,
  'a protocol changed with every receive, unread bytes given on each time, loses nothing',
  async (link) => {
    const received: Buffer[] = [];
    const happenings = new Happenings();
    let bytes = 0;
    let changes = 0;
    // Takes up to 100 bytes of what it gets, and gives the rest to the next, which has the other face.
    const change = (view: Uint8Array): void => {
      const taken = Buffer.from(view.subarray(0, 100));
      received.push(taken);
      bytes += taken.length;
      changes++;
      const face = FACES[changes % 2]!;
      current = record(face, { received: change }, 1 + (changes % 150));
      transport.setProtocol(current, view.subarray(100));
      happenings.changed();
    };
    let current: Recorded = record(link.face, { received: change });
    const pair = await link.open(current);
    const { transport } = pair;
    const sent = noise(30_000);
    pair.peer.write(sent);
    await happenings.until('all that was sent', () => bytes >= sent.length);
    assert.ok(Buffer.concat(received).equals(sent));
    assert.ok(changes >= 300);
  },
);

switching.add(FACES, 'protocols changed in every turn from outside lose nothing', async (link) => {
  const recorded: Recorded[] = [link.record()];
  const pair = await link.open(recorded[0]!);
  const sent = noise(200_000);
  for (let at = 0; at < sent.length; at += 1000) {
    pair.peer.write(sent.subarray(at, at + 1000));
    const next = record(FACES[(at / 1000) % 2]!);
    recorded.push(next);
    pair.transport.setProtocol(next);
    await loopTurns(1);
  }
  const bytes = (): number => recorded.reduce((sum, each) => sum + each.bytesReceived, 0);
  await recorded.at(-1)!.until(() => bytes() === sent.length);
  assert.ok(Buffer.concat(recorded.map((each) => each.receivedCopy())).equals(sent));
});

switching.add(
  FACES,
  'unread bytes given several times come newest first, as if each had been put back',
  async (link) => {
    const next = record('Protocol');
    const pair = await link.open(link.record());
    pair.transport.setProtocol(next, Buffer.from('c'));
    pair.transport.setProtocol(next, Buffer.from('b'));
    pair.transport.setProtocol(next, Buffer.from('a'));
    pair.transport.setProtocol(next, new Uint8Array(0));
    await next.untilBytes(3);
    assert.equal(next.receivedCopy().toString(), 'abc');
  },
);

switching.add(FACES, 'setProtocol after the loss throws nothing and calls nothing', async (link) => {
  const next = record('Protocol');
  const pair = await link.open(link.record());
  pair.transport.abort();
  await within('closed', pair.transport.closed);
  pair.transport.setProtocol(next, Buffer.from('late'));
  await loopTurns();
  assert.deepEqual(next.calls, []);
});

switching.add(FACES, 'what is no protocol is refused with a TypeError, and the connection goes on', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const both = { dataReceived(): void {}, getBuffer: () => new Uint8Array(1), bufferUpdated(): void {} };
  for (const wrong of [null, undefined, 'protocol', {}, both, { getBuffer: () => new Uint8Array(1) }]) {
    assert.throws(() => pair.transport.setProtocol(wrong as never), TypeError);
  }
  assert.throws(() => pair.transport.setProtocol(protocol, 'text' as never), TypeError);
  assert.equal(pair.transport.getProtocol(), protocol);
  await pair.peer.send('on');
  await protocol.untilBytes(2);
});

/** Does something once, in the first receive; lends four bytes then, so that more is in the kernel. */
function firstReceive(face: Face, once: () => void): Recorded {
  let isFirst = true;
  const received = (): void => {
    if (isFirst) once();
    isFirst = false;
  };
  return record(face, { received }, 4);
}

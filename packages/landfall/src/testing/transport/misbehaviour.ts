/** Protocols that break their contract lose their own connection, with the error, and nothing else. */
import assert from 'node:assert/strict';
import { LandfallError } from '../../errors.js';
import { assertCode } from '../codes.js';
import { noise } from '../random.js';
import { RecordingBufferedProtocol } from '../recording-protocol.js';
import { awaitedLater, loopTurns } from '../waiting.js';
import { returnPromise, thrower, unhandledRejections, warning } from './breakage.js';
import { BUFFERED, FACES, type Pair, type Recorded } from './link.js';
import { Sentences } from './sentences.js';

export const misbehaviour: Sentences = new Sentences();

/** How to have each callback called. */
const CALLED_BY: Readonly<Record<string, (pair: Pair<Recorded>) => void>> = {
  connectionMade: () => {},
  received: ({ peer }) => void peer.write('x'),
  eofReceived: ({ peer }) => peer.end(),
  pauseWriting: ({ transport }) => void transport.write(noise(1_000_000)),
  resumeWriting: ({ transport }) => void transport.write(noise(1_000_000)),
};

for (const [callback, call] of Object.entries(CALLED_BY)) {
  misbehaviour.add(FACES, `an error that ${callback} throws reaches connectionLost as it is`, async (link) => {
    const error = new RangeError('of the protocol');
    const protocol = link.record({ [callback]: thrower(error) });
    const pair = await link.open(protocol);
    call(pair);
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, error);
    assert.equal(protocol.count('connectionLost'), 1);
    assert.equal(protocol.calls.at(-1), 'connectionLost');
    await pair.peer.untilGone();
  });

  for (const thrown of [undefined, null, 'text']) {
    misbehaviour.add(
      FACES,
      `${thrown} that ${callback} throws becomes ERR_PROTOCOL with it as the cause`,
      async (link) => {
        const protocol = link.record({ [callback]: thrower(thrown) });
        const pair = await link.open(protocol);
        call(pair);
        await protocol.until('connectionLost');
        assertCode(protocol.lostWith, 'ERR_PROTOCOL');
        assert.equal(protocol.lostWith.cause, thrown);
      },
    );
  }

  misbehaviour.add(
    FACES,
    `a promise that ${callback} returns becomes ERR_PROTOCOL, its rejection a warning`,
    async (link) => {
      const protocol = link.record();
      const reason = new Error(`${callback} was rejected later`);
      const names =
        callback !== 'received' ? [callback] : [link.face === 'Protocol' ? 'dataReceived' : 'bufferUpdated'];
      for (const name of names) returnPromise(protocol, name, reason);
      const warned = awaitedLater(warning(reason));
      const pair = await link.open(protocol);
      call(pair);
      await protocol.until('connectionLost');
      assertCode(protocol.lostWith, 'ERR_PROTOCOL');
      await warned;
    },
  );
}

misbehaviour.add(BUFFERED, 'an error that getBuffer throws reaches connectionLost as it is', async (link) => {
  const error = new RangeError('no memory');
  const protocol = new RecordingBufferedProtocol({}, thrower(error));
  const pair = await link.open(protocol);
  pair.peer.write('x');
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, error);
  assert.equal(protocol.count('bufferUpdated'), 0);
  await pair.peer.untilGone();
});

misbehaviour.add(
  BUFFERED,
  'a promise that getBuffer returns loses the connection; its rejection harms nobody',
  async (link) => {
    await using unhandled = unhandledRejections();
    const rejected = (): never => Promise.reject(new Error('getBuffer was rejected')) as never;
    const protocol = new RecordingBufferedProtocol({}, rejected);
    const pair = await link.open(protocol);
    pair.peer.write('x');
    await protocol.until('connectionLost');
    assert.ok(protocol.lostWith instanceof LandfallError);
    await loopTurns(3);
    assert.deepEqual(unhandled.reasons, []);
  },
);

misbehaviour.add(FACES, 'what was written before a callback threw is still sent', async (link) => {
  const protocol: Recorded = link.record({
    received: () => {
      protocol.transport.write('the reason');
      throw new Error('after that');
    },
  });
  const pair = await link.open(protocol);
  await pair.peer.send('x');
  await pair.peer.untilBytes(10);
  assert.equal(pair.peer.receivedCopy().toString(), 'the reason');
});

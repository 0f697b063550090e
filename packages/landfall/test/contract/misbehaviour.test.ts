/** Protocols that break their contract lose their own connection, with the error, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LandfallError, listen } from 'landfall';
import { RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { returnPromise, thrower, unhandledRejections, warning } from '../support/breakage.js';
import { assertCode } from '../support/codes.js';
import {
  addressOf,
  BUFFERED_LINKS,
  freeAddress,
  LINKS,
  onLinks,
  type Pair,
  plainConnection,
  type Recorded,
} from '../support/connections.js';
import { Peer } from '../support/peer.js';
import { noise } from '../support/story.js';
import { loopTurns, within } from '../support/waiting.js';

/** How to have each callback called. */
const CALLED_BY: Readonly<Record<string, (pair: Pair<Recorded>) => void>> = {
  connectionMade: () => {},
  received: ({ peer }) => void peer.socket.write('x'),
  eofReceived: ({ peer }) => peer.end(),
  pauseWriting: ({ transport }) => void transport.write(noise(1_000_000)),
  resumeWriting: ({ transport }) => void transport.write(noise(1_000_000)),
};

for (const [callback, call] of Object.entries(CALLED_BY)) {
  onLinks(LINKS, `an error that ${callback} throws reaches connectionLost as it is`, async (link) => {
    const error = new RangeError('of the protocol');
    const protocol = link.record({ [callback]: thrower(error) });
    await using pair = await link.open(protocol);
    call(pair);
    await protocol.until('connectionLost');
    assert.equal(protocol.lostWith, error);
    assert.equal(protocol.count('connectionLost'), 1);
    assert.equal(protocol.calls.at(-1), 'connectionLost');
    await pair.peer.untilGone();
  });

  for (const thrown of [undefined, null, 'text']) {
    onLinks(LINKS, `${thrown} that ${callback} throws becomes ERR_PROTOCOL with it as the cause`, async (link) => {
      const protocol = link.record({ [callback]: thrower(thrown) });
      await using pair = await link.open(protocol);
      call(pair);
      await protocol.until('connectionLost');
      assertCode(protocol.lostWith, 'ERR_PROTOCOL');
      assert.equal(protocol.lostWith.cause, thrown);
    });
  }

  onLinks(LINKS, `a promise that ${callback} returns becomes ERR_PROTOCOL, its rejection a warning`, async (link) => {
    const protocol = link.record();
    const reason = new Error(`${callback} was rejected later`);
    const names = callback !== 'received' ? [callback] : [link.face === 'Protocol' ? 'dataReceived' : 'bufferUpdated'];
    for (const name of names) returnPromise(protocol, name, reason);
    const warned = warning(reason);
    await using pair = await link.open(protocol);
    call(pair);
    await protocol.until('connectionLost');
    assertCode(protocol.lostWith, 'ERR_PROTOCOL');
    await warned;
  });
}

onLinks(BUFFERED_LINKS, 'an error that getBuffer throws reaches connectionLost as it is', async (link) => {
  const error = new RangeError('no memory');
  const protocol = new RecordingBufferedProtocol({}, thrower(error));
  await using pair = await link.open(protocol);
  pair.peer.socket.write('x');
  await protocol.until('connectionLost');
  assert.equal(protocol.lostWith, error);
  assert.equal(protocol.count('bufferUpdated'), 0);
  await pair.peer.untilGone();
});

onLinks(
  BUFFERED_LINKS,
  'a promise that getBuffer returns loses the connection; its rejection harms nobody',
  async (link) => {
    await using unhandled = unhandledRejections();
    const protocol = new RecordingBufferedProtocol(
      {},
      () => Promise.reject(new Error('getBuffer was rejected')) as never,
    );
    await using pair = await link.open(protocol);
    pair.peer.socket.write('x');
    await protocol.until('connectionLost');
    assert.ok(protocol.lostWith instanceof LandfallError);
    await loopTurns(3);
    assert.deepEqual(unhandled.reasons, []);
  },
);

onLinks(
  LINKS.filter((link) => link.side === 'accepted'),
  'a promise that connectionLost returns is told to onError as ERR_PROTOCOL, its rejection a warning',
  async (link) => {
    const protocol = link.record();
    const reason = new Error('connectionLost was rejected later');
    returnPromise(protocol, 'connectionLost', reason);
    const warned = warning(reason);
    await using pair = await link.open(protocol);
    pair.transport.close();
    await within('closed', pair.transport.closed);
    assert.equal(pair.errors.length, 1);
    assertCode(pair.errors[0], 'ERR_PROTOCOL');
    await warned;
  },
);

onLinks(LINKS, 'what was written before a callback threw is still sent', async (link) => {
  const protocol: Recorded = link.record({
    received: () => {
      protocol.transport.write('the reason');
      throw new Error('after that');
    },
  });
  await using pair = await link.open(protocol);
  await pair.peer.send('x');
  await pair.peer.untilBytes(10);
  assert.equal(pair.peer.receivedCopy().toString(), 'the reason');
});

test('a protocol that throws leaves the other connections of its server alone', async () => {
  const protocols: RecordingProtocol[] = [];
  await using server = await listen(freeAddress('TCP'), () => {
    const protocol: RecordingProtocol = new RecordingProtocol({
      received: (view) => {
        if (view[0] === 33) throw new Error('only here');
        protocol.transport.write(view, { copy: true });
      },
    });
    protocols.push(protocol);
    return protocol;
  });
  await using good = new Peer(await plainConnection(addressOf(server)), true);
  await using bad = new Peer(await plainConnection(addressOf(server)), true);
  await bad.send('!');
  await bad.untilGone();
  await good.send('fine');
  await good.untilBytes(4);
  assert.equal(server.connections, 1);
  assert.equal(protocols.filter((protocol) => protocol.lostWith instanceof Error).length, 1);
});

onLinks(
  LINKS.filter((link) => link.side === 'accepted'),
  'connectionLost that throws is told to onError; the server counts down and closes',
  async (link) => {
    const error = new Error('in connectionLost');
    const protocol = link.record({ connectionLost: thrower(error) });
    await using pair = await link.open(protocol);
    assert.equal(pair.server!.connections, 1);
    pair.transport.close();
    await within('closed', pair.transport.closed);
    assert.deepEqual(pair.errors, [error]);
    assert.equal(pair.server!.connections, 0);
    await within('server.close()', pair.server!.close());
  },
);

onLinks(
  LINKS.filter((link) => link.side === 'connecting'),
  'connectionLost that throws is a process warning; closed resolves',
  async (link) => {
    const error = new Error('in connectionLost');
    const warned = warning(error);
    const protocol = link.record({ connectionLost: thrower(error) });
    await using pair = await link.open(protocol);
    pair.transport.close();
    await within('closed', pair.transport.closed);
    await warned;
  },
);

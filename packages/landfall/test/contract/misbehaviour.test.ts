/** Protocols that break their contract lose their own connection, with the error, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { returnPromise, thrower, warning } from '../../dist/testing/transport/breakage.js';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress, LINKS, onLinks, plainConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';

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

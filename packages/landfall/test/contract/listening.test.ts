/** listen() and the life of a server. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { listen, type Server } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { addressOf, FAMILIES, freeAddress, plainConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';

/** A server, and the protocols it made. */
function recordingFactory(): { protocols: RecordingProtocol[]; factory: () => RecordingProtocol } {
  const protocols: RecordingProtocol[] = [];
  const factory = (): RecordingProtocol => {
    const protocol = new RecordingProtocol();
    protocols.push(protocol);
    return protocol;
  };
  return { protocols, factory };
}

async function peerOf(server: Server, reads = true): Promise<Peer> {
  return new Peer(await plainConnection(addressOf(server)), reads);
}

/** A server counts a connection when it has accepted it, which is a turn after its peer is connected. */
async function untilConnections(server: Server, count: number): Promise<void> {
  const reached = async (): Promise<void> => {
    while (server.connections !== count) await loopTurns(1);
  };
  await within(`${count} connections`, reached());
}

for (const family of FAMILIES) {
  test(`a server says where it listens (${family})`, async () => {
    const where = freeAddress(family);
    await using server = await listen(where, () => new RecordingProtocol());
    if ('path' in where) assert.equal(server.address, where.path);
    else {
      const { address, port } = server.address as AddressInfo;
      assert.equal(address, '127.0.0.1');
      assert.ok(port > 0);
    }
  });

  test(`listening where somebody listens is ERR_LOST with EADDRINUSE as the cause (${family})`, async () => {
    await using server = await listen(freeAddress(family), () => new RecordingProtocol());
    await assert.rejects(
      listen(addressOf(server), () => new RecordingProtocol()),
      (error: unknown) => {
        assertCode(error, 'ERR_LOST');
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE');
        return true;
      },
    );
  });

  test(`connections counts those that are open (${family})`, async () => {
    await using server = await listen(freeAddress(family), () => new RecordingProtocol());
    assert.equal(server.connections, 0);
    await using first = await peerOf(server);
    await using second = await peerOf(server);
    await untilConnections(server, 2);
    first.end();
    await untilConnections(server, 1);
    second.end();
    await untilConnections(server, 0);
  });

  test(`close() stops accepting at once and completes with the last connection (${family})`, async () => {
    const { protocols, factory } = recordingFactory();
    const server = await listen(freeAddress(family), factory);
    const where = addressOf(server);
    await using first = await peerOf(server);
    await using second = await peerOf(server);
    await untilConnections(server, 2);
    let isClosed = false;
    const closing = within('server.close()', server.close()).then(() => {
      isClosed = true;
    });
    await assert.rejects(plainConnection(where));
    first.end();
    await protocols[0]!.until('connectionLost');
    await loopTurns();
    assert.equal(isClosed, false);
    await second.send('still served');
    await protocols[1]!.untilBytes(12);
    second.end();
    await closing;
    assert.equal(server.connections, 0);
    await within('server.close(), again', server.close());
    await within('server.closeAll() afterwards', server.closeAll());
  });

  test(`closeAll() closes every connection and lets it send what it has (${family})`, async () => {
    const { protocols, factory } = recordingFactory();
    const server = await listen(freeAddress(family), factory);
    await using slow = await peerOf(server, false);
    await using idle = await peerOf(server);
    await untilConnections(server, 2);
    const sent = noise(3_000_000);
    for (const protocol of protocols) protocol.transport.write(sent);
    const closing = within('server.closeAll()', server.closeAll());
    await idle.untilEnd();
    slow.read();
    await slow.untilEnd();
    await closing;
    assert.ok(idle.receivedCopy().equals(sent));
    assert.ok(slow.receivedCopy().equals(sent));
    assert.deepEqual(
      protocols.map((protocol) => protocol.lostWith),
      [null, null],
    );
  });

  test(`closeAll() aborts a peer that never reads when its time is up (${family})`, async () => {
    const { protocols, factory } = recordingFactory();
    const server = await listen(freeAddress(family), factory);
    await using _peer = await peerOf(server, false);
    await untilConnections(server, 1);
    protocols[0]!.transport.write(noise(16_000_000));
    await within('server.closeAll()', server.closeAll({ timeoutMs: 50 }));
    assert.equal(server.connections, 0);
    assert.equal(protocols[0]!.lostWith, null);
  });

  test(`disposing of a server closes its connections (${family})`, async () => {
    const { protocols, factory } = recordingFactory();
    await using peer = await (async (): Promise<Peer> => {
      await using server = await listen(freeAddress(family), factory);
      const connected = await peerOf(server);
      await untilConnections(server, 1);
      return connected;
    })();
    await peer.untilEnd();
    assert.equal(protocols[0]!.lostWith, null);
  });
}

test('closeAll() aborts the rest when its signal fires', async () => {
  const { protocols, factory } = recordingFactory();
  const server = await listen(freeAddress('TCP'), factory);
  await using _peer = await peerOf(server, false);
  await untilConnections(server, 1);
  protocols[0]!.transport.write(noise(16_000_000));
  const controller = new AbortController();
  const closing = within('server.closeAll()', server.closeAll({ signal: controller.signal }));
  await loopTurns();
  assert.equal(server.connections, 1);
  controller.abort();
  await closing;
  assert.equal(server.connections, 0);
});

test('close() that is cut short rejects, and accepts nothing any more', async () => {
  const server = await listen(freeAddress('TCP'), () => new RecordingProtocol());
  const where = addressOf(server);
  await using _peer = await peerOf(server);
  await untilConnections(server, 1);
  await assert.rejects(server.close({ timeoutMs: 20 }), hasCode('ERR_TIMEOUT'));
  await assert.rejects(server.close({ signal: AbortSignal.abort() }), hasCode('ERR_ABORTED'));
  await assert.rejects(plainConnection(where));
  await within('server.closeAll()', server.closeAll());
});

test('one connection more than maxConnections is closed, and the others are not', async () => {
  const { protocols, factory } = recordingFactory();
  await using server = await listen({ ...freeAddress('TCP'), maxConnections: 2 }, factory);
  await using first = await peerOf(server);
  await using second = await peerOf(server);
  await using third = await peerOf(server);
  await third.untilGone();
  assert.equal(server.connections, 2);
  assert.equal(protocols.length, 2);
  await first.send('x');
  await second.send('x');
  await Promise.all(protocols.map((protocol) => protocol.untilBytes(1)));
  first.end();
  await untilConnections(server, 1);
  await using fourth = await peerOf(server);
  await fourth.send('x');
  await untilConnections(server, 2);
});

test('a signal that fired before is an AbortError, and nothing listens', async () => {
  const reason = new Error('not today');
  await assert.rejects(
    listen({ ...freeAddress('TCP'), signal: AbortSignal.abort(reason) }, () => new RecordingProtocol()),
    { name: 'AbortError', code: 'ERR_ABORTED', cause: reason },
  );
});

test('a signal and a deadline are for the listening to begin only', async () => {
  const controller = new AbortController();
  const { protocols, factory } = recordingFactory();
  await using server = await listen({ ...freeAddress('TCP'), signal: controller.signal, timeoutMs: 2_000 }, factory);
  controller.abort();
  await using peer = await peerOf(server);
  await peer.send('x');
  await untilConnections(server, 1);
  await protocols[0]!.untilBytes(1);
});

test('a client that sends one byte and leaves, or resets, does a server no harm', async () => {
  const { protocols, factory } = recordingFactory();
  await using server = await listen(freeAddress('TCP'), factory);
  for (const leave of ['destroy', 'resetAndDestroy', 'end'] as const) {
    await using peer = await peerOf(server);
    await peer.send('x');
    peer.socket[leave]();
  }
  await using last = await peerOf(server);
  await last.send('fine');
  await untilConnections(server, 1);
  await protocols.at(-1)!.untilBytes(4);
});

test('a protocol may close its server from inside a callback', async () => {
  const { protocols, factory } = recordingFactory();
  const server = await listen(freeAddress('TCP'), () => {
    const protocol = factory();
    protocol.dataReceived = (): void => {
      closing = server.closeAll();
    };
    return protocol;
  });
  let closing: Promise<void> | undefined;
  await using peer = await peerOf(server);
  await peer.send('stop');
  await peer.untilEnd();
  await within('server.closeAll()', closing!);
  assert.equal(protocols[0]!.lostWith, null);
});

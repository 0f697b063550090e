/** What a transport says of itself. */
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { listen, type SocketAddress } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { within } from '../../dist/testing/waiting.js';
import { freeAddress, LINKS, onLinks } from '../support/connections.js';
import { isNode } from '../support/runtime.js';

onLinks(LINKS, 'getExtraInfo knows the addresses and the socket, and is safe after the loss', async (link) => {
  await using pair = await link.open(link.record());
  const { transport, peer } = pair;
  const local = transport.getExtraInfo('localAddress') as SocketAddress | undefined;
  const remote = transport.getExtraInfo('remoteAddress') as SocketAddress | undefined;
  if (link.family === 'Unix') assert.deepEqual([local, remote], [undefined, undefined]);
  else {
    assert.deepEqual(local, { address: '127.0.0.1', family: 'IPv4', port: peer.socket.remotePort });
    assert.deepEqual(remote, { address: '127.0.0.1', family: 'IPv4', port: peer.socket.localPort });
  }
  assert.ok(transport.getExtraInfo('socket') instanceof Socket);
  assert.equal(transport.getExtraInfo('no such name'), undefined);
  assert.equal(transport.getExtraInfo(''), undefined);
  assert.equal(transport.getExtraInfo('destroyed'), false);
  transport.abort();
  await within('closed', transport.closed);
  for (const name of ['localAddress', 'remoteAddress', 'socket', 'no such name', 'bytesRead']) {
    assert.doesNotThrow(() => transport.getExtraInfo(name));
  }
  assert.equal(transport.getExtraInfo('destroyed'), true);
});

// Only Node lists what keeps it alive; others have the function, and an answer that does not change.
function keepingAlive(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|Pipe)(SocketWrap|ServerWrap|Wrap)$/.test(name))
    .length;
}

onLinks(LINKS, 'unref() lets the process end while the connection is open, ref() does not', async (link) => {
  if (!isNode) return console.log('skipped: this runtime does not list what keeps it alive');
  await using pair = await link.open(link.record());
  const before = keepingAlive();
  pair.transport.unref();
  assert.equal(keepingAlive(), before - 1);
  pair.transport.ref();
  assert.equal(keepingAlive(), before);
  await pair.peer.send('x');
});

test('unref() and ref() of a server do as those of a transport', async () => {
  if (!isNode) return console.log('skipped: this runtime does not list what keeps it alive');
  await using server = await listen(freeAddress('TCP'), () => new RecordingProtocol());
  const before = keepingAlive();
  server.unref();
  assert.equal(keepingAlive(), before - 1);
  server.ref();
  assert.equal(keepingAlive(), before);
});

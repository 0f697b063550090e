/** What is told of errors: of callbacks, handlers, factories, and the network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, FramedProtocol, lengthPrefixed, listen, openStream, serveStreams } from 'landfall';
import { type Reactions, RecordingBufferedProtocol, RecordingProtocol } from 'landfall/testing';
import { assertCode } from '../../dist/testing/codes.js';
import { thrower, warning } from '../../dist/testing/transport/breakage.js';
import { Happenings } from '../../dist/testing/waiting.js';
import {
  addressOf,
  BUFFERED_LINKS,
  freeAddress,
  onLinks,
  PLAIN_LINKS,
  plainConnection,
} from '../support/connections.js';
import { Peer } from '../support/peer.js';
import { ListeningIn } from './listening-in.js';

const factory = (): RecordingProtocol => new RecordingProtocol();

for (const callback of ['connectionMade', 'received'] as const) {
  onLinks(PLAIN_LINKS, `an error that ${callback} throws is told of, then the close with it`, async (link) => {
    const error = new Error(`${callback} failed`);
    using told = new ListeningIn(['landfall:error', 'landfall:close']);
    await using pair = await link.open(link.record({ [callback]: thrower(error) } as Reactions));
    if (callback === 'received') await pair.peer.send('a byte');
    const [close] = await told.untilOn('landfall:close');
    assert.deepEqual(told.names, ['error', 'close']);
    assert.deepEqual(told.on('landfall:error'), [{ error, transport: pair.transport }]);
    assert.equal(close!.error, error);
    assert.equal(close!.transport, pair.transport);
  });
}

onLinks(BUFFERED_LINKS, 'memory that cannot be received into is told of', async (link) => {
  using told = new ListeningIn(['landfall:error', 'landfall:close']);
  const protocol = new RecordingBufferedProtocol({}, new Uint8Array(0));
  await using pair = await link.open(protocol);
  // Where everything is copied, memory is asked for when something has arrived; else before, and the peer is gone.
  await pair.peer.send('a byte').catch(() => pair.peer.untilGone());
  const [error] = await told.untilOn('landfall:error');
  assertCode(error!.error, 'ERR_BUFFER');
  await told.untilOn('landfall:close');
});

onLinks(PLAIN_LINKS, 'a reset is told of as ERR_LOST', async (link) => {
  if (link.family === 'Unix') return;
  using told = new ListeningIn(['landfall:error', 'landfall:close']);
  await using pair = await link.open(link.record());
  pair.peer.reset();
  const [error] = await told.untilOn('landfall:error');
  assertCode(error!.error, 'ERR_LOST');
  assert.equal((await told.untilOn('landfall:close'))[0]!.error, error!.error);
});

onLinks(PLAIN_LINKS, 'a connection that is closed or aborted tells of no error', async (link) => {
  using told = new ListeningIn(['landfall:error', 'landfall:close']);
  {
    await using pair = await link.open(link.record());
    pair.transport.close();
    await told.untilOn('landfall:close');
  }
  {
    await using pair = await link.open(link.record());
    pair.transport.abort();
    await told.untilOn('landfall:close', 2);
  }
  assert.deepEqual(told.names, ['close', 'close']);
});

test('a frame over the limit is told of as its receiver’s error', async () => {
  using told = new ListeningIn(['landfall:error']);
  const framing = lengthPrefixed({ lengthBytes: 1, maxFrameBytes: 3 });
  const framed = (): FramedProtocol => new FramedProtocol({ framing, receiver: { frameReceived() {} } });
  await using server = await listen(freeAddress('TCP'), framed);
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await peer.send(Uint8Array.of(4));
  assertCode((await told.untilOn('landfall:error'))[0]!.error, 'ERR_LIMIT');
});

test('what onError is told of is told of, with the same transport', async () => {
  const [ofFactory, ofLoss, ofHandler] = [new Error('factory'), new Error('connectionLost'), new Error('handler')];
  const heard: unknown[] = [];
  const happenings = new Happenings();
  const onError = (error: Error, transport: unknown): void => {
    heard.push({ error, transport });
    happenings.changed();
  };
  using told = new ListeningIn(['landfall:error']);
  const makers = [thrower(ofFactory), () => new RecordingProtocol({ connectionLost: thrower(ofLoss) } as Reactions)];
  await using server = await listen({ ...freeAddress('TCP'), onError }, () => makers.shift()!());
  await using streams = await serveStreams({ ...freeAddress('TCP'), onError }, async () => {
    throw ofHandler;
  });
  for (const where of [server, server, streams]) {
    const stream = await openStream(addressOf(where));
    await stream.close();
  }
  await happenings.until('onError', () => heard.length === 3);
  assert.deepEqual(told.on('landfall:error'), heard);
  assert.deepEqual(
    new Set(told.on('landfall:error').map(({ error }) => error)),
    new Set([ofFactory, ofLoss, ofHandler]),
  );
});

test('without onError it is told of all the same, and the process warned', async () => {
  const error = new Error('nobody was told');
  using told = new ListeningIn(['landfall:error', 'landfall:close']);
  const warned = warning(error);
  await using server = await listen(freeAddress('TCP'), factory);
  const losing = new RecordingProtocol({ connectionLost: thrower(error) } as Reactions);
  const { transport } = await connect(addressOf(server), () => losing);
  transport.abort();
  await warned;
  await told.untilOn('landfall:close', 2);
  assert.deepEqual(told.on('landfall:error'), [{ error, transport }]);
});

test('errors that reject a promise are not told of', async () => {
  using told = new ListeningIn(['landfall:error']);
  await using server = await serveStreams(freeAddress('TCP'), async (stream) => {
    stream.write('half a line');
  });
  const stream = await openStream(addressOf(server));
  await assert.rejects(stream.readExactly(100));
  await stream.close();
  assert.deepEqual(told.names, []);
});

test('a handler that fails with what its connection was lost with is not told of twice; onError is told', async () => {
  const errors: Error[] = [];
  const happenings = new Happenings();
  const onError = (error: Error): void => {
    errors.push(error);
    happenings.changed();
  };
  using told = new ListeningIn(['landfall:error']);
  await using server = await serveStreams({ ...freeAddress('TCP'), onError }, async (stream) => {
    stream.write('begun');
    await stream.readExactly(10);
  });
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await peer.untilBytes(5);
  peer.socket.resetAndDestroy();
  await happenings.until('onError', () => errors.length === 1);
  assertCode(errors[0], 'ERR_LOST');
  assert.deepEqual(
    told.on('landfall:error').map(({ error }) => error),
    errors,
  );
});

/** What is told of connections: their beginning and their end, on both sides. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { attach, connect, listen, openStream } from 'landfall';
import { memoryPair, RecordingProtocol } from 'landfall/testing';
import { hasCode } from '../../dist/testing/codes.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { addressOf, FAMILIES, freeAddress, plainConnection } from '../support/connections.js';
import { type ChannelName, ListeningIn } from './listening-in.js';

const CONNECTING: readonly ChannelName[] = ['landfall:connect:start', 'landfall:connect:end', 'landfall:connect:error'];

const factory = (): RecordingProtocol => new RecordingProtocol();

for (const family of FAMILIES) {
  test(`both sides of a connection are told of, from their beginning to their end (${family})`, async () => {
    using told = new ListeningIn();
    const protocols: RecordingProtocol[] = [];
    const server = await listen(freeAddress(family), () => {
      const protocol = factory();
      protocols.push(protocol);
      return protocol;
    });
    const { transport } = await connect(addressOf(server), factory);
    const [{ transport: accepted, server: acceptor }] = (await told.untilOn('landfall:accept')) as [never];
    transport.write('hello');
    await protocols[0]!.untilBytes(5);
    transport.close();
    await told.untilOn('landfall:close', 2);
    await within('server.close()', server.close());

    const [start] = told.on('landfall:connect:start');
    assert.equal(told.on('landfall:connect:end')[0], start, 'one object from start to end');
    assert.equal(start!.transport, transport);
    assert.equal(start!.isTls, false);
    assert.equal(start!.error, null);
    const { host, port, path } = start!;
    assert.deepEqual({ host, port, path }, { host: undefined, port: undefined, path: undefined, ...addressOf(server) });
    assert.equal(told.on('landfall:listen:start')[0]!.server, server);
    assert.equal(told.on('landfall:listen:end')[0]!.server, server);
    assert.equal(acceptor, server);
    assert.equal(accepted, protocols[0]!.transport);
    const closes = told.on('landfall:close');
    assert.deepEqual(new Set(closes.map((close) => close.transport)), new Set([transport, accepted]));
    for (const close of closes) {
      assert.equal(close.error, null);
      assert.deepEqual(close.stats, close.transport.stats());
      assert.equal(close.stats.bytesReceived + close.stats.bytesSent, 5);
    }
    const { names } = told;
    assert.deepEqual(names.slice(0, 2), ['listen:start', 'connect:start']);
    assert.deepEqual(names.slice(2, 4).sort(), ['accept', 'connect:end']);
    assert.deepEqual(names.slice(4), ['close', 'close', 'listen:end']);
  });
}

test('connect:end and accept come before anything else of their connection', async () => {
  const order: string[] = [];
  using told = new ListeningIn(['landfall:connect:end', 'landfall:accept', 'landfall:attach']);
  const noting = (name: string) => (): RecordingProtocol => {
    order.push(`${name} factory after ${told.names.join()}`);
    return new RecordingProtocol({ connectionMade: () => void order.push(`${name} made after ${told.names.join()}`) });
  };
  await using server = await listen(freeAddress('TCP'), noting('server'));
  const socket = await plainConnection(addressOf(server));
  await told.untilOn('landfall:accept');
  attach(socket, noting('attach'));
  await connect(addressOf(server), noting('connect'));
  assert.ok(order.includes('server factory after accept'), order.join('\n'));
  assert.ok(order.includes('attach factory after accept'));
  assert.ok(order.includes('attach made after accept,attach'));
  assert.ok(order.some((line) => /^connect made after .*connect:end/.test(line)));
});

test('a connection that cannot be made is told of with what connect() rejects with', async () => {
  const plain = createServer().listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const where = addressOf({ address: plain.address()! });
  plain.close();
  await once(plain, 'close');
  using told = new ListeningIn(CONNECTING);
  const error: unknown = await connect(where, factory).catch((thrown: unknown) => thrown);
  hasCode('ERR_LOST')(error);
  assert.deepEqual(told.names, ['connect:start', 'connect:error']);
  const [message] = told.on('landfall:connect:error');
  assert.equal(message, told.on('landfall:connect:start')[0]);
  assert.equal(message!.error, error);
  assert.equal(message!.transport, null);
});

test('a connect that is cut short, or whose factory throws, is told of as failed', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  using told = new ListeningIn(CONNECTING);
  await assert.rejects(connect({ ...addressOf(server), signal: AbortSignal.abort() }, factory), hasCode('ERR_ABORTED'));
  const error = new Error('no protocol today');
  const throwing = (): never => {
    throw error;
  };
  await assert.rejects(connect(addressOf(server), throwing), error);
  assert.deepEqual(told.names, ['connect:start', 'connect:error', 'connect:start', 'connect:error']);
  assert.equal(told.on('landfall:connect:error')[1]!.error, error);
});

test('a signal that fires once the connection stands does not make it told of twice', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  using told = new ListeningIn(CONNECTING);
  const controller = new AbortController();
  const aborting = (): RecordingProtocol => new RecordingProtocol({ connectionMade: () => controller.abort() });
  await assert.rejects(connect({ ...addressOf(server), signal: controller.signal }, aborting), hasCode('ERR_ABORTED'));
  assert.deepEqual(told.names, ['connect:start', 'connect:end']);
});

test('connecting that began while nobody listened is not told of at its end', async () => {
  await using server = await listen(freeAddress('TCP'), factory);
  const connecting = connect(addressOf(server), factory);
  using told = new ListeningIn(CONNECTING);
  const { transport } = await connecting;
  assert.deepEqual(told.names, []);
  transport.abort();
});

test('what is misuse is thrown, and not told of', async () => {
  using told = new ListeningIn();
  await assert.rejects(connect({}, factory), TypeError);
  await assert.rejects(openStream({ port: 1, allowHalfOpen: true } as object), TypeError);
  assert.deepEqual(told.names, []);
});

test('a socket that is taken over, and connections in memory, are told of as attached', async () => {
  const plain = createServer().listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const accepted = once(plain, 'connection') as Promise<[Socket]>;
  const socket = await plainConnection(addressOf({ address: plain.address()! }));
  using told = new ListeningIn();
  const { transport } = attach(socket, factory);
  assert.equal(told.on('landfall:attach')[0]!.transport, transport);
  const [peer] = await accepted;
  peer.destroy();
  await told.untilOn('landfall:close');
  plain.close();

  const ends = memoryPair({ factories: [factory, factory] });
  assert.deepEqual(
    told.on('landfall:attach').map((message) => message.transport),
    [transport, ...ends],
  );
  for (const end of ends) end.abort();
  await told.untilOn('landfall:close', 3);
});

test('a server that is given up with connections open ends after the last of them', async () => {
  using told = new ListeningIn(['landfall:close', 'landfall:listen:end']);
  const server = await listen(freeAddress('TCP'), factory);
  const { transport } = await connect(addressOf(server), factory);
  await loopTurns();
  const closing = server.close();
  await loopTurns();
  assert.deepEqual(told.names, []);
  transport.close();
  await within('server.close()', closing);
  assert.equal(told.names.at(-1), 'listen:end');
  await server.closeAll();
  assert.equal(told.on('landfall:listen:end').length, 1);
});

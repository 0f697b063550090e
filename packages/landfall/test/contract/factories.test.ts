/** Protocol factories that throw, or that make no protocol. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, listen, type Transport } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { thrower, unhandledRejections, warning } from '../../dist/testing/transport/breakage.js';
import { Happenings, loopTurns, within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress, plainConnection } from '../support/connections.js';
import { Peer } from '../support/peer.js';

test('a factory that throws ends its connection and is told to onError with the transport', async () => {
  const error = new Error('no protocol today');
  const told: { error: Error; transport: Transport | null }[] = [];
  const happenings = new Happenings();
  const onError = (thrown: Error, transport: Transport | null): void => {
    told.push({ error: thrown, transport });
    happenings.changed();
  };
  await using server = await listen({ ...freeAddress('TCP'), onError }, thrower(error));
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await happenings.until('onError', () => told.length > 0);
  await peer.untilGone();
  assert.equal(told.length, 1);
  assert.equal(told[0]!.error, error);
  await within('closed', told[0]!.transport!.closed);
  assert.equal(server.connections, 0);
  await within('server.close()', server.close());
});

test('a factory that throws without onError is a process warning', async () => {
  const error = new Error('nobody was told');
  const warned = warning(error);
  await using server = await listen(freeAddress('TCP'), thrower(error));
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await warned;
  await peer.untilGone();
});

test('onError that throws is a process warning', async () => {
  const error = new Error('onError failed');
  const warned = warning(error);
  const onError = thrower(error);
  await using server = await listen({ ...freeAddress('TCP'), onError }, thrower(new Error('factory')));
  await using peer = new Peer(await plainConnection(addressOf(server)), true);
  await warned;
  await peer.untilGone();
});

test('connect() rejects with what its factory throws, and closes the connection', async () => {
  const accepted = new RecordingProtocol();
  await using server = await listen(freeAddress('TCP'), () => accepted);
  const error = new Error('no protocol today');
  await assert.rejects(connect(addressOf(server), thrower(error)), error);
  await accepted.until('connectionLost');
});

const NO_PROTOCOLS: Readonly<Record<string, unknown>> = {
  null: null,
  'a string': 'protocol',
  'an object with neither face': { connectionMade(): void {} },
  'a protocol with half a face': { getBuffer: () => new Uint8Array(1) },
  'a promise': Promise.resolve(new RecordingProtocol()),
};

for (const [what, value] of Object.entries(NO_PROTOCOLS)) {
  test(`${what} from the factory of connect() is a TypeError`, async () => {
    const accepted = new RecordingProtocol();
    await using server = await listen(freeAddress('TCP'), () => accepted);
    const warnings: Error[] = [];
    const note = (told: Error): void => void warnings.push(told);
    process.on('warning', note);
    await assert.rejects(
      connect(addressOf(server), () => value as never),
      TypeError,
    );
    await accepted.until('connectionLost');
    await loopTurns(3);
    process.off('warning', note);
    assert.deepEqual(warnings, [], 'the rejection says it: nothing is left to warn of');
  });

  test(`${what} from the factory of listen() is a TypeError told to onError`, async () => {
    const told: Error[] = [];
    await using server = await listen(
      { ...freeAddress('TCP'), onError: (error) => void told.push(error) },
      () => value as never,
    );
    await using peer = new Peer(await plainConnection(addressOf(server)), true);
    await peer.untilGone();
    assert.equal(told.length, 1);
    assert.ok(told[0] instanceof TypeError);
  });
}

test('a protocol with both faces is a TypeError, and none of its callbacks is called', async () => {
  const calls: string[] = [];
  const both = {
    connectionMade: () => void calls.push('connectionMade'),
    connectionLost: () => void calls.push('connectionLost'),
    dataReceived: () => void calls.push('dataReceived'),
    getBuffer: () => new Uint8Array(10),
    bufferUpdated: () => void calls.push('bufferUpdated'),
  };
  const accepted = new RecordingProtocol();
  await using server = await listen(freeAddress('TCP'), () => accepted);
  await assert.rejects(
    connect(addressOf(server), () => both),
    TypeError,
  );
  await accepted.until('connectionLost');
  await loopTurns(3);
  assert.deepEqual(calls, []);
});

test('a factory that returns a promise is a TypeError; its rejection harms nobody', async () => {
  await using unhandled = unhandledRejections();
  const rejected = (): never => Promise.reject(new Error('the factory was rejected')) as never;
  const told: Error[] = [];
  await using server = await listen({ ...freeAddress('TCP'), onError: (error) => void told.push(error) }, rejected);
  await assert.rejects(connect(addressOf(server), rejected), TypeError);
  await within('onError', loopTurns(5));
  assert.ok(told[0] instanceof TypeError);
  assert.deepEqual(unhandled.reasons, []);
});

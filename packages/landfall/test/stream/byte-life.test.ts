/** Writing to a byte stream, ending it, closing it, and what is left of it afterwards. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { test } from 'node:test';
import { type ByteStream, LandfallError, lengthPrefixed, openStream, serveFrames, serveStreams } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { blockPool } from '../../dist/memory/block-pool.js';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { bytePair, bytesToPeer, untilSo } from './byte-streams.js';

test('126: after abort() the other side reads an end or a loss, and never hangs', async () => {
  for (const isReading of [true, false]) {
    await using pair = await bytePair();
    const { here, there } = pair;
    const early = isReading ? there.read() : null;
    here.abort();
    const outcome = await within(
      'the other side',
      (early ?? there.read()).catch((error: unknown) => error),
    );
    assert.ok(outcome === null || (outcome instanceof LandfallError && outcome.code === 'ERR_LOST'), String(outcome));
    await within('closed', here.closed);
  }
});

test('123: writing to a peer that is gone comes to be refused, and stays so', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  peer.socket.destroy();
  const isRefused = (): boolean => !stream.write('x') && stream.transport.isClosing;
  await untilSo('a refused write', isRefused);
  await within('the loss', stream.closed);
  assert.equal(stream.write('x'), false);
  await assert.rejects(stream.drain());
});

test('89: what had arrived is read before a waiting read hears of the loss, and closed resolves after connectionLost', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const events: string[] = [];
  void stream.closed.then(() => events.push('closed'));
  const reading = textOf(stream.readExactly(6)).then((text) => events.push(String(text)));
  await peer.send('sooner');
  await within('the read', reading);
  peer.socket.resetAndDestroy();
  await within('closed', stream.closed);
  await loopTurns();
  assert.deepEqual(events, ['sooner', 'closed']);
});

test('94: a refused connection is ERR_LOST with the cause', async () => {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const error = await failureOf('openStream()', openStream({ host: '127.0.0.1', port }));
  assertCode(error, 'ERR_LOST');
  assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
});

test('a handler that is done closes its stream after what it wrote; one that fails is told to onError; others go on', async () => {
  const errors: Error[] = [];
  const reason = new Error('as asked');
  const onError = (error: Error): void => void errors.push(error);
  const server = await serveStreams({ host: '127.0.0.1', port: 0, onError }, async (stream) => {
    for (let line = await stream.readLine(); line !== null; line = await stream.readLine()) {
      if (line === 'fail') throw reason;
      if (line === 'done') return void stream.write(Buffer.alloc(1_000_000, '!'));
      stream.write(`${line.toUpperCase()}\n`);
    }
  });
  const { port } = server.address as AddressInfo;
  const open = (): Promise<ByteStream> => openStream({ host: '127.0.0.1', port });
  const [failing, done, other] = await Promise.all([open(), open(), open()]);
  for (const stream of [failing, done, other]) stream.write('first\n');
  failing.write('fail\n');
  done.write('done\n');
  assert.equal(await textOf(failing.readToEnd()), 'FIRST\n');
  assert.equal((await within('the last', done.readToEnd())).length, 1_000_006);
  assert.deepEqual(errors, [reason]);
  assert.equal(await within('the answer', other.readLine()), 'FIRST');
  other.write('still here\n');
  assert.equal(await within('the answer', other.readLine()), 'STILL HERE');
  await within('the closes', Promise.all([failing.close(), done.close(), other.close()]));
  await within('closeAll()', server.closeAll());
  await assert.rejects(serveStreams({ port: 0 }, undefined as never), TypeError);
});

test('closeAll() is how handlers hear of the end: nobody is told that they failed with it; of anything else, onError is', async () => {
  const errors: Error[] = [];
  const onError = (error: Error): void => void errors.push(error);
  const where = { host: '127.0.0.1', port: 0, onError };
  const reason = new Error('not because of that');
  const framing = lengthPrefixed({ lengthBytes: 1 });
  const servers = [
    await serveStreams(where, async (stream) => void (await stream.readLine())),
    await serveStreams(where, async (stream) => {
      stream.abort();
      await stream.read();
    }),
    await serveFrames({ ...where, framing }, async (stream) => void (await stream.read())),
    await serveStreams(where, (stream) => stream.readLine().then(undefined, () => Promise.reject(reason))),
    // It closed only one side: writing on is its own mistake.
    await serveStreams(where, async (stream) => {
      await stream.end();
      stream.write('late');
    }),
  ];
  for (const server of servers) {
    const { port } = server.address as AddressInfo;
    const stream = await openStream({ host: '127.0.0.1', port });
    await untilSo('the accepted stream', () => server.stats().accepted === 1);
    await loopTurns();
    await within('closeAll()', server.closeAll());
    await stream.close();
  }
  await loopTurns();
  assert.equal(errors.length, 2);
  assert.equal(errors[0], reason);
  assertCode(errors[1], 'ERR_CLOSED');
});

test('a stream whose connection another protocol has taken keeps no memory, and whoever waits hears of the loss', async () => {
  const usedBefore = blockPool.usedBytes;
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const reading = stream.readExactly(3);
  void peer.send(Buffer.alloc(200_000));
  await within('the read', reading);
  await within('the rest', stream.readExactly(200_000 - 3));
  const [waiting, target] = [failureOf('readLine()', stream.readLine()), Buffer.alloc(100_000)];
  const next = new RecordingProtocol();
  stream.transport.setProtocol(next);
  await loopTurns();
  assert.equal(blockPool.usedBytes, usedBefore);
  await peer.send('for the next one');
  await next.untilBytes(16);
  stream.transport.abort();
  assertCode(await waiting, 'ERR_CLOSED');
  assertCode(await failureOf('readInto()', stream.readInto(target)), 'ERR_CLOSED');
});

test('toNode() while a read waits is ERR_BUSY, and the read goes on', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const line = stream.readLine();
  assert.throws(() => stream.toNode(), hasCode('ERR_BUSY'));
  await peer.send('a line\n');
  assert.equal(await within('readLine()', line), 'a line');
});

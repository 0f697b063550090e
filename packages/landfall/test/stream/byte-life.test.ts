/** Writing to a byte stream, ending it, closing it, and what is left of it afterwards. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { test } from 'node:test';
import { type ByteStream, LandfallError, openStream, serveStreams } from 'landfall';
import { assertCode } from '../../dist/testing/codes.js';
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

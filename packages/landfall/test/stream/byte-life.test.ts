/** Writing to a byte stream, ending it, closing it, and what is left of it afterwards. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { test } from 'node:test';
import { type ByteStream, LandfallError, openStream, serveStreams } from 'landfall';
import { patterned } from '../framing/frames.js';
import { assertCode, hasCode } from '../support/codes.js';
import { randomBelow } from '../support/story.js';
import { loopTurns, within } from '../support/waiting.js';
import { bytePair, bytesToPeer, failureOf, textOf, untilSo } from './byte-streams.js';

test('130: 1 MiB in random pieces goes both ways at once', async () => {
  await using pair = await bytePair();
  const payload = patterned(1024 * 1024, 5);
  const send = async (stream: ByteStream): Promise<void> => {
    for (let at = 0; at < payload.length; ) {
      const bytes = randomBelow(1, 30_000);
      if (!stream.write(payload.subarray(at, at + bytes))) await within('drain()', stream.drain());
      at += bytes;
    }
    await within('end()', stream.end());
  };
  const receive = async (stream: ByteStream): Promise<void> => {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = await within('read()', stream.read(randomBelow(1, 60_000)));
      if (piece === null) break;
      pieces.push(piece);
    }
    assert.ok(payload.equals(Buffer.concat(pieces)));
  };
  await Promise.all([send(pair.here), send(pair.there), receive(pair.here), receive(pair.there)]);
});

test('119, 120: an empty write sends nothing; views, strings, leases and vectors of them are sent in order', async () => {
  await using pair = await bytePair();
  const { here, there } = pair;
  assert.equal(here.write(Buffer.alloc(0)), true);
  assert.equal(here.write(''), true);
  assert.equal(here.write('strïng '), true);
  assert.equal(here.writeVectored([Buffer.from('of '), new Uint8Array([0x74, 0x77, 0x6f])]), true);
  await within('end()', here.end());
  assert.equal(Buffer.from(await within('all', there.readToEnd())).toString(), 'strïng of two');
  for (const wrong of [5, null, undefined, {}, [1]])
    assert.throws(() => there.write(wrong as unknown as string), TypeError);
  assert.throws(() => here.write(''), hasCode('ERR_CLOSED'));
});

test('132: what was written is left as it was, and free to be changed once flushed', async () => {
  await using pair = await bytePair();
  const memory = patterned(2_000_000, 1);
  pair.here.write(memory);
  const received = pair.there.readExactly(memory.length);
  await within('flushed()', pair.here.transport.flushed());
  assert.ok(memory.equals(patterned(2_000_000, 1)));
  memory.fill(0);
  assert.ok(patterned(2_000_000, 1).equals(await within('the bytes', received)));
});

test('drain() resolves at once below the mark, waits above it, and can be given up', async () => {
  await using both = await bytesToPeer(false);
  const { stream, peer } = both;
  assert.equal(stream.write('little'), true);
  await within('drain()', stream.drain());
  await within('drain()', stream.drain({ timeoutMs: 1_000 }));
  assert.equal(stream.write(Buffer.alloc(20_000_000)), false);
  hasCode('ERR_TIMEOUT')(await failureOf('drain()', stream.drain({ timeoutMs: 10 })));
  hasCode('ERR_ABORTED')(await failureOf('drain()', stream.drain({ signal: AbortSignal.abort() })));
  let drained = 0;
  const drains = [stream.drain(), stream.drain({ timeoutMs: 9_000 }), stream.drain()].map((each) =>
    each.then(() => drained++),
  );
  await loopTurns();
  assert.equal(drained, 0);
  peer.read();
  await within('the drains', Promise.all(drains));
  assert.equal(stream.write('more'), true);
  await peer.untilBytes(20_000_010);
});

test('129, 133: close() wakes whoever waits to write or to read, with ERR_CLOSED; a reset with ERR_LOST', async () => {
  for (const [how, code] of [
    ['close', 'ERR_CLOSED'],
    ['abort', 'ERR_CLOSED'],
    ['reset', 'ERR_LOST'],
  ] as const) {
    await using both = await bytesToPeer(false);
    const { stream, peer } = both;
    stream.write(Buffer.alloc(20_000_000));
    const failures = [stream.drain(), stream.end(), stream.read()].map((each) => failureOf(how, each));
    const closing = how === 'close' ? stream.close({ timeoutMs: 100 }) : null;
    if (how === 'abort') stream.abort();
    if (how === 'reset') peer.socket.resetAndDestroy();
    for (const failure of failures) assertCode(await failure, code);
    await closing;
    await assert.rejects(stream.drain(), hasCode(code));
    assert.equal(stream.write('late'), false);
  }
});

test('124, 125: close() sends what was written, then ends; twice is fine, and nothing can be read after it', async () => {
  await using pair = await bytePair();
  const { here, there } = pair;
  const payload = patterned(3_000_000, 2);
  there.write('unread');
  await loopTurns();
  here.write(payload);
  const closing = here.close();
  assertCode(await failureOf('read()', here.read()), 'ERR_CLOSED');
  assertCode(await failureOf('readLine()', here.readLine()), 'ERR_CLOSED');
  assertCode(await failureOf('readInto()', here.readInto(new Uint8Array(3))), 'ERR_CLOSED');
  await within('the second close', Promise.all([closing, here.close(), here[Symbol.asyncDispose]()]));
  assert.ok(payload.equals(await within('what was written', there.readExactly(payload.length))));
  await within('closed', here.closed);
  assertCode(await failureOf('read()', here.read()), 'ERR_CLOSED');
});

test('127: close() that is given up closes all the same: at its deadline, and when its signal fires', async () => {
  for (const options of [{ timeoutMs: 30 }, { signal: AbortSignal.timeout(30) }, { signal: AbortSignal.abort() }]) {
    await using both = await bytesToPeer(false);
    const { stream, peer } = both;
    stream.write(Buffer.alloc(20_000_000));
    await within('close()', stream.close(options), 5_000);
    await within('closed', stream.closed);
    peer.read();
    await peer.untilGone();
    assert.ok(peer.bytesReceived < 20_000_000);
  }
});

test('128: an aborted read, or drain, does not keep a close from sending everything', async () => {
  await using pair = await bytePair();
  const { here, there } = pair;
  const payload = patterned(3_000_000, 4);
  here.write(payload);
  hasCode('ERR_TIMEOUT')(await failureOf('read()', here.read(1, { timeoutMs: 1 })));
  hasCode('ERR_ABORTED')(await failureOf('drain()', here.drain({ signal: AbortSignal.abort() })));
  const received = there.readToEnd();
  await within('close()', here.close());
  assert.ok(payload.equals(await within('everything', received)));
});

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

test('131: end() twice is fine, reading goes on, a write after it is ERR_CLOSED; half-close works from both sides', async () => {
  await using pair = await bytePair();
  for (const [one, other] of [
    [pair.here, pair.there],
    [pair.there, pair.here],
  ] as const) {
    if (one === pair.here) one.write('last words');
    await within('end()', Promise.all([one.end(), one.end()]));
    assert.throws(() => one.write('more'), hasCode('ERR_CLOSED'));
    assert.throws(() => one.writeVectored([Buffer.of(1)]), hasCode('ERR_CLOSED'));
    assert.equal(await textOf(other.readToEnd()), one === pair.here ? 'last words' : 'answer');
    assert.equal(await other.read(), null);
    if (one === pair.here) {
      other.write('ans');
      assert.equal(await textOf(one.readExactly(3)), 'ans');
      other.unread(Buffer.alloc(0));
      other.write('answer');
    }
  }
  await within('both are gone', Promise.all([pair.here.closed, pair.there.closed]));
  assert.equal(await pair.here.read(), null, 'after the end there is still nothing but the end');
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

/** The end of what the peer sends, and the loss of the connection: what every kind of read makes of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ByteStream, IncompleteError, type WaitOptions } from 'landfall';
import { assertCode, hasCode } from '../support/codes.js';
import { loopTurns, within } from '../support/waiting.js';
import { bytesToPeer, failureOf, textOf, untilReceivedBytes, untilSo } from './byte-streams.js';

const text = (bytes: Uint8Array | null | undefined): string | null =>
  bytes === null || bytes === undefined ? null : Buffer.from(bytes).toString('latin1');

/** ERR_INCOMPLETE, in one line. */
async function incomplete(reading: Promise<unknown>): Promise<string> {
  const error = await failureOf('the read', reading);
  assertCode(error, 'ERR_INCOMPLETE');
  assert.ok(error instanceof IncompleteError);
  return `${error.bytesRead} of ${error.expectedBytes}: ${text(error.partial)}`;
}

interface Kind {
  /** What wants more than `abc`. */
  read(stream: ByteStream, wait?: WaitOptions): Promise<unknown>;
  /** What it gives at the end, with nothing before it. */
  atEnd(reading: Promise<unknown>): Promise<string | null>;
  readonly withNothing: string | null;
  /** With `abc` before it. */
  readonly withSome: string | null;
}

const plain = async (reading: Promise<unknown>): Promise<string | null> =>
  text((await within('the read', reading)) as Uint8Array | null);
const line = async (reading: Promise<unknown>): Promise<string | null> =>
  (await within('the line', reading)) as string | null;

const KINDS: Record<string, Kind> = {
  'read()': { read: (s, wait) => s.read(undefined, wait), atEnd: plain, withNothing: null, withSome: 'abc' },
  'readExactly() of few': {
    read: (s, wait) => s.readExactly(5, wait),
    atEnd: incomplete,
    withNothing: '0 of 5: ',
    withSome: '3 of 5: abc',
  },
  'readExactly() of many': {
    read: (s, wait) => s.readExactly(100_000, wait),
    atEnd: incomplete,
    withNothing: '0 of 100000: ',
    withSome: '3 of 100000: abc',
  },
  'readExactly() of very many': {
    read: (s, wait) => s.readExactly(2 ** 40, wait),
    atEnd: incomplete,
    withNothing: '0 of 1099511627776: ',
    withSome: '3 of 1099511627776: abc',
  },
  'readInto()': {
    read: (s, wait) => s.readInto(new Uint8Array(7), wait),
    atEnd: incomplete,
    withNothing: '0 of 7: null',
    withSome: '3 of 7: null',
  },
  'readInto() of much': {
    read: (s, wait) => s.readInto(new Uint8Array(100_000), wait),
    atEnd: incomplete,
    withNothing: '0 of 100000: null',
    withSome: '3 of 100000: null',
  },
  'readUntil()': {
    read: (s, wait) => s.readUntil('cd', wait),
    atEnd: incomplete,
    withNothing: '0 of undefined: ',
    withSome: '3 of undefined: abc',
  },
  'readLine()': { read: (s, wait) => s.readLine(wait), atEnd: line, withNothing: null, withSome: 'abc' },
  'readToEnd()': { read: (s, wait) => s.readToEnd(wait), atEnd: plain, withNothing: '', withSome: 'abc' },
};

for (const [name, { read, atEnd, withNothing, withSome }] of Object.entries(KINDS)) {
  for (const when of ['before the read', 'while it waits']) {
    test(`65, 71, 75: ${name} at the end that came ${when}`, async () => {
      for (const [sent, expected] of [
        ['', withNothing],
        ['abc', withSome],
      ] as const) {
        await using both = await bytesToPeer();
        const { stream, peer } = both;
        const early = when === 'while it waits' ? atEnd(read(stream)) : null;
        if (early !== null) await loopTurns(1);
        if (sent !== '' && (early === null || name !== 'read()')) {
          await peer.send(sent);
          await untilReceivedBytes(stream, 3);
        } else if (sent !== '') void peer.send(sent);
        peer.end();
        await loopTurns(3);
        assert.equal(await (early ?? atEnd(read(stream, { timeoutMs: 5_000 }))), expected);
        assert.equal(await textOf(stream.read()), null, 'nothing is left');
        assert.equal(await atEnd(read(stream)), withNothing, 'and it stays so');
        stream.write('still open');
        await peer.untilBytes(10);
      }
    });
  }

  test(`66: ${name} after a reset: what had arrived can be read, in another way if this one wants more; then ERR_LOST`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    await peer.send('abc');
    await untilReceivedBytes(stream, 3);
    peer.socket.resetAndDestroy();
    await within('the loss, which nobody waits for', stream.closed);
    if (name !== 'read()') {
      const error = await failureOf(name, read(stream));
      assertCode(error, 'ERR_LOST');
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
      assertCode(await failureOf(name, read(stream, { timeoutMs: 5_000 })), 'ERR_LOST');
    }
    assert.equal(await textOf(stream.readExactly(2)), 'ab');
    stream.unread(Buffer.from('x\n'));
    assert.equal(await stream.readLine(), 'x');
    assert.equal(await textOf(stream.read()), 'c');
    assertCode(await failureOf(name, read(stream)), 'ERR_LOST');
    assert.equal(stream.write('late'), false);
    await assert.rejects(stream.drain(), hasCode('ERR_LOST'));
    await stream.close();
    assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
  });

  test(`66, 123: ${name} that waits when the connection is reset rejects with ERR_LOST, and leaves what had arrived`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const waits = name !== 'read()';
    const failure = failureOf(name, read(stream));
    if (waits) {
      await peer.send('abc');
      await untilReceivedBytes(stream, 3);
    }
    peer.socket.resetAndDestroy();
    assertCode(await failure, 'ERR_LOST');
    if (waits) assert.equal(await textOf(stream.read()), 'abc');
    assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
  });

  test(`129: close() wakes ${name} with ERR_CLOSED, and so does abort()`, async () => {
    for (const how of ['close', 'abort', 'transport'] as const) {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      if (name !== 'read()') await peer.send('abc');
      const failure = failureOf(name, read(stream));
      await loopTurns(3);
      if (how === 'transport') stream.transport.abort();
      else void stream[how]();
      assertCode(await failure, 'ERR_CLOSED');
      assertCode(await failureOf(name, read(stream)), 'ERR_CLOSED');
      await within('closed', stream.closed);
    }
  });
}

test('65: iteration gives what arrives, ends at the end, and can be begun again', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const pieces: string[] = [];
  await peer.send('abc');
  for await (const piece of stream) {
    pieces.push(text(piece)!);
    if (pieces.length === 1) await peer.send('def');
    if (pieces.length === 2) break;
  }
  peer.socket.end('ghi');
  for await (const piece of stream) pieces.push(text(piece)!);
  for await (const _ of stream) assert.fail('nothing comes after the end');
  assert.deepEqual(pieces, ['abc', 'def', 'ghi']);
});

test('86: what a peer sent before it closed can all be read, far more than is kept while nobody reads', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const payload = Buffer.alloc(3_000_000, 'abcdefg');
  peer.socket.end(payload);
  await loopTurns(30);
  assert.equal(await textOf(stream.read(7)), 'abcdefg');
  assert.ok(payload.subarray(7).equals(await within('the rest', stream.readToEnd())));
  assert.equal(await stream.read(), null);
  await stream.close();
});

test('an idle stream notices the end and the loss of the connection, also after reads into memory', async () => {
  for (const before of ['nothing', 'readInto()', 'an aborted readInto()']) {
    for (const how of ['end', 'reset']) {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      if (before === 'readInto()') {
        const reading = stream.readInto(new Uint8Array(300_000));
        await peer.send(Buffer.alloc(300_000));
        await within(before, reading);
      } else if (before !== 'nothing')
        hasCode('ERR_TIMEOUT')(await failureOf(before, stream.readInto(new Uint8Array(300_000), { timeoutMs: 5 })));
      if (how === 'reset') {
        peer.socket.resetAndDestroy();
        await within('the loss', stream.closed);
      } else {
        peer.end();
        await untilSo('the end, which nobody waits for', () => !stream.transport.isReading);
        assert.equal(await stream.read(), null);
      }
    }
  }
});

/** Two reads at once, and limits, where what arrives is cut as the test says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type ByteStream, LimitError } from 'landfall';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf } from '../../dist/testing/stream/link.js';
import { within } from '../../dist/testing/waiting.js';
import { HandFed } from './hand-fed.js';

type Read = (stream: ByteStream) => Promise<unknown>;

const into = async (stream: ByteStream, bytes: number, partial: boolean): Promise<unknown> => {
  const target = Buffer.alloc(bytes);
  return [await stream.readInto(target, { partial }), target.toString('latin1')];
};

/** Each waits while nothing is there. */
const READS: Record<string, Read> = {
  'read()': (stream) => stream.read(4),
  'read() with a deadline': (stream) => stream.read(4, { timeoutMs: 9_000 }),
  'readExactly() of few': (stream) => stream.readExactly(5),
  'readExactly() of many': (stream) => stream.readExactly(5_000),
  'readInto()': (stream) => into(stream, 5, false),
  'readInto() of much': (stream) => into(stream, 70_000, false),
  'readInto() partial': (stream) => into(stream, 70_000, true),
  'readUntil()': (stream) => stream.readUntil(';'),
  'readUntil() something else': (stream) => stream.readUntil('\r\n', { limitBytes: 100_000 }),
  'readLine()': (stream) => stream.readLine({ limitBytes: 100_000 }),
  'readToEnd()': (stream) => stream.readToEnd({ limitBytes: 200_000 }),
  iteration: async (stream) => (await stream[Symbol.asyncIterator]().next()).value,
};
const PIECES = ['ab', 'cde;f', '\r', '\nthe next line', 'x'.repeat(80_000), '\n'];

/** What `first` gives, and everything after it, while others try to read too. */
async function outcome(first: Read, second: Read | null): Promise<unknown[]> {
  const fed = new HandFed();
  const reading = first(fed.stream);
  for (const [i, piece] of PIECES.entries()) {
    if (second !== null && i === 0) {
      await assert.rejects(second(fed.stream), hasCode('ERR_BUSY'));
      assert.throws(() => fed.stream.unread(Buffer.of(1)), hasCode('ERR_BUSY'));
    }
    fed.feed(piece);
  }
  fed.end();
  const value = await within('the first read', reading);
  return [value, await within('the rest', fed.stream.readToEnd())];
}

for (const [name, first] of Object.entries(READS)) {
  test(`73, 122: while ${name} waits every other read is ERR_BUSY, and changes nothing for it`, async () => {
    const expected = await outcome(first, null);
    for (const [other, second] of Object.entries(READS))
      assert.ok(isDeepStrictEqual(await outcome(first, second), expected), other);
  });
}

test('122: a read that is over makes room for the next one at once, whatever it came to', async () => {
  const fed = new HandFed();
  const { stream } = fed;
  const waiting = textOf(stream.read());
  fed.feed('abc');
  const next = stream.readExactly(2, { timeoutMs: 0 });
  assert.equal(await waiting, 'abc');
  assertCode(await failureOf('readExactly()', next), 'ERR_TIMEOUT');
  const controller = new AbortController();
  const aborted = failureOf('readLine()', stream.readLine({ signal: controller.signal }));
  controller.abort();
  const last = textOf(stream.read());
  fed.feed('def');
  assertCode(await aborted, 'ERR_ABORTED');
  assert.equal(await last, 'def');
});

test('83: readUntil() allows so many bytes before the delimiter: one behind them does not count, and all stays unread', async () => {
  for (const cuts of [1, 2, 3, 100]) {
    const fed = new HandFed();
    for (let at = 0; at < 12; at += cuts) fed.feed('abcdef\r\nghi\r'.slice(at, at + cuts));
    assert.equal(await textOf(fed.stream.readUntil('\r\n', { limitBytes: 6 })), 'abcdef\r\n');
    fed.stream.unread(Buffer.from('abcdef\r\n'));
    const error = await failureOf('readUntil()', fed.stream.readUntil('\r\n', { limitBytes: 5 }));
    assert.ok(error instanceof LimitError && error.actualBytes === 6 && error.limitBytes === 5, String(error));
    assert.equal(await textOf(fed.stream.readUntil('\r\n')), 'abcdef\r\n');
    // What may be the start of the delimiter does not count either, until it turns out not to be.
    const found = textOf(fed.stream.readUntil('\r\n', { limitBytes: 3 }));
    fed.feed('\njkl\r');
    assert.equal(await found, 'ghi\r\n');
    const waiting = failureOf('readUntil()', fed.stream.readUntil('\r\n', { limitBytes: 3 }));
    fed.feed('\r');
    assertCode(await waiting, 'ERR_LIMIT');
    fed.end();
    assert.equal(await textOf(fed.stream.readToEnd()), 'jkl\r\r');
  }
});

test('85: what is missing at the end is ERR_INCOMPLETE, not ERR_LIMIT; readToEnd() has a limit too, and takes nothing over it', async () => {
  const fed = new HandFed();
  const waiting = failureOf('readToEnd()', fed.stream.readToEnd({ limitBytes: 5 }));
  fed.feed('abcde');
  fed.feed('f');
  const error = await waiting;
  assert.ok(error instanceof LimitError && error.actualBytes === 6 && error.limitBytes === 5, String(error));
  fed.end();
  assertCode(await failureOf('readToEnd()', fed.stream.readToEnd({ limitBytes: 5 })), 'ERR_LIMIT');
  assert.equal(await textOf(fed.stream.readToEnd({ limitBytes: 6 })), 'abcdef');
  assertCode(await failureOf('readUntil()', fed.stream.readUntil('x', { limitBytes: 0 })), 'ERR_INCOMPLETE');
});

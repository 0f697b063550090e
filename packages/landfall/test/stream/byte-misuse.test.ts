/** Two reads at once, and arguments that make no sense: refused, and nothing is taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type ByteStream, LimitError } from 'landfall';
import { assertCode, hasCode } from '../support/codes.js';
import { within } from '../support/waiting.js';
import { bytesToPeer, failureOf, textOf } from './byte-streams.js';
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

const NO_NUMBERS: readonly unknown[] = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', null, 5n];

/** Called with each of these, synchronously or not, it fails so, and takes nothing. */
async function refused(
  call: (stream: ByteStream, wrong: never) => unknown,
  wrongs: readonly unknown[],
  kind: new () => Error,
) {
  const fed = new HandFed();
  fed.feed('abc');
  for (const wrong of wrongs)
    await assert.rejects(async () => call(fed.stream, wrong as never), kind, `${call} with ${String(wrong)}`);
  assert.equal(await textOf(fed.stream.read()), 'abc');
}

test('76, 121: numbers of bytes that are none are a RangeError', async () => {
  await refused((stream, wrong) => stream.read(wrong), NO_NUMBERS, RangeError);
  await refused((stream, wrong) => stream.readExactly(wrong), [...NO_NUMBERS, undefined], RangeError);
  await refused((stream, limitBytes) => stream.readUntil('x', { limitBytes }), NO_NUMBERS, RangeError);
  await refused((stream, limitBytes) => stream.readLine({ limitBytes }), NO_NUMBERS, RangeError);
  await refused((stream, limitBytes) => stream.readToEnd({ limitBytes }), NO_NUMBERS, RangeError);
});

test('70: a delimiter is at least one byte, of a string or a Uint8Array', async () => {
  await refused((stream, wrong) => stream.readUntil(wrong), ['', new Uint8Array(0)], RangeError);
  await refused(
    (stream, wrong) => stream.readUntil(wrong),
    [undefined, null, 5, [10], {}, /x/, new ArrayBuffer(1)],
    TypeError,
  );
  const fed = new HandFed();
  fed.feed('a→b→');
  const delimiter = Buffer.from('→');
  const reading = fed.stream.readUntil(delimiter);
  delimiter.fill(0);
  assert.equal(Buffer.from(await reading).toString(), 'a→');
  assert.equal(Buffer.from(await fed.stream.readUntil('→')).toString(), 'b→');
  fed.feed('c,d;e,f;');
  for (const [each, expected] of [
    [';', 'c,d;'],
    [',', 'e,'],
    [';', 'f;'],
  ] as const)
    assert.equal(await textOf(fed.stream.readUntil(each, { timeoutMs: 1_000 })), expected);
});

test('what cuts a wait short is checked, and what is put back', async () => {
  for (const read of Object.values<(stream: ByteStream, options: never) => unknown>({
    read: (stream, options) => stream.read(9, options),
    readExactly: (stream, options) => stream.readExactly(9, options),
    readInto: (stream, options) => stream.readInto(new Uint8Array(9), options),
    readUntil: (stream, options) => stream.readUntil('z', options),
    readLine: (stream, options) => stream.readLine(options),
    readToEnd: (stream, options) => stream.readToEnd(options),
  })) {
    await refused(
      (stream, timeoutMs) => read(stream, { timeoutMs } as never),
      [-1, Number.NaN, 2 ** 31, 'x'],
      RangeError,
    );
    await refused((stream, signal) => read(stream, { signal } as never), [5, {}, null], TypeError);
  }
  await refused(
    (stream, wrong) => stream.unread(wrong),
    [undefined, null, 'text', [1], new DataView(new ArrayBuffer(1))],
    TypeError,
  );
});

test('options without a signal and a deadline are as none, also undefined ones', async () => {
  for (const options of [
    undefined,
    {},
    { signal: undefined, timeoutMs: undefined },
    { signal: new AbortController().signal },
  ]) {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    for (const isHere of [false, true]) {
      if (isHere) await peer.send('abcdefghi;line\nrest');
      else void peer.send('abcdefghi;line\nrest');
      assert.equal(await textOf(stream.read(1, options)), 'a');
      assert.equal(await textOf(stream.readExactly(2, options)), 'bc');
      assert.equal(await stream.readInto(new Uint8Array(1), { ...options, partial: undefined }), 1);
      assert.equal(await textOf(stream.readUntil(';', { ...options, limitBytes: undefined })), 'efghi;');
      assert.equal(await within('readLine()', stream.readLine(options)), 'line');
      assert.equal(await textOf(stream.readExactly(4)), 'rest');
    }
    peer.end();
    assert.equal(await textOf(stream.readToEnd(options)), '');
  }
});

test('64, 82: nothing is read at once, and touches nothing, also while another read waits', async () => {
  const fed = new HandFed();
  const waiting = textOf(fed.stream.readExactly(3));
  assert.equal((await fed.stream.read(0))!.length, 0);
  assert.equal((await fed.stream.readExactly(0)).length, 0);
  fed.feed('abcd');
  assert.equal(await waiting, 'abc');
  assert.equal((await fed.stream.read(0))!.length, 0);
  assert.equal(await textOf(fed.stream.read()), 'd');
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

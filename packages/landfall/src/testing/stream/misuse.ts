/** Arguments that make no sense are refused, and nothing is taken. */
import assert from 'node:assert/strict';
import { within } from '../waiting.js';
import { type StreamLink, type TestedStream, textOf, untilArrived } from './link.js';
import { StreamSentences } from './sentences.js';

export const misuse: StreamSentences = new StreamSentences();

const NO_NUMBERS: readonly unknown[] = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '5', null, 5n];
const NO_DEADLINES: readonly unknown[] = [-1, Number.NaN, 2 ** 31, 'x'];

/** Called with each of these, it fails so, and takes nothing. */
async function refused(
  { stream }: { stream: TestedStream },
  call: (stream: TestedStream, wrong: never) => unknown,
  wrongs: readonly unknown[],
  kind: new () => Error,
): Promise<void> {
  for (const wrong of wrongs)
    await assert.rejects(async () => call(stream, wrong as never), kind, `${call} with ${String(wrong)}`);
}

/** A stream that has `abc` to read; it must have that still when `body` is over. */
async function withSome(link: StreamLink, body: (pair: { stream: TestedStream }) => Promise<void>): Promise<void> {
  const pair = await link.open();
  await pair.peer.send('abc');
  await untilArrived(pair.stream, 3);
  await body(pair);
  assert.equal(await textOf(pair.stream.readExactly(3)), 'abc');
}

misuse.add('a number of bytes that is none is a RangeError', (link) =>
  withSome(link, async (pair) => {
    await refused(pair, (stream, wrong) => stream.read(wrong), NO_NUMBERS, RangeError);
    await refused(pair, (stream, wrong) => stream.readExactly(wrong), [...NO_NUMBERS, undefined], RangeError);
    await refused(pair, (stream, limitBytes) => stream.readUntil('b', { limitBytes }), NO_NUMBERS, RangeError);
    await refused(pair, (stream, limitBytes) => stream.readLine({ limitBytes }), NO_NUMBERS, RangeError);
    await refused(pair, (stream, limitBytes) => stream.readToEnd({ limitBytes }), NO_NUMBERS, RangeError);
  }),
);

misuse.add('a delimiter is a string or a Uint8Array, and not empty', (link) =>
  withSome(link, async (pair) => {
    const empty = ['', new Uint8Array(0)];
    await refused(pair, (stream, wrong) => stream.readUntil(wrong), empty, RangeError);
    const others = [undefined, null, 5, [10], {}, /x/, new ArrayBuffer(1)];
    await refused(pair, (stream, wrong) => stream.readUntil(wrong), others, TypeError);
  }),
);

const READS: Readonly<Record<string, (stream: TestedStream, options: never) => unknown>> = {
  read: (stream, options) => stream.read(9, options),
  readExactly: (stream, options) => stream.readExactly(9, options),
  readInto: (stream, options) => stream.readInto(new Uint8Array(9), options),
  readUntil: (stream, options) => stream.readUntil('z', options),
  readLine: (stream, options) => stream.readLine(options),
  readToEnd: (stream, options) => stream.readToEnd(options),
};

misuse.add('a deadline that is none is a RangeError, and a signal that is none a TypeError', (link) =>
  withSome(link, async (pair) => {
    for (const read of Object.values(READS)) {
      await refused(pair, (stream, timeoutMs) => read(stream, { timeoutMs } as never), NO_DEADLINES, RangeError);
      await refused(pair, (stream, signal) => read(stream, { signal } as never), [5, {}, null], TypeError);
    }
  }),
);

misuse.add('unread() takes a Uint8Array', (link) =>
  withSome(link, async (pair) => {
    const wrongs = [undefined, null, 'text', [1], new DataView(new ArrayBuffer(1))];
    await refused(pair, (stream, wrong) => stream.unread(wrong), wrongs, TypeError);
  }),
);

misuse.add('options without a signal and a deadline are as none, also undefined ones', async (link) => {
  const { stream, peer } = await link.open();
  const none = { signal: undefined, timeoutMs: undefined };
  for (const options of [undefined, {}, none, { signal: new AbortController().signal }]) {
    await peer.send('abcdefghi;line\nrest');
    assert.equal(await textOf(stream.read(1, options)), 'a');
    assert.equal(await textOf(stream.readExactly(2, options)), 'bc');
    const filled = stream.readInto(new Uint8Array(1), { ...options, partial: undefined });
    assert.equal(await within('readInto()', filled), 1);
    assert.equal(await textOf(stream.readUntil(';', { ...options, limitBytes: undefined })), 'efghi;');
    assert.equal(await within('readLine()', stream.readLine(options)), 'line');
    assert.equal(await textOf(stream.readExactly(4, options)), 'rest');
  }
  peer.end();
  assert.equal(await textOf(stream.readToEnd({ signal: undefined })), '');
});

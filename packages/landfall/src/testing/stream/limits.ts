/** Reads that gather until something comes gather so much and no more. */
import assert from 'node:assert/strict';
import { LimitError } from '../../errors.js';
import { assertCode } from '../codes.js';
import { awaitedLater, within } from '../waiting.js';
import { failureOf, type TestedStream, textOf, untilArrived } from './link.js';
import { StreamSentences } from './sentences.js';

export const limits: StreamSentences = new StreamSentences();

/** `ERR_LIMIT` with these numbers; `actualBytes` is left out where it depends on what has arrived. */
async function assertLimit(reading: Promise<unknown>, limitBytes: number, actualBytes?: number): Promise<void> {
  const error = await failureOf('the read', reading);
  assert.ok(error instanceof LimitError, `expected ERR_LIMIT, not ${String(error)}`);
  assertCode(error, 'ERR_LIMIT');
  assert.equal(error.limitBytes, limitBytes);
  assert.ok(error.actualBytes > limitBytes);
  if (actualBytes !== undefined) assert.equal(error.actualBytes, actualBytes);
}

/** The same, to be awaited later. */
const refusal = (...args: Parameters<typeof assertLimit>): Promise<void> => awaitedLater(assertLimit(...args));

const line = (stream: TestedStream, limitBytes?: number): Promise<string | null> =>
  awaitedLater(within('readLine()', stream.readLine({ limitBytes })));

limits.add(
  'readUntil() allows so many bytes before the delimiter; one more is ERR_LIMIT, and all stays unread',
  async (link) => {
    const { stream, peer } = await link.open();
    await peer.send('abcdef\r\nghi\r');
    await untilArrived(stream, 12);
    assert.equal(await textOf(stream.readUntil('\r\n', { limitBytes: 6 })), 'abcdef\r\n');
    stream.unread(Buffer.from('abcdef\r\n'));
    await assertLimit(stream.readUntil('\r\n', { limitBytes: 5 }), 5, 6);
    assert.equal(await textOf(stream.readUntil('\r\n')), 'abcdef\r\n');
    // What may be the start of the delimiter does not count, until it turns out not to be.
    const found = textOf(stream.readUntil('\r\n', { limitBytes: 3 }));
    await peer.send('\njkl\r');
    assert.equal(await found, 'ghi\r\n');
    const refused = refusal(stream.readUntil('\r\n', { limitBytes: 3 }), 3);
    await peer.send('\r');
    await refused;
    peer.end();
    assert.equal(await textOf(stream.readToEnd()), 'jkl\r\r');
  },
);

limits.add('readUntil() that waits is ERR_LIMIT as soon as too much has come, and not at the end', async (link) => {
  const { stream, peer } = await link.open();
  const refused = refusal(stream.readUntil(';', { limitBytes: 5 }), 5, 6);
  await peer.send('abcdef');
  await refused;
  peer.end();
  const incomplete = await failureOf('readUntil()', stream.readUntil(';', { limitBytes: 6 }));
  assertCode(incomplete, 'ERR_INCOMPLETE');
});

limits.add('a line over the limit is one ERR_LIMIT and dropped whole, and the next one is intact', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('1234567\n12345678\nnext\nshort\n');
  assert.equal(await line(stream, 7), '1234567');
  await assertLimit(stream.readLine({ limitBytes: 7 }), 7);
  assert.equal(await line(stream, 7), 'next');
  assert.equal(await line(stream), 'short');
  const refused = refusal(stream.readLine({ limitBytes: 7 }), 7);
  await peer.send('12345678');
  await refused;
  const next = line(stream, 7);
  for (let i = 0; i < 20; i++) await peer.send('more of it, '.repeat(10_000));
  await peer.send('\nnext\n');
  assert.equal(await next, 'next');
});

limits.add('a carriage return counts for the limit, as it may turn out to be part of the line', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('123456\r\n1234567\r\nnext\n');
  assert.equal(await line(stream, 7), '123456');
  await assertLimit(stream.readLine({ limitBytes: 7 }), 7);
  assert.equal(await line(stream, 7), 'next');
});

limits.add('a limit is that of each call, also of lines that have arrived already', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('one\ntwenty-one\nthree\ntwenty-four\n');
  await untilArrived(stream, 33);
  assert.equal(await line(stream), 'one');
  await assertLimit(stream.readLine({ limitBytes: 5 }), 5);
  assert.equal(await line(stream, 5), 'three');
  assert.equal(await line(stream), 'twenty-four');
});

limits.add('an end inside a line over the limit is the end', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('12345678');
  await assertLimit(stream.readLine({ limitBytes: 7 }), 7);
  peer.write('9');
  peer.end();
  assert.equal(await line(stream, 7), null);
  assert.equal(await textOf(stream.readToEnd()), '');
});

limits.add('readToEnd() gathers so many bytes; one more is ERR_LIMIT, and all stays unread', async (link) => {
  const { stream, peer } = await link.open();
  const refused = refusal(stream.readToEnd({ limitBytes: 5 }), 5, 6);
  await peer.send('abcde');
  await untilArrived(stream, 5);
  await peer.send('f');
  await refused;
  peer.end();
  await assertLimit(stream.readToEnd({ limitBytes: 5 }), 5, 6);
  assert.equal(await textOf(stream.readToEnd({ limitBytes: 6 })), 'abcdef');
});

/** What arrives is read whole and in order, in every way, however it is cut. */
import assert from 'node:assert/strict';
import type { Peer } from '../peer.js';
import { noise, randomBelow, seededRandom } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { asText, type StreamAndPeer, type TestedStream, textOf, untilArrived } from './link.js';
import { StreamSentences } from './sentences.js';

export const reading: StreamSentences = new StreamSentences();

/** Sends it cut up, with turns of the event loop in between. */
async function sendCut(peer: Peer, bytes: Uint8Array, sizes: readonly number[]): Promise<void> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const piece = bytes.subarray(at, at + sizes[i % sizes.length]!);
    peer.write(Uint8Array.from(piece));
    at += piece.length;
    if (i % 3 === 0) await loopTurns(1);
  }
}

reading.add('read() waits for the first byte only, and gives what has arrived, at most so many bytes', async (link) => {
  const { stream, peer } = await link.open();
  const waiting = textOf(stream.read());
  await peer.send('a');
  assert.equal(await waiting, 'a');
  await peer.send('bcdefg');
  await untilArrived(stream, 7);
  assert.equal(await textOf(stream.read(2)), 'bc');
  assert.equal(await textOf(stream.read(1)), 'd');
  assert.equal(await textOf(stream.read()), 'efg');
});

reading.add('readExactly() gives exactly so many bytes, few and many, and the rest is for the next', async (link) => {
  const { stream, peer } = await link.open();
  const sizes = [1, 2, 100, 4_000, 5_000, 70_000, 400_000, 3];
  const sent = noise(sizes.reduce((sum, bytes) => sum + bytes));
  const sending = sendCut(peer, sent, [1, 3, 700, 90_000]);
  let at = 0;
  for (const bytes of sizes) {
    const read = await within('readExactly()', stream.readExactly(bytes));
    assert.ok(sent.subarray(at, at + bytes).equals(read), `${bytes} bytes from the ${at}th on`);
    at += bytes;
  }
  await sending;
});

reading.add('readUntil() gives what comes up to the end of the first delimiter, wherever that is cut', async (link) => {
  for (const sizes of [[1], [2], [3, 1], [1_000]]) {
    const { stream, peer } = await link.open();
    const sending = sendCut(peer, Buffer.from('a\r\r\nb→\r\n\r\n→c--;d'), sizes);
    assert.equal(await textOf(stream.readUntil('\r\n')), 'a\r\r\n');
    assert.equal(Buffer.from(await within('readUntil()', stream.readUntil('→'))).toString(), 'b→');
    const delimiter = Buffer.from('\r\n');
    const waiting = textOf(stream.readUntil(delimiter));
    delimiter.fill(0);
    assert.equal(await waiting, '\r\n');
    assert.equal(await textOf(stream.readUntil('\r\n')), '\r\n');
    assert.equal(Buffer.from(await within('readUntil()', stream.readUntil('--;'))).toString(), '→c--;');
    assert.equal(await textOf(stream.readExactly(1)), 'd');
    await sending;
  }
});

reading.add('readLine() gives lines as text, without their ends; the last one needs none', async (link) => {
  const lines = ['first', '', 'größer 🌊', 'a\rb', '', 'x'.repeat(70_000), 'last'];
  const wire = Buffer.from(
    lines
      .map((line, i) => line + (i % 2 === 0 ? '\n' : '\r\n'))
      .join('')
      .slice(0, -1),
  );
  for (const sizes of [[1_000_000], [7, 1, 30_000]]) {
    const { stream, peer } = await link.open();
    const sending = sendCut(peer, wire, sizes).then(() => peer.end());
    for (const line of lines) assert.equal(await within('readLine()', stream.readLine()), line);
    assert.equal(await within('the end', stream.readLine()), null);
    await sending;
  }
});

reading.add('readToEnd() gives everything up to the end, and nothing after that', async (link) => {
  const { stream, peer } = await link.open();
  const sent = noise(1_000_000);
  const all = awaitedLater(within('readToEnd()', stream.readToEnd()));
  peer.write(sent);
  peer.end();
  assert.ok(sent.equals(await all));
  assert.equal(await textOf(stream.readToEnd()), '');
  assert.equal(await textOf(stream.read()), null);
});

reading.add('iteration gives what arrives until the end, and can be begun again', async (link) => {
  const { stream, peer } = await link.open();
  const pieces: string[] = [];
  await peer.send('abc');
  for await (const piece of stream) {
    pieces.push(asText(piece));
    if (pieces.join('') === 'abc') await peer.send('def');
    if (pieces.join('') === 'abcdef') break;
  }
  peer.write('ghi');
  peer.end();
  for await (const piece of stream) pieces.push(asText(piece));
  for await (const _ of stream) assert.fail('nothing comes after the end');
  assert.equal(pieces.join(''), 'abcdefghi');
});

reading.add('what unread() puts back comes first, the newest before the older, and was copied', async (link) => {
  const { stream, peer } = await link.open();
  await peer.send('4\n5');
  await untilArrived(stream, 3);
  const back = Buffer.from('23');
  stream.unread(back);
  stream.unread(Buffer.from('\n1'));
  stream.unread(new Uint8Array(0));
  stream.unread(Buffer.from('0'));
  back.fill(0);
  assert.equal(await within('readLine()', stream.readLine()), '0');
  stream.unread(Buffer.from('again'));
  assert.equal(await textOf(stream.readUntil('2')), 'again12');
  const target = Buffer.alloc(2);
  assert.equal(await within('readInto()', stream.readInto(target)), 2);
  assert.equal(target.toString(), '34');
  stream.unread(target);
  assert.equal(await textOf(stream.readExactly(4)), '34\n5');
  peer.end();
  assert.equal(await textOf(stream.read()), null);
  stream.unread(Buffer.from('after the end'));
  assert.equal(await textOf(stream.readToEnd()), 'after the end');
});

reading.add('nothing is read at once, and touches nothing, also while another read waits', async (link) => {
  const { stream, peer } = await link.open();
  const nothings = async (): Promise<void> => {
    assert.equal(await textOf(stream.read(0)), '');
    assert.equal(await textOf(stream.readExactly(0)), '');
    assert.equal(await within('readInto()', stream.readInto(new Float64Array(0))), 0);
    assert.equal(await within('readInto()', stream.readInto(new Uint8Array(0), { partial: true })), 0);
  };
  await nothings();
  const waiting = textOf(stream.readExactly(3));
  await nothings();
  await peer.send('abcd');
  assert.equal(await waiting, 'abc');
  await nothings();
  assert.equal(await textOf(stream.read()), 'd');
  peer.end();
  assert.equal(await textOf(stream.read()), null);
  await nothings();
});

reading.add('what a read returned is the reader’s to keep and to change', async (link) => {
  const { stream, peer } = await link.open();
  const kept: Uint8Array[] = [];
  for (let i = 0; i < 20; i++) {
    await peer.send(`${i % 10}bcde\n;`);
    const read = i % 2 === 0 ? stream.readExactly(7) : stream.readUntil(';');
    kept.push(await within('the read', read));
  }
  for (const [i, bytes] of kept.entries()) {
    assert.equal(asText(bytes), `${i % 10}bcde\n;`);
    bytes.fill(0);
  }
});

reading.add('reads of all kinds, in any order, lose, double and move nothing', async (link) => {
  for (const seed of [1, 2, 3]) {
    const pair = await link.open();
    // Lines and delimiters come often.
    const sent = noise(300_000).map((byte) => (byte < 8 ? 0x0a : byte));
    const sending = sendCut(pair.peer, sent, [3, 50_000, 200, 1]).then(() => pair.peer.end());
    await readAtRandom(pair, Buffer.from(sent), seed);
    await sending;
  }
});

async function readAtRandom({ stream }: StreamAndPeer, sent: Buffer, seed: number): Promise<void> {
  const random = seededRandom(seed);
  let left = sent;
  while (left.length > 0) {
    const bytes = Math.min(left.length, randomBelow(random, 1, random() < 0.3 ? 60_000 : 60));
    const read = await within('a read', oneOf(stream, left, bytes, random()));
    assert.ok(
      left.subarray(0, read.length).equals(read),
      `seed ${seed}, ${read.length} bytes of the last ${left.length}`,
    );
    left = left.subarray(read.length);
    if (read.length === 0 || random() < 0.8) continue;
    const back = read.subarray(read.length >> 1);
    stream.unread(back);
    left = Buffer.concat([back, left]);
  }
  assert.equal(await textOf(stream.read()), null);
}

/** Reads in one way or another, at least one byte. */
async function oneOf(stream: TestedStream, left: Buffer, bytes: number, choice: number): Promise<Uint8Array> {
  if (choice < 0.25) return (await stream.read(bytes))!;
  if (choice < 0.5) return stream.readExactly(bytes);
  if (choice < 0.6 && left.includes('\n')) return stream.readUntil('\n');
  const target = Buffer.alloc(bytes);
  const filled = await stream.readInto(target, { partial: choice < 0.8 });
  return target.subarray(0, filled!);
}

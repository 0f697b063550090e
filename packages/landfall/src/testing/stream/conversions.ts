/** A byte stream as the web's streams, and as one of Node's. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { noise } from '../random.js';
import { awaitedLater, within } from '../waiting.js';
import { StreamSentences } from './sentences.js';

export const conversions: StreamSentences = new StreamSentences();

conversions.add('toWeb() reads and writes everything, and closes when both sides have ended', async (link) => {
  const { stream, peer } = await link.open();
  const { readable, writable } = stream.toWeb();
  const [there, back] = [noise(1_000_000), noise(1_000_000)];
  const writer = writable.getWriter();
  const written = awaitedLater(within('write()', writer.write(there)));
  peer.write(back);
  peer.end();
  const pieces: Uint8Array[] = [];
  await written;
  await peer.untilBytes(there.length);
  assert.ok(peer.receivedCopy().equals(there));
  for await (const piece of readable) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(back));
  await within('close()', writer.close());
  await within('closed', stream.closed);
});

conversions.add('toWeb() reads into a view of the reader’s, and no more than fits', async (link) => {
  const { stream, peer } = await link.open();
  const reader = stream.toWeb().readable.getReader({ mode: 'byob' });
  const sent = noise(100_000);
  peer.write(sent);
  for (let at = 0; at < sent.length; ) {
    const { value } = await within('read()', reader.read(new Uint8Array(new ArrayBuffer(10_000), 100, 7_000)));
    assert.ok(value !== undefined && value.length > 0 && value.length <= 7_000);
    assert.deepEqual([value.byteOffset, value.buffer.byteLength], [100, 10_000]);
    assert.ok(sent.subarray(at, at + value.length).equals(value));
    at += value.length;
  }
});

conversions.add('toNode() reads and writes everything, and ends with its peer', async (link) => {
  const { stream, peer } = await link.open();
  const duplex = stream.toNode();
  const [there, back] = [noise(1_000_000), noise(1_000_000)];
  const written = new Promise<void>((resolve, reject) => {
    duplex.write(there, (error) => (error ? reject(error) : resolve()));
  });
  await within('write()', written);
  await peer.untilBytes(there.length);
  assert.ok(peer.receivedCopy().equals(there));
  const gone = once(duplex, 'close');
  peer.write(back);
  peer.end();
  const pieces: Uint8Array[] = [];
  duplex.on('data', (piece: Uint8Array) => pieces.push(piece));
  await within('the close of the duplex', gone);
  assert.ok(Buffer.concat(pieces).equals(back));
  await within('closed', stream.closed);
});

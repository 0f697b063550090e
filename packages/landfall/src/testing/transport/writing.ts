/** write and writeVectored: types, order, and whose the memory is. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../codes.js';
import { noise, randomBelow, seededRandom } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { FACES } from './link.js';
import { Sentences } from './sentences.js';

export const writing: Sentences = new Sentences();

const WRONG_TYPES: readonly unknown[] = [
  undefined,
  null,
  7,
  {},
  [1, 2],
  new ArrayBuffer(4),
  new DataView(new ArrayBuffer(4)),
];

writing.add(FACES, 'a string is sent as UTF-8', async (link) => {
  const pair = await link.open(link.record());
  const text = 'naïve – 漢字 – 🐟';
  assert.equal(pair.transport.write(text), true);
  await pair.peer.untilBytes(Buffer.byteLength(text));
  assert.equal(pair.peer.receivedCopy().toString('utf8'), text);
});

writing.add(FACES, 'an empty write hands nothing to the socket', async (link) => {
  const pair = await link.open(link.record());
  const { transport } = pair;
  assert.equal(transport.write(''), true);
  assert.equal(transport.write(new Uint8Array(0)), true);
  assert.equal(transport.writeVectored([]), true);
  assert.equal(transport.writeVectored([new Uint8Array(0), new Uint8Array(0)]), true);
  await loopTurns();
  assert.equal(transport.stats().writes, 0);
  await within('flushed()', transport.flushed());
  transport.writeVectored([new Uint8Array(0), Buffer.from('x'), new Uint8Array(0)]);
  transport.close();
  await pair.peer.untilEnd();
  assert.equal(pair.peer.receivedCopy().toString(), 'x');
});

writing.add(FACES, 'a wrong type is a TypeError at once, and nothing of that call is sent', async (link) => {
  const pair = await link.open(link.record());
  const { transport } = pair;
  for (const wrong of WRONG_TYPES) {
    assert.throws(() => transport.write(wrong as never), TypeError);
    assert.throws(
      () => transport.writeVectored(wrong === undefined ? [undefined as never] : (wrong as never)),
      TypeError,
    );
    assert.throws(() => transport.writeVectored([Buffer.from('never'), wrong as never]), TypeError);
  }
  assert.throws(() => transport.writeVectored(['text' as never]), TypeError);
  assert.equal(transport.writeBufferSize, 0);
  transport.write('after');
  transport.close();
  await pair.peer.untilEnd();
  assert.equal(pair.peer.receivedCopy().toString(), 'after');
});

writing.add(FACES, 'small, large, text and vectored writes arrive in order', async (link) => {
  const pair = await link.open(link.record());
  const { transport } = pair;
  const random = seededRandom(12);
  const sent: Uint8Array[] = [];
  for (let i = 0; i < 12; i++) {
    const small = noise(randomBelow(random, 0, 300));
    const large = noise(randomBelow(random, 0, i % 6 === 0 ? 3_000_000 : 10_000));
    transport.write(small);
    transport.write(large, { copy: i % 3 === 0 });
    transport.write(`text ${i}`);
    transport.writeVectored([small, large.subarray(0, 5000), small]);
    sent.push(small, large, Buffer.from(`text ${i}`), small, large.subarray(0, 5000), small);
    if (i % 4 === 0) await loopTurns(1);
  }
  transport.close();
  await pair.peer.untilEnd();
  const all = Buffer.concat(sent);
  assert.ok(pair.peer.receivedCopy().equals(all));
  assert.equal(transport.stats().bytesSent, all.length);
});

writing.add(FACES, 'writes of one turn leave in one write to the socket', async (link) => {
  const pair = await link.open(link.record());
  const { transport } = pair;
  for (let i = 0; i < 100; i++) transport.write(`line ${i}\n`);
  assert.ok(transport.writeBufferSize > 0);
  await within('flushed()', transport.flushed());
  assert.equal(transport.stats().writes, 1);
  assert.equal(transport.writeBufferSize, 0);
});

writing.add(FACES, 'a vectored write of two thousand parts and 8 MB is sent whole', async (link) => {
  const pair = await link.open(link.record(), { peerReads: false });
  const parts = Array.from({ length: 2000 }, (_, i) => noise(i % 2 === 0 ? 10 : 8000));
  pair.transport.writeVectored(parts);
  await loopTurns();
  pair.peer.read();
  const all = Buffer.concat(parts);
  await pair.peer.untilBytes(all.length);
  assert.ok(pair.peer.receivedCopy().equals(all));
});

writing.add(FACES, 'memory may change after flushed(), and at once after a copy', async (link) => {
  const pair = await link.open(link.record());
  const { transport } = pair;
  const memory = noise(2_000_000);
  const expected = Buffer.from(memory);
  transport.write(memory);
  await within('flushed()', transport.flushed());
  memory.fill(0);
  await pair.peer.untilBytes(expected.length);
  assert.ok(pair.peer.receivedCopy().equals(expected));

  expected.copy(memory);
  transport.write(memory, { copy: true });
  memory.fill(1);
  transport.writeVectored([memory, memory], { copy: true });
  memory.fill(2);
  await pair.peer.untilBytes(4 * expected.length);
  const ones = Buffer.alloc(2 * expected.length, 1);
  assert.ok(pair.peer.receivedCopy().equals(Buffer.concat([expected, expected, ones])));
});

writing.add(FACES, 'a small write and a text are taken at once', async (link) => {
  const pair = await link.open(link.record());
  const memory = Buffer.from('taken');
  pair.transport.write(memory);
  memory.fill('!');
  await pair.peer.untilBytes(5);
  assert.equal(pair.peer.receivedCopy().toString(), 'taken');
});

writing.add(FACES, 'the written memory is left as it was', async (link) => {
  const pair = await link.open(link.record());
  const memory = noise(1_000_000);
  const before = Buffer.from(memory);
  pair.transport.write(memory);
  await pair.peer.untilBytes(memory.length);
  assert.ok(memory.equals(before));
});

writing.add(FACES, 'memory that is detached after the write loses the connection with ERR_BUFFER', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const memory = new Uint8Array(100_000);
  pair.transport.write(memory);
  const flushed = awaitedLater(assert.rejects(within('flushed()', pair.transport.flushed()), hasCode('ERR_BUFFER')));
  structuredClone(memory.buffer, { transfer: [memory.buffer] });
  await protocol.until('connectionLost');
  assertCode(protocol.lostWith, 'ERR_BUFFER');
  await flushed;
});

writing.add(FACES, 'a view of shared memory is written', async (link) => {
  const pair = await link.open(link.record());
  const memory = new Uint8Array(new SharedArrayBuffer(20_000));
  memory.set(noise(memory.length));
  pair.transport.write(memory);
  pair.transport.write(memory.subarray(0, 10));
  await pair.peer.untilBytes(memory.length + 10);
  assert.ok(pair.peer.receivedCopy().subarray(0, memory.length).equals(Buffer.from(memory)));
});

writing.add(FACES, 'a write after close() is dropped and counted, and what came before is sent', async (link) => {
  const pair = await link.open(link.record(), { peerReads: false });
  const { transport } = pair;
  const sent = noise(8_000_000);
  transport.write(sent);
  transport.close();
  assert.equal(transport.write('dropped'), false);
  await loopTurns();
  assert.equal(transport.write(noise(10_000)), false);
  assert.equal(transport.writeVectored([noise(10)]), false);
  assert.throws(() => transport.write(7 as never), TypeError);
  assert.equal(transport.stats().writesDropped, 3);
  pair.peer.read();
  await pair.peer.untilEnd();
  assert.ok(pair.peer.receivedCopy().equals(sent));
});

writing.add(FACES, 'a write after abort() is dropped and counted', async (link) => {
  const pair = await link.open(link.record());
  pair.transport.abort();
  assert.equal(pair.transport.write('dropped'), false);
  await within('closed', pair.transport.closed);
  assert.equal(pair.transport.write('dropped'), false);
  assert.equal(pair.transport.stats().writesDropped, 2);
});

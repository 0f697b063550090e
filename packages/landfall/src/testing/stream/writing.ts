/** Writing, waiting for room, and ending this side. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../codes.js';
import { noise, randomBelow, seededRandom } from '../random.js';
import { loopTurns, within } from '../waiting.js';
import { failureOf, TOO_MUCH_BYTES, textOf } from './link.js';
import { StreamSentences } from './sentences.js';

export const writing: StreamSentences = new StreamSentences();

writing.add(
  'texts, views and vectors of them are sent in order; nothing sends nothing, other things are a TypeError',
  async (link) => {
    const { stream, peer } = await link.open();
    assert.equal(stream.write(Buffer.alloc(0)), true);
    assert.equal(stream.write(''), true);
    for (const wrong of [5, null, undefined, {}, [1]])
      assert.throws(() => stream.write(wrong as unknown as string), TypeError);
    assert.equal(stream.write('strïng '), true);
    assert.equal(stream.writeVectored([Buffer.from('of '), new Uint8Array([0x74, 0x77, 0x6f])]), true);
    const large = noise(100_000);
    stream.write(large);
    await within('close()', stream.close());
    await peer.untilEnd();
    assert.ok(peer.receivedCopy().equals(Buffer.concat([Buffer.from('strïng of two'), large])));
  },
);

writing.add('1 MiB in random pieces goes both ways at once', async (link) => {
  const { stream, peer } = await link.open();
  const random = seededRandom(1);
  const [there, back] = [noise(1024 * 1024), noise(1024 * 1024)];
  const send = async (): Promise<void> => {
    for (let at = 0; at < there.length; ) {
      const bytes = randomBelow(random, 1, 30_000);
      if (!stream.write(there.subarray(at, at + bytes))) await within('drain()', stream.drain());
      at += bytes;
    }
  };
  const receive = async (): Promise<void> => {
    for (let at = 0; at < back.length; ) {
      const piece = (await within('read()', stream.read(randomBelow(random, 1, 60_000))))!;
      assert.ok(back.subarray(at, at + piece.length).equals(piece));
      at += piece.length;
    }
  };
  peer.write(back);
  await Promise.all([send(), receive()]);
  await peer.untilBytes(there.length);
  assert.ok(peer.receivedCopy().equals(there));
});

writing.add('what was written is left as it was, and free to be changed once flushed', async (link) => {
  const { stream, peer } = await link.open();
  const memory = noise(2_000_000);
  const written = Buffer.from(memory);
  stream.write(memory);
  await within('flushed()', stream.transport.flushed());
  assert.ok(memory.equals(written));
  memory.fill(0);
  await peer.untilBytes(written.length);
  assert.ok(peer.receivedCopy().equals(written));
});

writing.add('drain() resolves at once below the high mark, waits above it, and can be given up', async (link) => {
  const { stream, peer } = await link.open({ peerReads: false });
  assert.equal(stream.write('little'), true);
  await within('drain()', stream.drain());
  await within('drain()', stream.drain({ timeoutMs: 1_000 }));
  assert.equal(stream.write(noise(TOO_MUCH_BYTES)), false);
  hasCode('ERR_TIMEOUT')(await failureOf('drain()', stream.drain({ timeoutMs: 10 })));
  hasCode('ERR_ABORTED')(await failureOf('drain()', stream.drain({ signal: AbortSignal.abort() })));
  let drained = 0;
  const drains = [stream.drain(), stream.drain({ timeoutMs: 9_000 }), stream.drain()].map(async (each) => {
    await each;
    drained++;
  });
  await loopTurns();
  assert.equal(drained, 0);
  peer.read();
  await within('the drains', Promise.all(drains));
  assert.equal(stream.write('more'), true);
  await peer.untilBytes(TOO_MUCH_BYTES + 10);
});

writing.add(
  'end() ends this side after what was written, twice is fine, and reading goes on; writing is ERR_CLOSED',
  async (link) => {
    const { stream, peer } = await link.open();
    const sent = noise(1_000_000);
    stream.write(sent);
    await within('end()', Promise.all([stream.end(), stream.end()]));
    await peer.untilEnd();
    assert.ok(peer.receivedCopy().equals(sent));
    assert.throws(() => stream.write('more'), hasCode('ERR_CLOSED'));
    assert.throws(() => stream.write(''), hasCode('ERR_CLOSED'));
    assert.throws(() => stream.writeVectored([Buffer.of(1)]), hasCode('ERR_CLOSED'));
    await peer.send('still heard');
    assert.equal(await textOf(stream.readExactly(11)), 'still heard');
    peer.end();
    assert.equal(await textOf(stream.read()), null);
  },
  'apart',
);

writing.add(
  'end() of both sides, in either order, leaves what was sent to be read',
  async (link) => {
    for (const isFirst of [true, false]) {
      const { stream, peer } = await link.open();
      stream.write('question');
      if (isFirst) await within('end()', stream.end());
      await peer.send('answer');
      peer.end();
      if (!isFirst) await within('end()', stream.end());
      await peer.untilEnd();
      assert.equal(peer.receivedCopy().toString(), 'question');
      assert.equal(await textOf(stream.readToEnd()), 'answer');
      assert.equal(await textOf(stream.read()), null);
    }
  },
  'apart',
);

writing.add(
  'end() rejects with ERR_UNSUPPORTED where no side can be ended alone, and changes nothing',
  async (link) => {
    const { stream, peer } = await link.open();
    assertCode(await failureOf('end()', stream.end()), 'ERR_UNSUPPORTED');
    stream.write('still here');
    await peer.untilBytes(10);
    await peer.send('heard');
    assert.equal(await textOf(stream.readExactly(5)), 'heard');
    assert.equal(peer.hasEnded, false);
  },
  'together',
);

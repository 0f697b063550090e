/** The connection is lost: what every kind of read makes of it, and what can still be read. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../codes.js';
import { noise } from '../random.js';
import { within } from '../waiting.js';
import { failureOf, lose, textOf, untilArrived } from './link.js';
import { WAYS } from './reads.js';
import { StreamSentences } from './sentences.js';

export const losing: StreamSentences = new StreamSentences();

for (const { name, read, wantsBytes } of WAYS) {
  losing.add(`${name} after a loss fails with ERR_LOST; what had arrived can be read in another way`, async (link) => {
    const pair = await link.open({ peerReads: false });
    const { stream, peer } = pair;
    await peer.send('abc');
    await untilArrived(stream, 3);
    await lose(pair);
    if (wantsBytes > 1) {
      assertCode(await failureOf(name, read(stream)), 'ERR_LOST');
      assertCode(await failureOf(name, read(stream, { timeoutMs: 5_000 })), 'ERR_LOST');
    }
    assert.equal(await textOf(stream.readExactly(2)), 'ab');
    stream.unread(Buffer.from('x\n'));
    assert.equal(await within('readLine()', stream.readLine()), 'x');
    assert.equal(await textOf(stream.read()), 'c');
    assertCode(await failureOf(name, read(stream)), 'ERR_LOST');
  });

  losing.add(
    `${name} that waits when the connection is lost is ERR_LOST, and leaves what had arrived`,
    async (link) => {
      const pair = await link.open({ peerReads: false });
      const { stream, peer } = pair;
      const failure = failureOf(name, read(stream));
      if (wantsBytes > 1) {
        await peer.send('abc');
        await untilArrived(stream, 3);
      }
      await lose(pair);
      assertCode(await failure, 'ERR_LOST');
      if (wantsBytes > 1) assert.equal(await textOf(stream.read()), 'abc');
      assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
    },
  );
}

losing.add('after a loss writes are dropped, whoever waits to write hears of it, and closing is fine', async (link) => {
  const pair = await link.open({ peerReads: false });
  const { stream } = pair;
  stream.write(noise(4_000_000));
  const waiting = failureOf('drain()', stream.drain());
  await lose(pair);
  assertCode(await waiting, 'ERR_LOST');
  assert.equal(stream.write('late'), false);
  assert.equal(stream.writeVectored([Buffer.from('late')]), false);
  await assert.rejects(stream.drain(), hasCode('ERR_LOST'));
  await within('close()', stream.close());
  await within('closed', stream.closed);
  stream.abort();
  assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
});

/** One read at a time: a second one is refused, and harms nothing. */
import assert from 'node:assert/strict';
import { assertCode, hasCode } from '../codes.js';
import { failureOf, textOf, untilArrived } from './link.js';
import { outcomeOf, WAYS } from './reads.js';
import { StreamSentences } from './sentences.js';

export const oneAtATime: StreamSentences = new StreamSentences();

for (const { name, read, wantsBytes, afterSome } of WAYS) {
  oneAtATime.add(
    `while ${name} waits every other read is ERR_BUSY at once, and changes nothing for it`,
    async (link) => {
      const { stream, peer } = await link.open();
      const first = outcomeOf(name, read(stream));
      const refuseAll = async (): Promise<void> => {
        for (const other of WAYS) assertCode(await failureOf(other.name, other.read(stream)), 'ERR_BUSY');
        await assert.rejects(stream[Symbol.asyncIterator]().next(), hasCode('ERR_BUSY'));
        assert.throws(() => stream.unread(Buffer.of(1)), hasCode('ERR_BUSY'));
      };
      await refuseAll();
      await peer.send('abc');
      if (wantsBytes > 1) {
        await untilArrived(stream, 3);
        await refuseAll();
      }
      peer.end();
      const outcome = await first;
      const rest = await textOf(stream.readToEnd());
      // Some take what there is, which may be less than all.
      if (wantsBytes === 1) assert.equal(`${outcome}${rest}`, 'abc');
      else assert.deepEqual([outcome, rest], [afterSome, '']);
    },
  );
}

oneAtATime.add('a read that is over makes room for the next one at once, whatever it came to', async (link) => {
  const { stream, peer } = await link.open();
  const waiting = textOf(stream.readExactly(3));
  await peer.send('abc');
  assert.equal(await waiting, 'abc');
  assertCode(await failureOf('readExactly()', stream.readExactly(2, { timeoutMs: 0 })), 'ERR_TIMEOUT');
  const controller = new AbortController();
  const aborted = failureOf('readLine()', stream.readLine({ signal: controller.signal }));
  controller.abort();
  const last = textOf(stream.readExactly(3));
  await peer.send('def');
  assertCode(await aborted, 'ERR_ABORTED');
  assert.equal(await last, 'def');
});

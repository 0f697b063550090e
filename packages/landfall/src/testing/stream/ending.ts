/** The end of what the peer sends: what every kind of read makes of it. */
import assert from 'node:assert/strict';
import { noise } from '../random.js';
import { loopTurns, within } from '../waiting.js';
import { textOf, untilArrived } from './link.js';
import { outcomeOf, WAYS } from './reads.js';
import { StreamSentences } from './sentences.js';

export const ending: StreamSentences = new StreamSentences();

for (const { name, read, wantsBytes, atEnd, afterSome } of WAYS) {
  ending.add(`${name} at an end that came before gives what there is, or says what is missing`, async (link) => {
    for (const [sent, expected] of [
      ['', atEnd],
      ['abc', afterSome],
    ] as const) {
      const { stream, peer } = await link.open();
      peer.write(sent);
      peer.end();
      await untilArrived(stream, sent.length);
      await loopTurns(3);
      assert.equal(await outcomeOf(name, read(stream, { timeoutMs: 5_000 })), expected);
      assert.equal(await textOf(stream.read()), null, 'nothing is left');
      assert.equal(await outcomeOf(name, read(stream)), atEnd, 'and it stays so');
    }
  });

  ending.add(`${name} that waits when the end comes gives what there is, or says what is missing`, async (link) => {
    for (const [sent, expected] of [
      ['', atEnd],
      ['abc', afterSome],
    ] as const) {
      const { stream, peer } = await link.open();
      const outcome = outcomeOf(name, read(stream));
      await loopTurns(1);
      if (sent !== '' && wantsBytes > 1) {
        await peer.send(sent);
        await untilArrived(stream, 3);
      }
      peer.end();
      assert.equal(await outcome, wantsBytes > 1 ? expected : null);
      assert.equal(await outcomeOf(name, read(stream)), atEnd, 'and it stays so');
    }
  });
}

ending.add(
  'what a peer sent before it ended can all be read, far more than is kept while nobody reads',
  async (link) => {
    const { stream, peer } = await link.open();
    const sent = noise(3_000_000);
    peer.write(sent);
    peer.end();
    await loopTurns(30);
    assert.ok(sent.subarray(0, 7).equals(await within('the first bytes', stream.readExactly(7))));
    assert.ok(sent.subarray(7).equals(await within('the rest', stream.readToEnd())));
    assert.equal(await textOf(stream.read()), null);
  },
);

ending.add(
  'a peer that floods a stream which nobody reads is held up, and all is there when somebody does',
  async (link) => {
    const { stream, peer } = await link.open();
    const sent = noise(16_000_000);
    peer.write(sent);
    peer.end();
    await loopTurns(200);
    const { bytesReceived } = stream.transport.stats();
    assert.ok(bytesReceived < 2_000_000, `${bytesReceived} bytes were received, and not one was read`);
    assert.ok(sent.equals(await within('all of it', stream.readToEnd())));
  },
);

ending.add(
  'after the end of the peer this side still sends',
  async (link) => {
    const { stream, peer } = await link.open();
    peer.end();
    assert.equal(await textOf(stream.read()), null);
    const sent = noise(100_000);
    stream.write(sent);
    await peer.untilBytes(sent.length);
    assert.ok(peer.receivedCopy().equals(sent));
    assert.equal(peer.hasEnded, false);
  },
  'apart',
);

/** A connection that is reset: what every kind of read makes of it. And ends that nobody waits for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertCode, hasCode } from '../../dist/testing/codes.js';
import { failureOf, textOf, untilArrived } from '../../dist/testing/stream/link.js';
import { WAYS } from '../../dist/testing/stream/reads.js';
import { within } from '../../dist/testing/waiting.js';
import { bytesToPeer, untilSo } from './byte-streams.js';

for (const { name, read, wantsBytes } of WAYS) {
  test(`66: ${name} after a reset: what had arrived can be read, in another way if this one wants more; then ERR_LOST`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    await peer.send('abc');
    await untilArrived(stream, 3);
    peer.socket.resetAndDestroy();
    await within('the loss, which nobody waits for', stream.closed);
    if (wantsBytes > 1) {
      const error = await failureOf(name, read(stream));
      assertCode(error, 'ERR_LOST');
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
      assertCode(await failureOf(name, read(stream, { timeoutMs: 5_000 })), 'ERR_LOST');
    }
    assert.equal(await textOf(stream.readExactly(2)), 'ab');
    stream.unread(Buffer.from('x\n'));
    assert.equal(await stream.readLine(), 'x');
    assert.equal(await textOf(stream.read()), 'c');
    assertCode(await failureOf(name, read(stream)), 'ERR_LOST');
    assert.equal(stream.write('late'), false);
    await assert.rejects(stream.drain(), hasCode('ERR_LOST'));
    await stream.close();
    assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
  });

  test(`66, 123: ${name} that waits when the connection is reset rejects with ERR_LOST, and leaves what had arrived`, async () => {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    const waits = wantsBytes > 1;
    const failure = failureOf(name, read(stream));
    if (waits) {
      await peer.send('abc');
      await untilArrived(stream, 3);
    }
    peer.socket.resetAndDestroy();
    assertCode(await failure, 'ERR_LOST');
    if (waits) assert.equal(await textOf(stream.read()), 'abc');
    assertCode(await failureOf('read()', stream.read()), 'ERR_LOST');
  });
}

test('an idle stream notices the end and the loss of the connection, also after reads into memory', async () => {
  for (const before of ['nothing', 'readInto()', 'an aborted readInto()']) {
    for (const how of ['end', 'reset']) {
      await using both = await bytesToPeer();
      const { stream, peer } = both;
      if (before === 'readInto()') {
        const reading = stream.readInto(new Uint8Array(300_000));
        await peer.send(Buffer.alloc(300_000));
        await within(before, reading);
      } else if (before !== 'nothing')
        hasCode('ERR_TIMEOUT')(await failureOf(before, stream.readInto(new Uint8Array(300_000), { timeoutMs: 5 })));
      if (how === 'reset') {
        peer.socket.resetAndDestroy();
        await within('the loss', stream.closed);
      } else {
        peer.end();
        await untilSo('the end, which nobody waits for', () => !stream.transport.isReading);
        assert.equal(await stream.read(), null);
      }
    }
  }
});

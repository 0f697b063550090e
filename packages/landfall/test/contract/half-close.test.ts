/** One side ends, the other goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, listen } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress } from '../support/connections.js';

test('a hundred clients that end twice, then close after the answer, all get it', async () => {
  await using server = await listen({ ...freeAddress('TCP'), backlog: 200 }, () => {
    const protocol: RecordingProtocol = new RecordingProtocol({
      eofReceived: () => {
        protocol.transport.write(`OK ${protocol.bytesReceived}`);
        protocol.transport.close();
        return true;
      },
    });
    return protocol;
  });
  const client = async (i: number): Promise<string> => {
    const { transport, protocol } = await connect(addressOf(server), () => new RecordingProtocol());
    transport.write(noise(i));
    transport.writeEof();
    transport.writeEof();
    await protocol.until('eofReceived');
    transport.close();
    await within('closed', transport.closed);
    assert.equal(protocol.lostWith, null);
    return protocol.receivedCopy().toString();
  };
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => client(i)));
  assert.deepEqual(
    answers,
    Array.from({ length: 100 }, (_, i) => `OK ${i}`),
  );
});

/** setProtocol: nothing is lost, repeated or written to memory that is not lent any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BufferedProtocol, connect, listen, type Protocol, type Transport } from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { noise } from '../../dist/testing/random.js';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress } from '../support/connections.js';

test('two landfall protocols, one of which changes while bytes fly, lose nothing', async () => {
  const echo = (): Protocol => {
    let transport: Transport;
    return {
      connectionMade: (made) => {
        transport = made;
      },
      dataReceived: (data) => {
        transport.write(data);
        transport.setProtocol(bufferedEcho(transport));
      },
    };
  };
  await using server = await listen(freeAddress('TCP'), echo);
  const client = new RecordingProtocol();
  const { transport } = await connect(addressOf(server), () => client);
  const sent = noise(300_000);
  transport.write(sent);
  await client.untilBytes(sent.length);
  assert.ok(client.receivedCopy().equals(sent));
  transport.close();
  await within('closed', transport.closed);
});

function bufferedEcho(transport: Transport): BufferedProtocol {
  const memory = new Uint8Array(1000);
  return {
    getBuffer: () => memory,
    bufferUpdated: (nbytes) => void transport.write(memory.subarray(0, nbytes), { copy: true }),
  };
}

for (const when of ['inside eofReceived', 'afterwards'] as const) {
  test(`bytes that are handed over ${when} reach the next protocol, then the end, and the connection is lost in the end`, async () => {
    await using server = await listen(
      freeAddress('TCP'),
      () => new RecordingProtocol({ connectionMade: (t) => t.writeEof() }),
    );
    const next = new RecordingProtocol({ eofReceived: () => true });
    const hand = (): void => {
      transport.setProtocol(next, Buffer.from('first, '));
      transport.setProtocol(next, Buffer.from('second'));
    };
    const first = new RecordingProtocol({
      eofReceived: () => {
        if (when === 'inside eofReceived') hand();
        return true;
      },
    });
    const { transport } = await connect(addressOf(server), () => first);
    await first.until('eofReceived');
    if (when === 'afterwards') hand();
    await next.until('eofReceived');
    const expected = when === 'afterwards' ? 'secondfirst, ' : 'first, second';
    assert.equal(Buffer.from(next.receivedCopy()).toString(), expected);
    transport.writeEof();
    await within('closed', transport.closed);
    assert.equal(next.count('connectionLost'), 1);
  });
}

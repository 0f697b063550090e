/** The start of a line that came in clear, behind the answer, is never continued by what comes encrypted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connect,
  FramedProtocol,
  type Framing,
  fixedSize,
  lengthPrefixed,
  lines,
  listen,
  openFrames,
  openStream,
  type Server,
  type Transport,
} from 'landfall';
import { RecordingProtocol } from 'landfall/testing';
import { hasCode } from '../../dist/testing/codes.js';
import { within } from '../../dist/testing/waiting.js';
import { addressOf, freeAddress, type Where } from '../support/connections.js';
import { isBun } from '../support/runtime.js';
import { AS_CLIENT, AS_SERVER, plainPair } from './secure-pairs.js';

const SKIPPED = 'skipped: Bun drops what came in clear before a client’s handshake, which succeeds then';

/** Says that it is ready, and the start of another frame; then goes on with TLS. */
function injecting(answer: string): Promise<Server> {
  return listen(freeAddress('TCP'), () => ({
    connectionMade(transport) {
      transport.write(answer);
      transport.startTls(AS_SERVER).catch(() => {
        // What the test is about: there shall be no handshake.
      });
      transport.write('tion\n');
    },
    dataReceived() {},
  }));
}

/** What reads the answer, and can start TLS then. */
type Open = (where: Where, framing: Framing) => Promise<{ transport: Transport; after: () => Promise<unknown> }>;

const readers: Readonly<Record<string, Open>> = {
  async FramedProtocol(where, framing) {
    const received: string[] = [];
    let isReady: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const frameReceived = (memory: Uint8Array, start: number, end: number): void => {
      received.push(Buffer.from(memory.subarray(start, end)).toString());
      isReady();
    };
    const made = await connect(where, () => new FramedProtocol({ framing, receiver: { frameReceived } }));
    await within('the answer', ready);
    const { transport } = made;
    return { transport, after: () => transport.closed.then(() => received.slice(1)) };
  },
  async FrameStream(where, framing) {
    const stream = await openFrames({ ...where, framing });
    (await within('the answer', stream.read()))?.release();
    return { transport: stream.transport, after: () => stream.read() };
  },
  async ByteStream(where) {
    const stream = await openStream(where);
    await within('the answer', stream.readExactly(6));
    return { transport: stream.transport, after: () => stream.read() };
  },
};

const answers: readonly (readonly [what: string, framing: Framing, answer: string])[] = [
  ['a line', lines(), 'ready\ninjec'],
  ['a header', lengthPrefixed({ lengthBytes: 1 }), '\x05ready\x0ainjec'],
  ['a large frame', fixedSize(6), `ready\ninj`],
];

for (const [reader, open] of Object.entries(readers)) {
  for (const [what, framing, answer] of answers) {
    test(`${reader}: the start of ${what} behind the answer is no part of what is encrypted`, async () => {
      if (isBun) return console.log(SKIPPED);
      const server = await injecting(answer);
      const { transport, after } = await open(addressOf(server), framing);
      await assert.rejects(within('startTls()', transport.startTls(AS_CLIENT)), hasCode('ERR_LOST'));
      const next = await within('what came after', after()).catch((error: unknown) => error);
      assert.ok(next instanceof Error || (Array.isArray(next) && next.length === 0));
      await server.closeAll();
    });
  }
}

test('startTls on the transport of a stream is ERR_BUSY while a read waits, and changes nothing', async () => {
  const server = await listen(freeAddress('TCP'), () => new RecordingProtocol());
  await using stream = await openStream(addressOf(server));
  const read = stream.readExactly(2);
  await assert.rejects(stream.transport.startTls(AS_CLIENT), hasCode('ERR_BUSY'));
  assert.equal(stream.transport.isReading, true);
  stream.abort();
  await assert.rejects(read, hasCode('ERR_CLOSED'));
  await server.closeAll();
});

test('startTls with options that do not fit takes nothing of what a stream has not read', async () => {
  const server = await listen(freeAddress('TCP'), () => ({
    connectionMade: (transport) => void transport.write('first\nsecond\n'),
    dataReceived() {},
  }));
  await using stream = await openStream(addressOf(server));
  assert.equal(await stream.readLine(), 'first');
  await assert.rejects(stream.startTls({}), TypeError);
  assert.equal(await within('readLine()', stream.readLine()), 'second');
  stream.abort();
  await server.closeAll();
});

test('a protocol of one’s own gives back what it has not used, or refuses', async () => {
  if (isBun) return console.log(SKIPPED);
  const [server, client] = [new RecordingProtocol(), new RecordingProtocol()];
  await using _pair = await plainPair(server, client);
  const failure = new Error('not now');
  Object.assign(client, {
    startingTls: () => {
      throw failure;
    },
  });
  await assert.rejects(client.transport.startTls(AS_CLIENT), (error) => error === failure);
  assert.equal(client.transport.isReading, true);
  Object.assign(client, { startingTls: () => Buffer.from('in clear') });
  await assert.rejects(within('startTls()', client.transport.startTls(AS_CLIENT)), hasCode('ERR_LOST'));
});

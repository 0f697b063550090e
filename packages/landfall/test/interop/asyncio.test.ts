/** Python's asyncio against us: each of its three ways to receive, each of ours, in both directions. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connect, listen, openStream, type Server, serveStreams } from 'landfall';
import { within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import { addressOf, FAMILIES, type Family, freeAddress, type Where } from '../support/connections.js';
import { type AsyncioFace, AsyncioPeer, unlessNoAsyncio } from './asyncio-peer.js';
import { Asking, LendingProtocol, overStream, PlainProtocol, type Role, type ServerRole, Serving } from './roles.js';

const DEADLINE_MS = 20_000;

/** One of our ways to receive. */
interface Face {
  readonly name: string;
  serve(where: Where, role: () => Role): Promise<Server>;
  /** Resolves once the connection is gone. */
  connect(where: Where, role: Role): Promise<void>;
}

const OURS: readonly Face[] = [
  ...[PlainProtocol, LendingProtocol].map((Kind) => ({
    name: Kind === PlainProtocol ? 'Protocol' : 'BufferedProtocol',
    serve: (where: Where, role: () => Role) => listen(where, () => new Kind(role())),
    connect: async (where: Where, role: Role) => (await connect(where, () => new Kind(role))).transport.closed,
  })),
  {
    name: 'ByteStream',
    serve: (where, role) => serveStreams(where, (stream) => overStream(stream, role())),
    connect: async (where, role) => overStream(await openStream(where), role),
  },
];

/** What is exchanged: how much, in pieces of what size, and what becomes of it. */
const CASES: Record<string, { role: ServerRole; bytes: number; pieceBytes: number }> = {
  '10 MB in pieces of 64 KiB are echoed': { role: 'echo', bytes: 10_000_000, pieceBytes: 65_536 },
  '2 MB in one piece are echoed': { role: 'echo', bytes: 2_000_000, pieceBytes: 2_000_000 },
  '5,000 messages of 20 bytes are echoed': { role: 'echo', bytes: 100_000, pieceBytes: 20 },
  'what is answered after a half close arrives': { role: 'digest', bytes: 3_000_000, pieceBytes: 100_003 },
  'a half close without a byte is answered': { role: 'digest', bytes: 0, pieceBytes: 1 },
};

const options = unlessNoAsyncio();
const peers = new Map<AsyncioFace, AsyncioPeer>();
const ASYNCIO: readonly AsyncioFace[] = ['protocol', 'buffered', 'streams'];

before(async () => {
  if (options.skip !== false) return;
  await Promise.all(ASYNCIO.map(async (face) => peers.set(face, await AsyncioPeer.start(face))));
});
after(async () => {
  await Promise.all([...peers.values()].map((peer) => peer[Symbol.asyncDispose]()));
});

/** asyncio connects to us. */
async function connectToUs(theirs: AsyncioPeer, ours: Face, family: Family): Promise<void> {
  for (const [what, { role, bytes, pieceBytes }] of Object.entries(CASES)) {
    const server = await ours.serve(freeAddress(family), () => new Serving(role));
    try {
      assert.equal(await theirs.run({ where: addressOf(server), role, bytes, pieceBytes }), null, what);
      await within('server.close()', server.close());
    } finally {
      await within('server.closeAll()', server.closeAll());
    }
  }
}

/** We connect to asyncio. */
async function connectToThem(theirs: AsyncioPeer, ours: Face, family: Family): Promise<void> {
  for (const [what, { role, bytes, pieceBytes }] of Object.entries(CASES)) {
    const payload = patterned(bytes, pieceBytes);
    const asking = new Asking(payload, pieceBytes);
    await within(what, ours.connect(theirs.where(role, family), asking), DEADLINE_MS);
    const digest = (): Buffer => Buffer.from(`${bytes} ${createHash('sha1').update(payload).digest('hex')}`);
    assert.ok(asking.answer().equals(role === 'echo' ? payload : digest()), what);
  }
}

for (const face of ASYNCIO) {
  for (const ours of OURS) {
    for (const family of FAMILIES) {
      test(`a client by asyncio's ${face} talks to a server by ${ours.name} (${family})`, options, () =>
        connectToUs(peers.get(face)!, ours, family),
      );
      test(`a client by ${ours.name} talks to a server by asyncio's ${face} (${family})`, options, () =>
        connectToThem(peers.get(face)!, ours, family),
      );
    }
  }
}

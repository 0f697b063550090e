/**
 * A connection that goes at every stage of its life, by a reset of its peer or by `abort()`, on both sides and on every
 * face: one loss, told with a typed error; everything that waits settles; no memory stays in use; nothing is unhandled.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transport } from 'landfall';
import { noise } from '../../dist/testing/random.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { untilReceivedBytes, untilStill } from '../stream/byte-streams.js';
import type { Side } from '../support/connections.js';
import { assertCodes, failuresOf, Quiet } from './aftermath.js';
import { type Connected, connected, FACES, Subject } from './subjects.js';

const MEGABYTE = 1_000_000;
const header = (bytes: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(bytes);
  return four;
};

/** Where in its life a connection is when it goes. */
interface Stage {
  readonly name: string;
  /** Brings it there. Returns what waits then. */
  reach(connection: Connected): Promise<Promise<unknown>[]>;
  /** Called inside `connectionMade`. */
  made?(transport: Transport): void;
  /** False: the peer does not read. */
  readonly peerReads?: boolean;
  /** With something unread, libuv may take a reset for an end: then the loss is clean, or in the middle of a frame. */
  readonly mayEnd?: boolean;
  /** It is paused: a reset is noticed when it goes on. */
  readonly isPaused?: boolean;
}

const STAGES: readonly Stage[] = [
  {
    name: 'inside connectionMade',
    reach: async ({ subject }) => subject.drains(),
    made: (transport) => {
      transport.write(noise(MEGABYTE));
    },
    peerReads: false,
  },
  { name: 'before the first byte', reach: async ({ subject }) => subject.reads(4) },
  {
    name: 'inside a header',
    reach: async ({ subject, peer }) => {
      const reads = subject.reads(4);
      await peer.send(header(MEGABYTE).subarray(0, 3));
      await untilReceivedBytes(subject, 3);
      return reads;
    },
  },
  {
    name: 'inside a large frame',
    reach: async ({ subject, peer }) => {
      const reads = subject.reads(MEGABYTE);
      await peer.send(Buffer.concat([header(MEGABYTE), noise(MEGABYTE / 2)]));
      await untilReceivedBytes(subject, MEGABYTE / 2 + 4);
      assert.equal(subject.pool.stats().usedBytes > 0, subject.isFramed);
      return reads;
    },
  },
  {
    name: 'while paused, with nothing unread',
    reach: async ({ subject }) => {
      subject.transport.pauseReading();
      await loopTurns(2);
      return [];
    },
    isPaused: true,
  },
  {
    name: 'while paused, with bytes unread',
    reach: async ({ subject, peer }) => {
      subject.transport.pauseReading();
      peer.socket.write(Buffer.concat([header(2 * MEGABYTE), noise(MEGABYTE)]));
      await untilStill(subject, 5);
      return [];
    },
    isPaused: true,
    mayEnd: true,
  },
  {
    name: 'while output waits',
    reach: async ({ subject }) => {
      subject.transport.write(noise(16 * MEGABYTE));
      const waits = [...subject.drains(), ...subject.reads(4)];
      await loopTurns();
      assert.ok(subject.transport.writeBufferSize > 0);
      return waits;
    },
    peerReads: false,
  },
  {
    name: 'while a leased frame waits to be sent',
    reach: async ({ subject }) => {
      for (let i = 0; i < 8; i++) subject.transport.write(subject.pool.acquire(MEGABYTE));
      const waits = subject.drains();
      await loopTurns();
      assert.ok(subject.pool.stats().usedBytes > 0);
      return waits;
    },
    peerReads: false,
  },
  {
    name: 'after writeEof',
    reach: async ({ subject, peer }) => {
      subject.transport.writeEof();
      const reads = subject.reads(4);
      await peer.untilEnd();
      return reads;
    },
  },
  {
    name: 'while writeEof waits for its turn',
    reach: async ({ subject }) => {
      subject.transport.write(noise(16 * MEGABYTE));
      subject.transport.writeEof();
      await loopTurns();
      return subject.drains();
    },
    peerReads: false,
  },
  {
    name: 'during close()',
    reach: async ({ subject }) => {
      subject.transport.write(noise(16 * MEGABYTE));
      const waits = [...subject.drains(), subject.close()];
      await loopTurns();
      return waits;
    },
    peerReads: false,
  },
];

const ENDERS = {
  'a reset': ({ peer }: Connected): void => peer.reset(),
  'abort()': ({ subject }: Connected): void => subject.transport.abort(),
} as const;

for (const stage of STAGES) {
  for (const ender of ['a reset', 'abort()'] as const) {
    for (const side of ['connecting', 'accepted'] as const satisfies readonly Side[]) {
      for (const face of FACES) {
        test(`14, 60, 126: ${ender} ${stage.name} is one loss, and leaves nothing (${face.name}, ${side})`, async () => {
          await using _quiet = new Quiet();
          const subject = new Subject((transport) => stage.made?.(transport));
          await using connection = await connected(face, side, subject, stage.peerReads ?? true);
          const failures = failuresOf(await stage.reach(connection));
          ENDERS[ender](connection);
          if (stage.isPaused) await loopTurns();
          const goingOn = failuresOf(stage.isPaused ? [subject.goesOn()] : []);
          await within('closed', subject.transport.closed);
          assertLoss(subject, ender, stage);
          assertCodes(
            [...(await failures), ...(await goingOn)],
            ['ERR_LOST', 'ERR_CLOSED', ...(stage.mayEnd ? (['ERR_INCOMPLETE'] as const) : [])],
          );
          assert.equal(subject.transport.writeBufferSize, 0);
          await within('close() of what is gone', subject.close());
          await loopTurns(1);
          assert.equal(subject.losses.length, 1);
          assert.equal(subject.pool.stats().usedBytes, 0, 'memory of the pool that stayed in use');
          if (connection.server !== null) assert.equal(connection.server.connections, 0);
        });
      }
    }
  }
}

function assertLoss({ losses }: Subject, ender: keyof typeof ENDERS, { mayEnd }: Stage): void {
  assert.equal(losses.length, 1);
  if (ender === 'abort()') assert.equal(losses[0], null);
  else if (losses[0] !== null || mayEnd !== true)
    assertCodes(losses, mayEnd ? ['ERR_LOST', 'ERR_INCOMPLETE'] : ['ERR_LOST']);
}

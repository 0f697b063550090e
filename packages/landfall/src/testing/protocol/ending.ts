/** A connection may end anywhere, and the peer may send anything: that is no mistake in the program. */
import assert from 'node:assert/strict';
import { LandfallError } from '../../errors.js';
import { randomBelow, seededRandom } from '../random.js';
import { loopTurns } from '../waiting.js';
import type { Driven } from './driven.js';
import type { AnyProtocol, Play, ProtocolSentence } from './sentences.js';

const SEEDS = 100;

export const ending: readonly ProtocolSentence[] = [
  {
    sentence: 'the peer may end after any byte',
    body: (play) => endEverywhere(play, ({ peer }) => peer.end()),
  },
  {
    sentence: 'the connection may be lost after any byte',
    body: (play) => endEverywhere(play, ({ peer }) => void peer.destroy(new Error('the peer reset the connection'))),
  },
  {
    sentence: 'the connection may be closed after any byte',
    body: (play) => endEverywhere(play, ({ transport }) => transport.close()),
  },
  {
    sentence: 'the connection may be aborted after any byte',
    body: (play) => endEverywhere(play, ({ transport }) => transport.abort()),
  },
  {
    sentence: 'damaged bytes may lose the connection, but do not lead to a mistake in the program',
    body: async (play) => {
      for (let seed = 0; seed < SEEDS; seed++) {
        const bytes = damaged(play.bytes, seed);
        const driven = play.drive();
        driven.send([bytes]);
        await driven.untilArrived(bytes.length);
        await assertNoMistake(driven, `seed ${seed}, ${bytes.toString('hex')}`);
      }
    },
  },
];

async function endEverywhere(play: Play, end: (driven: Driven<AnyProtocol>) => void): Promise<void> {
  for (let at = 0; at <= play.bytes.length; at++) {
    const driven = play.drive();
    if (at > 0) driven.send([play.bytes.subarray(0, at)]);
    await driven.untilArrived(at);
    if (!driven.peer.destroyed) end(driven);
    await loopTurns(5);
    await assertNoMistake(driven, `after ${at} of ${play.bytes.length} bytes`);
  }
}

async function assertNoMistake(driven: Driven<AnyProtocol>, how: string): Promise<void> {
  await driven.over();
  driven.assertNoThrow(how);
  const { lostWith } = driven;
  assert.ok(!isMistake(lostWith), `${how}: lost with ${String(lostWith)}`);
}

/** What a program throws that did not expect what came; and what landfall says of one that breaks its contract. */
function isMistake(error: Error | null | undefined): boolean {
  if (error instanceof LandfallError) return error.code === 'ERR_PROTOCOL' || error.code === 'ERR_BUFFER';
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

/** Something changed, left out or put in. */
function damaged(bytes: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const at = randomBelow(random, 0, bytes.length + 1);
  const other = Buffer.from(Array.from({ length: randomBelow(random, 0, 4) }, () => randomBelow(random, 0, 256)));
  return Buffer.concat([bytes.subarray(0, at), other, bytes.subarray(at + randomBelow(random, 0, 4))]);
}

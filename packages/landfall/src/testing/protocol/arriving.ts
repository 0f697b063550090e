/** What comes of the same bytes is the same, however they arrive. */
import type { Protocol } from '../../protocol/contracts.js';
import { byteByByte, cutAt, type Feed } from '../feeds.js';
import { loopTurns } from '../waiting.js';
import type { DriveOptions } from './driven.js';
import type { AnyProtocol, Play, ProtocolSentence } from './sentences.js';

const SEEDS = 20;

export const arriving: readonly ProtocolSentence[] = [
  {
    sentence: 'bytes that arrive in one piece have the expected outcome',
    body: (play) => assertOutcome(play, [play.bytes], 'in one piece'),
  },
  {
    sentence: 'bytes cut in two anywhere have the expected outcome',
    body: async (play) => {
      for (let at = 1; at < play.bytes.length; at++) await assertOutcome(play, cutAt(play.bytes, at), `cut at ${at}`);
    },
  },
  {
    sentence: 'bytes that arrive one at a time have the expected outcome',
    body: (play) => assertOutcome(play, byteByByte(play.bytes), 'byte by byte'),
  },
  {
    sentence: 'bytes that arrive late and in random pieces have the expected outcome',
    body: async (play) => {
      for (let seed = 0; seed < SEEDS; seed++) {
        await assertOutcome(play, [play.bytes], `seed ${seed}`, { chaos: { seed, pieceBytesMax: 1 + 3 * seed } });
      }
    },
  },
  {
    sentence: 'bytes that were received before the protocol was there have the expected outcome',
    body: async (play) => {
      const half = play.bytes.length >> 1;
      await assertOutcome(play, [], 'all of them unread', { unread: play.bytes });
      const [unread, rest] = [play.bytes.subarray(0, half), play.bytes.subarray(half)];
      await assertOutcome(play, [rest], 'half of them unread', { unread });
    },
  },
  {
    sentence: 'two connections at once have nothing to do with each other',
    body: async (play) => {
      const [one, other] = [play.drive(), play.drive()];
      const pieces = byteByByte(play.bytes);
      const half = pieces.length >> 1;
      // The second begins when the first is half through.
      one.send(pieces.slice(0, half));
      await one.untilArrived(half);
      for (const [at, piece] of pieces.entries()) {
        other.send([piece]);
        one.send(pieces.slice(half + at, half + at + 1));
        await loopTurns(1);
      }
      await Promise.all([one.assertOutcome('the first of two'), other.assertOutcome('the second of two')]);
    },
  },
  {
    sentence: 'a peer that reads late has the protocol pause its writing, with the expected outcome',
    body: async (play) => {
      const driven = play.drive();
      driven.peer.pause();
      driven.transport.setWriteBufferLimits({ high: 0 });
      driven.send(byteByByte(play.bytes));
      await driven.untilArrived(play.bytes.length);
      driven.peer.resume();
      await driven.assertOutcome('a peer that reads late');
    },
  },
];

/** Of protocols that are given what arrives. */
export const given: readonly ProtocolSentence[] = [
  {
    sentence: 'what arrives may be any Uint8Array, also one that is no Buffer, and a part of larger memory',
    body: async (play) => {
      for (const feed of [[play.bytes], byteByByte(play.bytes)]) {
        await assertOutcome(play, feed, 'no Buffer', { wrap: (protocol) => receiveParts(protocol as Protocol) });
      }
    },
  },
];

async function assertOutcome(play: Play, feed: Feed, how: string, options?: DriveOptions<AnyProtocol>): Promise<void> {
  const driven = play.drive(options);
  driven.send(feed);
  await driven.assertOutcome(how);
}

function receiveParts(protocol: Protocol): void {
  const dataReceived = protocol.dataReceived.bind(protocol);
  protocol.dataReceived = (data): void => {
    const larger = new Uint8Array(data.length + 20).fill(0xee);
    larger.set(data, 7);
    return dataReceived(larger.subarray(7, 7 + data.length));
  };
}

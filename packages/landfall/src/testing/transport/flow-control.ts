/** Water marks: when a writer is asked to pause, and to go on. */
import assert from 'node:assert/strict';
import { noise } from '../random.js';
import { loopTurns, within } from '../waiting.js';
import { FACES, type Recorded } from './link.js';
import { Sentences } from './sentences.js';
import { story } from './story.js';

export const flowControl: Sentences = new Sentences();

const KIB = 1024;

/** How many bytes may wait before pauseWriting is called; found by writing one byte at a time, near where it should be. */
function assertHigh(protocol: Recorded, high: number): void {
  const { transport } = protocol;
  const pauses = protocol.count('pauseWriting');
  assert.equal(transport.write(noise(high - transport.writeBufferSize)), true, 'at the mark');
  assert.equal(transport.writeBufferSize, high);
  assert.equal(protocol.count('pauseWriting'), pauses, 'at the mark');
  assert.equal(transport.write('x'), false, 'above the mark');
  assert.equal(protocol.count('pauseWriting'), pauses + 1, 'above the mark');
  transport.write('x');
  assert.equal(protocol.count('pauseWriting'), pauses + 1, 'once');
}

const LIMITS: readonly (readonly [limits: { high?: number; low?: number }, high: number, low: number])[] = [
  [{}, 64 * KIB, 16 * KIB],
  [{ low: 16_385 }, 65_540, 16_385],
  [{ high: 1000 }, 1000, 250],
  [{ high: 1002 }, 1002, 250],
  [{ high: 1024, low: 128 }, 1024, 128],
  [{ high: 500, low: 500 }, 500, 500],
];

for (const [limits, high, low] of LIMITS) {
  const name = JSON.stringify(limits);
  flowControl.add(FACES, `limits ${name} ask to pause above ${high} bytes, once, and to go on later`, async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    pair.transport.setWriteBufferLimits(limits);
    let waiting = Number.POSITIVE_INFINITY;
    protocol.resumeWriting = (): void => {
      waiting = pair.transport.writeBufferSize;
      protocol.calls.push('resumeWriting');
    };
    assertHigh(protocol, high);
    await within('flushed()', pair.transport.flushed());
    assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting', 'resumeWriting']);
    assert.ok(waiting <= low, `${waiting} bytes waited at resumeWriting`);
    assert.equal(pair.transport.write('x'), true);
  });

  flowControl.add(
    FACES,
    `limits ${name} let a paused writer go on with ${low} bytes waiting, not with more`,
    async (link) => {
      const protocol = link.record();
      const pair = await link.open(protocol);
      const { transport } = pair;
      transport.setWriteBufferLimits({ high: 0 });
      transport.write(noise(low + 1));
      transport.setWriteBufferLimits(limits);
      assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting'], 'one byte above the low mark');
      transport.setWriteBufferLimits({ high: high + 4, low: low + 1 });
      assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting', 'resumeWriting'], 'at the low mark');
    },
  );
}

flowControl.add(FACES, 'impossible limits are a RangeError and change nothing', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  const impossible = [{ high: 0, low: 1 }, { high: -1 }, { low: -1 }, { high: 10, low: 20 }, { high: Number.NaN }];
  for (const limits of impossible) assert.throws(() => pair.transport.setWriteBufferLimits(limits), RangeError);
  assertHigh(protocol, 64 * KIB);
});

flowControl.add(
  FACES,
  'a high mark of 0 asks to pause at the first byte and to go on when all has left',
  async (link) => {
    const protocol = link.record();
    const pair = await link.open(protocol);
    pair.transport.setWriteBufferLimits({ high: 0 });
    assert.equal(pair.transport.write(''), true);
    assert.equal(pair.transport.write('x'), false);
    await protocol.until('resumeWriting');
    assert.equal(pair.transport.writeBufferSize, 0);
    assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting', 'resumeWriting']);
  },
);

flowControl.add(FACES, 'limits are applied at once: lower ones pause, higher ones resume', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol, { peerReads: false });
  const { transport } = pair;
  transport.write(noise(10_000));
  transport.setWriteBufferLimits({ high: 1000 });
  assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting']);
  transport.setWriteBufferLimits({ high: 100_000 });
  assert.deepEqual(story(protocol), ['connectionMade', 'pauseWriting', 'resumeWriting']);
  assert.equal(transport.write('x'), true);
});

flowControl.add(FACES, 'raising the limits inside a callback resumes after it, not inside it', async (link) => {
  let isInside = false;
  let wasInside = false;
  const protocol: Recorded = link.record({
    received: () => {
      isInside = true;
      protocol.transport.setWriteBufferLimits({ high: 10_000_000, low: 9_000_000 });
      isInside = false;
    },
    resumeWriting: () => {
      wasInside = isInside;
    },
  });
  const pair = await link.open(protocol, { peerReads: false });
  pair.transport.write(noise(8_000_000));
  await pair.peer.send('x');
  await protocol.until('resumeWriting');
  assert.equal(wasInside, false);
});

flowControl.add(FACES, 'writeVectored above the high mark asks to pause', async (link) => {
  const protocol = link.record();
  const pair = await link.open(protocol);
  assert.equal(pair.transport.writeVectored([noise(40_000), noise(25_536)]), true);
  assert.equal(pair.transport.writeVectored([noise(1), new Uint8Array(0)]), false);
  assert.equal(protocol.count('pauseWriting'), 1);
  await protocol.until('resumeWriting');
});

flowControl.add(
  FACES,
  'a slow reader gets one pauseWriting and one resumeWriting in turn, never two of a kind',
  async (link) => {
    let rounds = 0;
    const protocol: Recorded = link.record({
      resumeWriting: () => {
        rounds++;
        if (rounds < 20) fill();
        else protocol.transport.close();
      },
    });
    const chunk = noise(50_000);
    let sent = 0;
    const fill = (): void => {
      let goesOn = true;
      for (let i = 0; i < 100 && goesOn; i++) {
        goesOn = protocol.transport.write(chunk);
        sent += chunk.length;
      }
    };
    const pair = await link.open(protocol);
    fill();
    await protocol.until('connectionLost');
    await pair.peer.untilBytes(sent);
    const marks = protocol.calls.filter((call) => call.endsWith('Writing'));
    assert.ok(marks.every((call, i) => call === (i % 2 === 0 ? 'pauseWriting' : 'resumeWriting')));
    assert.equal(marks.length, 40);
  },
);

flowControl.add(FACES, 'what waits stays bounded while nobody reads and the writer obeys', async (link) => {
  let isPaused = false;
  const protocol: Recorded = link.record({
    pauseWriting: () => {
      isPaused = true;
    },
    resumeWriting: () => {
      isPaused = false;
    },
  });
  const pair = await link.open(protocol, { peerReads: false });
  const { transport } = pair;
  let largest = 0;
  // Over when the kernel takes no more: several turns without a resume.
  for (let turnsPaused = 0; turnsPaused < 10 && largest < 1_000_000; turnsPaused++) {
    if (!isPaused) turnsPaused = 0;
    // A bound of its own: a transport that never asks to pause shall fail, and not fill the memory.
    for (let writes = 0; !isPaused && writes < 100; writes++) transport.write(noise(10_000));
    largest = Math.max(largest, transport.writeBufferSize);
    await loopTurns(1);
  }
  assert.ok(largest <= 64 * KIB + 10_000, `${largest} bytes waited`);
  assert.equal(protocol.calls.at(-1), 'pauseWriting');
});

flowControl.add(FACES, 'resumeWriting may write to another connection', async (link) => {
  const other = link.record();
  const otherPair = await link.open(other);
  const protocol = link.record({ resumeWriting: () => void other.transport.write('drained') });
  const pair = await link.open(protocol);
  pair.transport.write(noise(1_000_000));
  await otherPair.peer.untilBytes(7);
  assert.equal(otherPair.peer.receivedCopy().toString(), 'drained');
});

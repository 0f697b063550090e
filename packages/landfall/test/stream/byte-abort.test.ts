/** Reads that are cut short: what landed is told, nothing is lost, and the old memory is the reader's again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool } from 'landfall';
import { cutShort } from '../../dist/testing/stream/cutting-short.js';
import { untilArrived } from '../../dist/testing/stream/link.js';
import { loopTurns, within } from '../../dist/testing/waiting.js';
import { patterned } from '../framing/frames.js';
import type { Peer } from '../support/peer.js';
import { bytesToPeer } from './byte-streams.js';

const CANARY = 0xa5;
/** What a flood repeats; no power of two, so that a byte that is lost or doubled shows. */
const WAVE = patterned(65_521, 7);
const TWO_WAVES = Buffer.concat([WAVE, WAVE, WAVE, WAVE, WAVE, WAVE]);

/** The bytes of the flood from its `from`th on. */
function waveFrom(from: number, bytes: number): Buffer {
  const at = from % WAVE.length;
  return TWO_WAVES.subarray(at, at + bytes);
}

/** Sends the flood for as long as the connection takes it. */
function flood({ socket }: Peer): void {
  const more = (): void => {
    while (socket.writable && socket.write(WAVE));
  };
  socket.on('drain', more);
  more();
}

test('after 10,000 aborts, at once and mid-way, in a flood: no old view is written again, and no byte is lost or doubled', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  flood(peer);
  const memories = Array.from({ length: 40 }, (_, i) =>
    Buffer.alloc([300, 5_000, 66_000, 70_000, 200_000][i % 5]! + 32, CANARY),
  );
  let at = 0;
  let midway = 0;
  for (let i = 0; i < 10_000; i++) {
    const memory = memories[i % memories.length]!;
    assert.ok(isUntouched(memory), `memory of an aborted read was written to, before abort ${i}`);
    const view = memory.subarray(16, -16);
    const controller = new AbortController();
    const taken = await cutShort(stream, view, { signal: controller.signal }, async () => {
      if (i % 4 > 0) await loopTurns(i % 4 === 3 ? 2 : 1);
      controller.abort();
    });
    if (taken > 0 && taken < view.length) midway++;
    assert.ok(view.subarray(0, taken).equals(waveFrom(at, taken)), `the bytes of abort ${i}`);
    view.fill(CANARY, 0, taken);
    assert.ok(isUntouched(memory), `around the view, and behind what is said to have landed, of abort ${i}`);
    at += taken;
  }
  assert.ok(midway > 100, `${midway} aborts were mid-way`);
  const rest = await within('a whole read', stream.readExactly(300_000));
  assert.ok(waveFrom(at, 300_000).equals(rest));
  assert.ok(memories.every(isUntouched));
});

const UNTOUCHED = Buffer.alloc(200_032, CANARY);

function isUntouched(memory: Buffer): boolean {
  return memory.equals(UNTOUCHED.subarray(0, memory.length));
}

test('memory on lease that is released right after an abort goes to somebody else, and is not received into', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  flood(peer);
  const pool = new BufferPool();
  let at = 0;
  for (let i = 0; i < 300; i++) {
    const controller = new AbortController();
    const lease = pool.acquire(100_000);
    const { bytes } = lease;
    const taken = await cutShort(stream, bytes, { signal: controller.signal }, async () => {
      await loopTurns(i % 3);
      controller.abort();
    });
    assert.ok(waveFrom(at, taken).equals(bytes.subarray(0, taken)));
    at += taken;
    lease.release();
    assert.equal(pool.stats().usedBytes, 0);
    using next = pool.acquire(100_000);
    next.bytes.fill(CANARY);
    await loopTurns(2);
    assert.ok(
      next.bytes.every((byte) => byte === CANARY),
      `the memory was written to after abort ${i}`,
    );
  }
});

test('memory on lease that is released while the kernel may write there is nobody else’s before the read is over', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const pool = new BufferPool();
  const lease = pool.acquire(100_000);
  const { byteOffset } = lease.bytes;
  const controller = new AbortController();
  await cutShort(stream, lease.bytes, { signal: controller.signal }, async () => {
    await peer.send(waveFrom(0, 10_000));
    await untilArrived(stream, 10_000);
    lease.release();
    using other = pool.acquire(100_000);
    if (stream.transport.receiveMode === 'direct') assert.notEqual(other.bytes.byteOffset, byteOffset);
    controller.abort();
  });
  assert.equal(pool.stats().usedBytes, 0);
});

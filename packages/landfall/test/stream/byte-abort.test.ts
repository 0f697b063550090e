/** Reads that are cut short: what landed is told, nothing is lost, and the old memory is the reader's again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AbortedError, BufferPool, type ByteStream, DeadlineError, type WaitOptions } from 'landfall';
import { patterned } from '../framing/frames.js';
import { assertCode } from '../support/codes.js';
import type { Peer } from '../support/peer.js';
import { loopTurns, within } from '../support/waiting.js';
import { bytesToPeer, failureOf, textOf, untilReceivedBytes } from './byte-streams.js';

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

/** What became of a read into `view` that is cut short after `wait`: how many bytes are in it. */
async function cutShort(
  stream: ByteStream,
  view: Uint8Array,
  options: WaitOptions,
  cut: () => Promise<void>,
): Promise<number> {
  const reading = stream.readInto(view, options).then(
    (filled) => filled!,
    (error: unknown) => {
      assert.ok(error instanceof AbortedError || error instanceof DeadlineError, String(error));
      return error.bytesRead;
    },
  );
  await cut();
  return within('readInto()', reading);
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

test('a deadline is as good as a signal, for every kind of view and however much has landed', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  let at = 0;
  for (const [i, bytes] of [0, 1, 15, 16, 17, 100, 5_000, 70_000, 200_000].entries()) {
    for (const room of [bytes + 1, bytes + 4_096, bytes + 66_000]) {
      const memory = Buffer.alloc(room + 32, CANARY);
      const taken = await cutShort(stream, memory.subarray(16, -16), { timeoutMs: 15 }, async () => {
        await loopTurns(i % 3);
        void peer.send(waveFrom(at, bytes));
      });
      const left = Buffer.from(await within('what did not land', stream.readExactly(bytes - taken)));
      assert.ok(waveFrom(at, bytes).equals(Buffer.concat([memory.subarray(16, 16 + taken), left])));
      at += bytes;
      memory.fill(CANARY, 16, 16 + taken);
      void peer.send(waveFrom(at, 100_000));
      assert.ok(waveFrom(at, 100_000).equals(await within('the next', stream.readExactly(100_000))));
      at += 100_000;
      assert.ok(
        memory.every((byte) => byte === CANARY),
        'nothing was written to the view after the deadline',
      );
    }
  }
});

test('74: an aborted read of any kind but readInto takes nothing, wherever it stood', async () => {
  const kinds: Record<string, (stream: ByteStream, options: WaitOptions) => Promise<unknown>> = {
    'readExactly() of few': (stream, options) => stream.readExactly(4_000, options),
    'readExactly() of many': (stream, options) => stream.readExactly(500_000, options),
    'readExactly() of very many': (stream, options) => stream.readExactly(2 ** 31, options),
    'readUntil()': (stream, options) => stream.readUntil('\0\0\0', options),
    'readLine()': (stream, options) => stream.readLine({ ...options, limitBytes: 1e9 }),
    'readToEnd()': (stream, options) => stream.readToEnd(options),
  };
  for (const [name, read] of Object.entries(kinds)) {
    await using both = await bytesToPeer();
    const { stream, peer } = both;
    // No line feed in it, and no zeros.
    const payload = patterned(300_000, 3).map((byte) => (byte === 10 || byte === 0 ? 1 : byte));
    let sent = 0;
    for (const bytes of [0, 3, 100, 3_000, 60_000, 200_000]) {
      if (name.includes('few') && sent + bytes >= 4_000) break;
      const controller = new AbortController();
      const failure = failureOf(name, read(stream, { signal: controller.signal }));
      await peer.send(payload.subarray(sent, sent + bytes));
      sent += bytes;
      await untilReceivedBytes(stream, sent);
      controller.abort('why');
      const error = await failure;
      assert.ok(error instanceof AbortedError && error.cause === 'why' && error.bytesRead === 0, `${name}: ${error}`);
    }
    const fired = await failureOf(name, read(stream, { signal: AbortSignal.abort() }));
    assertCode(fired, 'ERR_ABORTED');
    peer.end();
    const rest = await within('the rest', stream.readToEnd());
    assert.ok(Buffer.from(payload.subarray(0, sent)).equals(rest), `${name}: ${rest.length} of ${sent} bytes`);
  }
});

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
    await untilReceivedBytes(stream, 10_000);
    lease.release();
    using other = pool.acquire(100_000);
    if (stream.transport.receiveMode === 'direct') assert.notEqual(other.bytes.byteOffset, byteOffset);
    controller.abort();
  });
  assert.equal(pool.stats().usedBytes, 0);
});

test('a read that is there at once is not cut short by what comes later, and stops its clock', async () => {
  await using both = await bytesToPeer();
  const { stream, peer } = both;
  const controller = new AbortController();
  const reading = textOf(stream.readExactly(3, { signal: controller.signal, timeoutMs: 60_000 }));
  await peer.send('abcdef');
  assert.equal(await reading, 'abc');
  controller.abort();
  assert.equal(await textOf(stream.read(2, { timeoutMs: 0 })), 'de');
  assertCode(await failureOf('read()', stream.read(2, { signal: controller.signal })), 'ERR_ABORTED');
  assert.equal(await textOf(stream.read()), 'f');
});

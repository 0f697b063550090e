/** Reads that are cut short: what landed is told, nothing is lost, and the memory is the reader's again. */
import assert from 'node:assert/strict';
import { AbortedError, DeadlineError } from '../../errors.js';
import type { WaitOptions } from '../../protocol/contracts.js';
import { assertCode } from '../codes.js';
import { noise } from '../random.js';
import { awaitedLater, loopTurns, within } from '../waiting.js';
import { failureOf, type TestedStream, textOf, untilArrived } from './link.js';
import { WAYS, WAYS_OUT } from './reads.js';
import { StreamSentences } from './sentences.js';

export const cuttingShort: StreamSentences = new StreamSentences();

const CANARY = 0xa5;
const SENT_BYTES = [0, 3, 100, 3_000, 60_000, 200_000];

/** No line feed, and no delimiter of any way to read. */
function dullBytes(bytes: number): Uint8Array {
  return noise(bytes).map((byte) => 0x65 + (byte % 16));
}

for (const { name, read, wantsBytes } of WAYS_OUT) {
  cuttingShort.add(`${name} that is aborted takes nothing, wherever it stood, and says why`, async (link) => {
    const { stream, peer } = await link.open();
    const payload = dullBytes(SENT_BYTES.reduce((sum, bytes) => sum + bytes));
    let sent = 0;
    for (const bytes of SENT_BYTES) {
      if (sent + bytes >= wantsBytes) break;
      const controller = new AbortController();
      const failure = failureOf(name, read(stream, { signal: controller.signal }));
      peer.write(payload.subarray(sent, sent + bytes));
      sent += bytes;
      await untilArrived(stream, sent);
      controller.abort('why');
      const error = await failure;
      assert.ok(error instanceof AbortedError, String(error));
      assertCode(error, 'ERR_ABORTED');
      assert.deepEqual([error.name, error.cause, error.bytesRead], ['AbortError', 'why', 0]);
    }
    peer.end();
    const rest = await within('the rest', stream.readToEnd());
    assert.ok(Buffer.from(payload.subarray(0, sent)).equals(rest), `${rest.length} of ${sent} bytes`);
  });

  cuttingShort.add(`${name} whose time is up takes nothing, and what it waited for comes later`, async (link) => {
    const { stream, peer } = await link.open();
    if (wantsBytes > 1) await peer.send('abc');
    for (const timeoutMs of [0, 5]) {
      const error = await failureOf(name, read(stream, { timeoutMs }));
      assert.ok(error instanceof DeadlineError, String(error));
      assertCode(error, 'ERR_TIMEOUT');
      assert.deepEqual([error.timeoutMs, error.bytesRead], [timeoutMs, 0]);
    }
    await peer.send('def');
    assert.equal(await textOf(stream.readExactly(3)), wantsBytes > 1 ? 'abc' : 'def');
  });
}

for (const { name, read } of WAYS) {
  cuttingShort.add(`${name} with a signal that fired before fails at once, and takes nothing`, async (link) => {
    const { stream, peer } = await link.open();
    await peer.send('abc');
    await untilArrived(stream, 3);
    const reason = new Error('no');
    const error = await failureOf(name, read(stream, { signal: AbortSignal.abort(reason) }));
    assertCode(error, 'ERR_ABORTED');
    assert.equal(error.cause, reason);
    assert.equal(await textOf(stream.readExactly(3)), 'abc');
  });
}

cuttingShort.add('a read that is over is not cut short by what comes later, and stops its clock', async (link) => {
  const { stream, peer } = await link.open();
  const controller = new AbortController();
  const reading = textOf(stream.readExactly(3, { signal: controller.signal, timeoutMs: 60_000 }));
  await peer.send('abcdef');
  assert.equal(await reading, 'abc');
  await untilArrived(stream, 6);
  controller.abort();
  assert.equal(await textOf(stream.read(2, { timeoutMs: 0 })), 'de');
  assert.equal(await textOf(stream.read()), 'f');
});

/** What became of a read into `view` that `cut` cuts short, if it still can: how many bytes are in it. */
export async function cutShort(
  stream: TestedStream,
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
  const taken = awaitedLater(within('readInto()', reading));
  await cut();
  return taken;
}

/** A view with a canary on each side. */
function caged(bytes: number): { memory: Buffer; view: Buffer } {
  const memory = Buffer.alloc(bytes + 32, CANARY);
  return { memory, view: memory.subarray(16, -16) };
}

const isUntouched = (memory: Buffer): boolean => memory.every((byte) => byte === CANARY);

cuttingShort.add(
  'readInto() that is cut short says how much is in the view, and the rest is for the next read',
  async (link) => {
    const { stream, peer } = await link.open();
    for (const [i, bytes] of [0, 1, 16, 17, 5_000, 70_000, 200_000].entries()) {
      for (const room of [bytes + 1, bytes + 66_000]) {
        const { memory, view } = caged(room);
        const sent = noise(bytes + 1_000);
        const { bytesReceived } = stream.transport.stats();
        const controller = new AbortController();
        const options = i % 2 === 0 ? { signal: controller.signal } : { timeoutMs: 15 };
        const taken = await cutShort(stream, view, options, async () => {
          peer.write(sent.subarray(0, bytes));
          if (i % 2 === 0) await untilArrived(stream, bytesReceived + bytes);
          controller.abort();
        });
        assert.ok(taken <= bytes);
        const rest = await within('what did not land', stream.readExactly(bytes - taken));
        assert.ok(sent.subarray(0, bytes).equals(Buffer.concat([view.subarray(0, taken), rest])));
        view.fill(CANARY, 0, taken);
        await peer.send(sent.subarray(bytes));
        assert.ok(sent.subarray(bytes).equals(await within('the next', stream.readExactly(1_000))));
        assert.ok(isUntouched(memory), 'the view was written to after its read was over');
      }
    }
  },
);

cuttingShort.add(
  'aborts at any moment of a flood lose and double nothing, and no old view is written again',
  async (link) => {
    const { stream, peer } = await link.open();
    const sent = noise(16_000_000);
    peer.write(sent);
    peer.end();
    const cages = Array.from({ length: 15 }, (_, i) => caged([300, 5_000, 70_000][i % 3]!));
    let at = 0;
    for (let i = 0; i < 150; i++) {
      const { memory, view } = cages[i % cages.length]!;
      assert.ok(isUntouched(memory), `an old view was written to, before abort ${i}`);
      const controller = new AbortController();
      const taken = await cutShort(stream, view, { signal: controller.signal }, async () => {
        await loopTurns(i % 3);
        controller.abort();
      });
      assert.ok(sent.subarray(at, at + taken).equals(view.subarray(0, taken)), `the bytes of abort ${i}`);
      view.fill(CANARY, 0, taken);
      assert.ok(isUntouched(memory), `around the view, and behind what is said to have landed, of abort ${i}`);
      at += taken;
    }
    const rest = await within('the rest', stream.readToEnd());
    assert.ok(sent.subarray(at).equals(rest));
    assert.ok(cages.every(({ memory }) => isUntouched(memory)));
  },
);

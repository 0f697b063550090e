import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Child, numberField, type ProgramCommand, type ProgramEvent } from '../harness/child.js';
import { findFloodPeers } from '../peers/peers.js';
import { RawClient } from '../testing/raw-client.js';
import { NODE_RECEIVERS } from './node-receivers.js';

const DEADLINE_MS = 20_000;
const LIMIT_BYTES = 1_000_000;

const peers = await findFloodPeers();
const node = fileURLToPath(new URL('./receiver.js', import.meta.url));
const receivers: (ProgramCommand & { contender: string })[] = [
  ...NODE_RECEIVERS.map((contender) => ({ contender, command: process.execPath, args: [node, contender] })),
  ...peers.found,
];

/** Runs `use` with a program; it is gone afterwards. */
async function withProgram<T>(
  program: ProgramCommand,
  more: readonly (string | number)[],
  use: (child: Child) => Promise<T>,
): Promise<T> {
  const child = new Child('the program', { ...program, args: [...program.args, ...more.map(String)] });
  try {
    return await use(child);
  } finally {
    child.kill();
    await child.gone(DEADLINE_MS);
  }
}

/** Sends pieces to a receiver, ends, and resolves to what it counted. */
function pour(receiver: ProgramCommand, pieces: readonly Uint8Array[]): Promise<ProgramEvent> {
  return withProgram(receiver, ['receive', '--port', 0, '--max-frame-bytes', LIMIT_BYTES], async (child) => {
    const client = await RawClient.connect(numberField(await child.event('listening', DEADLINE_MS), 'port'));
    for (const piece of pieces) client.socket.write(piece);
    const received = child.event('received', DEADLINE_MS);
    await Promise.all([received, client.close()]);
    await child.end(DEADLINE_MS);
    return received;
  });
}

function framed(payloadBytes: number): Buffer {
  const frame = Buffer.alloc(4 + payloadBytes, 0xff);
  frame.writeUInt32BE(payloadBytes);
  return frame;
}

for (const receiver of receivers) {
  describe(`the receiver ${receiver.contender}`, () => {
    it('counts frames of all sizes, however they are cut', async () => {
      const sizes = [0, 1, 16, 300_000, 0, 65_532, LIMIT_BYTES, ...Array.from({ length: 5000 }, (_, at) => at % 40)];
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const stream = Buffer.concat(sizes.map(framed));
      const pieces = Array.from({ length: Math.ceil(stream.length / 9973) }, (_, at) =>
        stream.subarray(at * 9973, (at + 1) * 9973),
      );
      const received = await pour(receiver, pieces);
      assert.equal(received.frames, sizes.length);
      assert.equal(received.bytes, bytes);
      assert.equal(received.bytesReceived, stream.length);
      assert.ok(numberField(received, 'seconds') > 0);
      assert.ok(numberField(received, 'cpuSeconds') >= numberField(received, 'userSeconds'));
      const { receives } = received;
      assert.ok(typeof receives !== 'number' || (receives > 0 && receives <= stream.length));
      if (receiver.contender.startsWith('landfall')) assert.ok(typeof receives === 'number');
    });

    it('counts nothing when nothing is sent', async () => {
      const received = await pour(receiver, []);
      assert.deepEqual([received.frames, received.bytes], [0, 0]);
    });

    for (const [where, cutBytes] of [
      ['a payload', 1],
      ['a header', 101],
      ['a frame of which the header is all that came', 100],
    ] as const) {
      it(`fails when the sender ends inside ${where}`, async () => {
        const whole = framed(100);
        const cut = pour(receiver, [whole, whole.subarray(0, whole.length - cutBytes)]);
        await assert.rejects(cut, /ended with status 1\n.*after 1 whole frames: .*ended (?:inside a frame|early)/);
      });
    }

    it('fails at a frame over the limit', async () => {
      await assert.rejects(pour(receiver, [framed(10), framed(LIMIT_BYTES + 1)]), /ended with status 1\n.*100000[01]/);
    });

    it('ends with its input while nobody has connected', () =>
      withProgram(receiver, ['receive', '--port', 0, '--max-frame-bytes', 1], async (child) => {
        await child.event('listening', DEADLINE_MS);
        await child.end(DEADLINE_MS);
      }));
  });
}

const c = peers.found.find(({ contender }) => contender === 'c');

describe('the C sender', { skip: c === undefined && 'no C compiler here' }, () => {
  /** What it sends, and what it says. */
  async function sent(...more: (string | number)[]): Promise<{ stream: Buffer; frames: number }> {
    const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      return await withProgram(c as ProgramCommand, ['send', '--port', port, ...more], async (child) => {
        const signal = AbortSignal.timeout(DEADLINE_MS);
        const [socket] = (await once(server, 'connection', { signal })) as [net.Socket];
        const stream = await buffer(socket);
        socket.end();
        return { stream, frames: numberField(await child.event('sent', DEADLINE_MS), 'frames') };
      });
    } finally {
      server.close();
    }
  }

  it('sends exactly as many whole frames as it is told to', async () => {
    for (const [frameBytes, frames] of [
      [16, 70_001],
      [2_000_000, 3],
      [1, 1],
    ] as const) {
      const { stream, frames: told } = await sent('--frame-bytes', frameBytes, '--frames', frames);
      assert.equal(told, frames);
      assert.equal(stream.length, frames * (4 + frameBytes));
      for (let at = 0; at < stream.length; at += 4 + frameBytes) assert.equal(stream.readUInt32BE(at), frameBytes);
    }
  });

  it('sends whole frames for a time', async () => {
    const { stream, frames } = await sent('--frame-bytes', 1000, '--milliseconds', 50);
    assert.ok(frames > 0);
    assert.equal(stream.length, frames * 1004);
  });
});

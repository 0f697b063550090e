import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NODE_CONTENDERS } from '../contenders/node-contenders.js';
import { fillPayload } from '../contenders/payload.js';
import { U32BE } from '../contenders/prefix.js';
import { RawClient } from '../testing/raw-client.js';
import { type BenchOutcome, said, startBench } from '../testing/run-bench.js';

/** Runs `use` against an echo-server, which is killed afterwards. */
async function withEchoServer(words: string[], use: (port: number) => Promise<void>): Promise<void> {
  const bench = startBench('echo-server', '--port', '0', ...words);
  try {
    const [, port] = await said(bench.process.stdout, /^\{"event":"listening","port":(\d+)\}\n/);
    await use(Number(port));
    assert.equal(bench.process.exitCode, null, 'it ended by itself');
  } finally {
    bench.process.kill('SIGKILL');
    await bench.outcome;
  }
}

function frameOf(seed: number, size: number): Buffer {
  const payload = Buffer.alloc(size);
  fillPayload(payload, seed);
  return payload;
}

describe('bench echo-server', () => {
  it('echoes on many connections at once, though its standard input is closed', () =>
    withEchoServer([], async (port) => {
      const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(port)));
      for (const [index, client] of clients.entries()) client.sendFrame(frameOf(index + 1, 300_000));
      for (const [index, client] of clients.entries()) {
        assert.ok((await client.frame()).equals(frameOf(index + 1, 300_000)));
        await client.close();
      }
    }));

  it('takes u32be lengths when asked to', () =>
    withEchoServer(['--prefix', 'u32be'], async (port) => {
      const client = await RawClient.connect(port);
      client.sendFrame(frameOf(1, 5000), U32BE);
      assert.ok((await client.frame(U32BE)).equals(frameOf(1, 5000)));
      await client.close();
    }));

  it('ends the connection of a frame over --max-frame-bytes, and serves the next', () =>
    withEchoServer(['--max-frame-bytes', '100'], async (port) => {
      const greedy = await RawClient.connect(port);
      greedy.sendFrame(frameOf(1, 101));
      await greedy.ended();
      const client = await RawClient.connect(port);
      client.sendFrame(frameOf(2, 100));
      assert.ok((await client.frame()).equals(frameOf(2, 100)));
      await client.close();
    }));

  for (const contender of NODE_CONTENDERS) {
    it(`serves by the row ${contender}, also with u32be lengths`, () =>
      withEchoServer(['--contender', contender, '--prefix', 'u32be'], async (port) => {
        const client = await RawClient.connect(port);
        client.sendFrame(frameOf(1, 100_000), U32BE);
        assert.ok((await client.frame(U32BE)).equals(frameOf(1, 100_000)));
        await client.close();
      }));
  }
});

/** Sends `bytes` to a sink and ends the connection. */
async function pour(face: string, ...pieces: Uint8Array[]): Promise<BenchOutcome> {
  const bench = startBench('sink', '--port', '0', '--face', face);
  const [, port] = await said(bench.process.stderr, /listening on 127\.0\.0\.1:(\d+)/);
  const client = await RawClient.connect(Number(port));
  for (const piece of pieces) client.socket.write(piece);
  await client.close();
  return bench.outcome;
}

function framed(payload: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(payload.length);
  return Buffer.concat([header, payload]);
}

for (const face of ['push', 'batches', 'iteration']) {
  describe(`bench sink, face ${face}`, () => {
    it('counts frames and payload bytes of all sizes, prints them on one line and ends', async () => {
      const small = Buffer.concat(Array.from({ length: 50_000 }, (_, index) => framed(Buffer.alloc(index % 40))));
      const { status, stdout, stderr } = await pour(
        face,
        small,
        framed(Buffer.alloc(3_000_000)),
        framed(Buffer.alloc(0)),
      );
      assert.equal(status, 0, stderr);
      assert.equal(stdout.trimEnd().split('\n').length, 1);
      const { frames, bytes, seconds } = JSON.parse(stdout);
      assert.equal(frames, 50_002);
      assert.equal(bytes, (50_000 / 40) * (39 * 20) + 3_000_000);
      assert.ok(seconds > 0);
    });

    it('counts nothing when nothing is sent', async () => {
      const { status, stdout } = await pour(face);
      assert.equal(status, 0);
      assert.equal(JSON.parse(stdout).frames, 0);
    });

    for (const [where, cutBytes] of [
      ['payload', 1],
      ['header', 103],
    ] as const) {
      it(`fails loudly when the sender ends inside a ${where}`, async () => {
        const whole = framed(Buffer.alloc(100));
        const { status, stdout, stderr } = await pour(face, whole, whole.subarray(0, whole.length - cutBytes));
        assert.equal(status, 1);
        assert.equal(stdout, '');
        assert.match(stderr, /after 1 whole frames: .*ended (?:inside a frame|early)/);
      });
    }
  });
}

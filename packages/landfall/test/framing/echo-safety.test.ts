/** Echoing memory that is received into again: a view overwritten before it left would show. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { FramedProtocol, lengthPrefixed, listen, type Server } from 'landfall';
import { frame, patterned } from './frames.js';

let server: Server;

before(async () => {
  const framing = lengthPrefixed({ lengthBytes: 4 });
  server = await listen({ host: '127.0.0.1', port: 0 }, () => {
    return new FramedProtocol({
      framing,
      receiver: {
        frameReceived(memory, start, end, framed) {
          framed.writeFrame(memory.subarray(start, end));
        },
      },
    });
  });
});

after(() => server.closeAll());

/** Sends everything without waiting for an answer, reads slowly, and returns what came back. */
async function echoed(bytes: Buffer, pauseEvery: number): Promise<Buffer> {
  const { port } = server.address as net.AddressInfo;
  const peer = net.connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length % pauseEvery !== 0) return;
    peer.pause();
    setImmediate(() => peer.resume());
  });
  peer.end(bytes);
  await once(peer, 'end');
  return Buffer.concat(chunks);
}

function framesOfSizes(sizes: readonly number[]): Buffer {
  return Buffer.concat(sizes.map((size, i) => frame(patterned(size, i))));
}

test('eight frames of 1 MB sent without waiting for an answer come back intact and in order', async () => {
  const bytes = framesOfSizes(Array.from({ length: 8 }, () => 1_000_000));
  assert.ok((await echoed(bytes, 2)).equals(bytes));
});

test('ten thousand small frames sent without waiting come back intact: views of the scratch are copied in time', async () => {
  const bytes = framesOfSizes(Array.from({ length: 10_000 }, (_, i) => (i * 37) % 6000));
  assert.ok((await echoed(bytes, 1)).equals(bytes));
});

test('frames of mixed sizes on many connections at once come back intact, to readers of different speed', async () => {
  const sizes = [10, 5_000, 40_000, 70_000, 300_000, 0, 1_500_000, 4_096, 33_000, 100];
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const bytes = framesOfSizes([...sizes, ...sizes].map((size) => size + i));
      assert.ok((await echoed(bytes, 1 + (i % 4))).equals(bytes), `connection ${i}`);
    }),
  );
});

/** Frames that a worker thread reads where they landed, without a copy: `node examples/dist/worker.js`. */
import { on } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { BufferPool, connect, FramedProtocol, type Lease, lengthPrefixed, listen } from 'landfall';

/** A frame in shared memory; only this note of where it lies is sent. */
interface FrameAt {
  id: number;
  buffer: SharedArrayBuffer;
  byteOffset: number;
  length: number;
}

if (isMainThread) await receive();
else parentPort!.on('message', addUp);

/** In the worker. */
function addUp({ id, buffer, byteOffset, length }: FrameAt): void {
  const sum = new Uint8Array(buffer, byteOffset, length).reduce((total, byte) => total + byte, 0);
  parentPort!.postMessage({ id, length, sum });
}

async function receive(): Promise<void> {
  const pool = new BufferPool({ shared: true });
  const framing = lengthPrefixed({ lengthBytes: 4 });
  const worker = new Worker(new URL(import.meta.url));
  const answers = on(worker, 'message');
  const held = new Map<number, Lease>();
  let frames = 0;

  const server = await listen({ host: '127.0.0.1', port: 0 }, () => {
    return new FramedProtocol({
      framing,
      pool,
      receiver: {
        frameReceived(_memory, _start, _end, framed) {
          const lease = framed.takeFrame(); // large frames landed in the pool's memory: no copy
          const { buffer, byteOffset, length } = lease.bytes;
          held.set(++frames, lease);
          worker.postMessage({ id: frames, buffer, byteOffset, length });
        },
      },
    });
  });

  const { port } = server.address as AddressInfo;
  const receiver = { frameReceived(): void {} };
  const { transport, protocol } = await connect(
    { host: '127.0.0.1', port },
    () => new FramedProtocol({ framing, receiver }),
  );
  for (const byte of [1, 2, 3]) protocol.writeFrame(new Uint8Array(1_000_000).fill(byte));

  for await (const [{ id, length, sum }] of answers) {
    held.get(id)!.release(); // the next frame may land there
    held.delete(id);
    console.log(`frame ${id}: ${length} bytes, sum ${sum}`);
    if (id === 3) break; // the worker answers in order
  }
  transport.close();
  await server.close();
  await worker.terminate();
}

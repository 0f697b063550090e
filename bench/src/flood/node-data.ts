/** Row `node-data`: `data` events of `node:net`, chunks joined by `Buffer.concat`, a view for every frame. */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { ChunkFrames } from '../contenders/chunk-frames.js';
import { U32BE } from '../contenders/prefix.js';
import { Stopwatch } from '../harness/stopwatch.js';
import { type Counting, countCutShort, type FrameCount } from './counting.js';

/** Counts what `data` events bring. */
export function countFrames(port: number, maxFrameBytes: number): Promise<Counting> {
  return countChunks(port, maxFrameBytes, () => {});
}

/** Likewise; `onFrame` is given every frame, which is its to keep. */
export async function countChunks(
  port: number,
  maxFrameBytes: number,
  onFrame: (payload: Uint8Array) => void,
): Promise<Counting> {
  const server = net.createServer();
  const counted = new Promise<FrameCount>((resolve, reject) => {
    server.once('connection', (socket) => {
      countSocket(socket, maxFrameBytes, onFrame).then(resolve, reject);
      server.close();
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, counted };
}

function countSocket(
  socket: Socket,
  maxFrameBytes: number,
  onFrame: (payload: Uint8Array) => void,
): Promise<FrameCount> {
  const stopwatch = new Stopwatch();
  let frames = 0;
  let bytes = 0;
  const chunks = new ChunkFrames({ prefix: U32BE, maxFrameBytes }, (payload) => {
    frames++;
    bytes += payload.length;
    onFrame(payload);
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(countCutShort(frames, error));
      socket.destroy();
    };
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      try {
        chunks.push(chunk);
      } catch (error) {
        fail(error as Error);
      }
    });
    socket.on('end', () => {
      if (!chunks.isBetweenFrames) return fail(new Error('the peer ended inside a frame'));
      const { bytesReceived, bytesCopied, receives } = chunks;
      resolve({ frames, bytes, ...stopwatch.lap(), bytesReceived, bytesCopied, receives });
    });
  });
}

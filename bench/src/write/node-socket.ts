/** What the writers on `node:net` have in common: a frame is one buffer, and the socket's end is waited for. */
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import type { FrameWriter } from './writing.js';

const HEADER_BYTES = 4;

/** Header and payload joined: what is handed to one `socket.write`. */
export function joinedFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Connects; `writeFrames` writes the frames, and resolves when the socket has taken all of them. */
export async function openSocketWriter(
  port: number,
  writeFrames: (socket: Socket, payload: Uint8Array, frames: number) => Promise<void>,
): Promise<FrameWriter> {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const closed = once(socket.resume(), 'close');
  return {
    async write(payload, frames) {
      await writeFrames(socket, payload, frames);
      socket.end();
      await closed;
    },
  };
}

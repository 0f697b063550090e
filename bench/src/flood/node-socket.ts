/** What the receivers that await a socket of `node:net` have in common: one connection, counted by a loop. */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { Stopwatch } from '../harness/stopwatch.js';
import { type Counting, countCutShort, type FrameCount } from './counting.js';
import type { Tally } from './landfall-stream.js';

/** Takes one connection; `countAll` adds all its frames to the tally, until the socket ends. What it copies and how often it receives is not known. */
export async function countSocketBy(
  port: number,
  countAll: (socket: Socket, tally: Tally) => Promise<void>,
): Promise<Counting> {
  const server = net.createServer();
  const counted = once(server, 'connection').then(async ([socket]: Socket[]): Promise<FrameCount> => {
    if (socket === undefined) throw new Error('a connection without a socket');
    server.close();
    const stopwatch = new Stopwatch();
    const tally: Tally = { frames: 0, bytes: 0 };
    try {
      await countAll(socket, tally);
      return { ...tally, ...stopwatch.lap(), bytesReceived: socket.bytesRead, bytesCopied: null, receives: null };
    } catch (error) {
      throw countCutShort(tally.frames, error as Error);
    } finally {
      socket.destroy();
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, counted };
}

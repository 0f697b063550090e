/** What the rows on `node:net` have in common: each connection is read to its end by a loop or by events. */
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { ReaderOptions } from './reader.js';
import type { Tally } from './tally.js';

/** @param readAll Resolves when the sender has ended and every item is in the tally. */
export async function serveSockets(
  { itemBytes, begin }: ReaderOptions,
  readAll: (socket: Socket, tally: Tally, itemBytes: number) => Promise<void>,
): Promise<number> {
  const server = net.createServer({ noDelay: true }, async (socket) => {
    const sitting = begin();
    const broken = new Promise<never>((_resolve, reject) => socket.on('error', reject));
    try {
      await Promise.race([readAll(socket, sitting.tally, itemBytes), broken]);
      // What Node copies on the way, it does not tell.
      sitting.ended({ bytesReceived: socket.bytesRead, bytesCopied: null });
    } catch (error) {
      sitting.failed(error as Error);
    }
    socket.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

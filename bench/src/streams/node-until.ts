/** Row `node-until`: `for await` over the chunks of a socket of `node:net`, each chunk searched once, they are joined by `Buffer.concat` at the delimiter. */
import type { Socket } from 'node:net';
import { serveSockets } from './node-socket.js';
import type { ServeReader } from './reader.js';
import type { Tally } from './tally.js';

const LINE_FEED = 0x0a;

async function readItems(socket: Socket, tally: Tally): Promise<void> {
  let chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      chunks.push(chunk.subarray(start, at));
      const item = Buffer.concat(chunks);
      tally.view(item, 0, item.length);
      chunks = [];
      start = at + 1;
    }
    if (start < chunk.length) chunks.push(chunk.subarray(start));
  }
  if (chunks.length > 0) throw new Error('the sender ended inside an item');
}

/** Everything up to the delimiter, joined. */
export const serveUntil: ServeReader = (options) => serveSockets(options, readItems);

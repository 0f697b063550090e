/** The rows on `node:readline`, over a socket of `node:net`. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { serveSockets } from './node-socket.js';
import type { ServeReader } from './reader.js';

function linesOf(socket: Socket): Interface {
  return createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY });
}

/** `line` events. */
export const serveEvents: ServeReader = (options) =>
  serveSockets(options, async (socket, tally) => {
    const lines = linesOf(socket);
    lines.on('line', (line) => tally.text(line));
    await once(lines, 'close');
  });

/** `for await`. */
export const serveAwait: ServeReader = (options) =>
  serveSockets(options, async (socket, tally) => {
    for await (const line of linesOf(socket)) tally.text(line);
  });

/** `next()` of its iterator, awaited line by line. */
export const serveNext: ServeReader = (options) =>
  serveSockets(options, async (socket, tally) => {
    const lines = linesOf(socket)[Symbol.asyncIterator]();
    for (let step = await lines.next(); !step.done; step = await lines.next()) tally.text(step.value);
  });

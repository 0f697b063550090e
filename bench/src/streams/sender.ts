/**
 * The sender of every turn, by the contract of bench/README.md:
 *
 *     node sender.js send --task NAME --port P --item-bytes N --verify-items K --milliseconds M
 */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import type { StreamsTask } from '../harness/result.js';
import { Items } from './items.js';

/** So much may wait in the socket: while one piece leaves, the next is there already. Its types do not know the option. */
const SOCKET_OPTIONS = { allowHalfOpen: false, writableHighWaterMark: 4 << 20 };

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/**
 * Sends items over a connection of its own, ends it, and resolves to their number once the reader has ended it too.
 *
 * @param isAsked Whether the reader asks for every item, by a byte.
 * @param wanted How many more items are to be sent, after so many.
 */
async function send(
  port: number,
  items: Items,
  isAsked: boolean,
  wanted: (sentItems: number) => number,
): Promise<number> {
  const socket = new Socket(SOCKET_OPTIONS);
  await once(socket.connect({ host: '127.0.0.1', port, noDelay: true }), 'connect');
  const answers = socket[Symbol.asyncIterator]();
  let sentItems = 0;
  for (let more = wanted(0); more > 0; more = wanted(sentItems)) {
    if (isAsked) await answers.next();
    const batchItems = Math.min(more, items.batchItems);
    for (const piece of items.batch(batchItems)) if (!socket.write(piece)) await once(socket, 'drain');
    sentItems += batchItems;
  }
  socket.end();
  while (!(await answers.next()).done);
  return sentItems;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      task: { type: 'string' },
      port: { type: 'string' },
      'item-bytes': { type: 'string' },
      'verify-items': { type: 'string' },
      milliseconds: { type: 'string' },
    },
  });
  const task = values.task as StreamsTask;
  const port = Number(values.port);
  const items = new Items(task, Number(values['item-bytes']));
  const verifyItems = Number(values['verify-items']);
  once(process.stdin.resume(), 'end').then(() => process.exit(0));
  const isAsked = task === 'idle';
  await send(port, items, isAsked, (sentItems) => verifyItems - sentItems);
  print('verified', { items: verifyItems, digest: items.digest(verifyItems) });
  const endMs = performance.now() + Number(values.milliseconds);
  const isOver = (sentItems: number): boolean => sentItems > 0 && performance.now() >= endMs;
  const sent = await send(port, items, isAsked, (sentItems) => (isOver(sentItems) ? 0 : Number.POSITIVE_INFINITY));
  print('sent', { items: sent });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

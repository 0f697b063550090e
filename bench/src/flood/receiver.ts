/**
 * The program of every Node row of the flood, by the contract of bench/README.md:
 *
 *     node receiver.js NAME receive --port 0 --max-frame-bytes N
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { CollectionWatch } from '../harness/collections.js';
import { loadNodeReceiver } from './node-receivers.js';

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, 'max-frame-bytes': { type: 'string' } },
  });
  const [name = '', role] = positionals;
  const countFrames = await loadNodeReceiver(name);
  if (countFrames === undefined) throw new Error(`no such row: ${name}`);
  if (role !== 'receive') throw new Error(`no such role: ${role ?? 'none'}`);
  const inputEnded = once(process.stdin.resume(), 'end');
  inputEnded.then(() => process.exit(0));
  const { port, counted } = await countFrames(Number(values.port), Number(values['max-frame-bytes']));
  // The sender begins when it hears the port: nothing else is made or collected before.
  const watch = new CollectionWatch();
  print('listening', { port });
  const count = await counted;
  print('received', { ...count, ...(await watch.soFar()) });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/**
 * The program of every row, by the contract of bench/README.md:
 *
 *     node receiver.js NAME receive --item-bytes N
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Stopwatch } from '../harness/stopwatch.js';
import type { Sitting } from './reader.js';
import { loadReader } from './readers.js';
import { Tally } from './tally.js';

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** The first connection: everything into a digest. It warms the row up, too. */
function verifying(): Sitting {
  const tally = new Tally('digest');
  return {
    tally,
    ended: () => print('verified', { items: tally.items, bytes: tally.bytes, digest: tally.hex() }),
    failed: fail,
  };
}

/** The second connection: against the clock. */
function timing(): Sitting {
  const tally = new Tally('count');
  const stopwatch = new Stopwatch();
  return {
    tally,
    ended({ bytesReceived, bytesCopied }) {
      const lap = stopwatch.lap();
      print('received', { items: tally.items, bytes: tally.bytes, ...lap, bytesReceived, bytesCopied });
    },
    failed: (error) => fail(new Error(`after ${tally.items} items: ${error.message}`)),
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'item-bytes': { type: 'string' } },
  });
  const [name = '', role] = positionals;
  const serve = await loadReader(name);
  if (serve === undefined) throw new Error(`no such row: ${name}`);
  if (role !== 'receive') throw new Error(`no such role: ${role ?? 'none'}`);
  once(process.stdin.resume(), 'end').then(() => process.exit(0));
  let sittings = 0;
  const begin = (): Sitting => (sittings++ === 0 ? verifying() : timing());
  print('listening', { port: await serve({ itemBytes: Number(values['item-bytes']), begin }) });
}

try {
  await main();
} catch (error) {
  fail(error as Error);
}

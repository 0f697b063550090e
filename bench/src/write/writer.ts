/**
 * The program of every row of the write suite:
 *
 *     node writer.js NAME --port P --frame-bytes N --frames N
 *
 * It connects to 127.0.0.1, says `{"event":"connected"}`, and writes on the line `run`. The clock runs from before the
 * first write until the receiver, which has counted everything by then, ends the connection:
 * `{"event":"written","seconds":S,"cpuSeconds":S}`. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { fillPayload } from '../contenders/payload.js';
import { Stopwatch } from '../harness/stopwatch.js';
import { loadWriter } from './writers.js';

function print(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string' }, 'frame-bytes': { type: 'string' }, frames: { type: 'string' } },
  });
  const [name = ''] = positionals;
  const openWriter = await loadWriter(name);
  if (openWriter === undefined) throw new Error(`no such row: ${name}`);
  const payload = Buffer.alloc(Number(values['frame-bytes']));
  fillPayload(payload, 1);
  const writer = await openWriter(Number(values.port));
  print('connected', {});
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') throw new Error(`unknown command: ${line}`);
    const stopwatch = new Stopwatch();
    await writer.write(payload, Number(values.frames));
    print('written', stopwatch.lap());
  }
  process.exit(0);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/**
 * The soak's client: `client.js --ports P,Q --connections N --seed N --max-frame-bytes N`, a port for every face. It
 * begins at once and says `{"event":"started"}`. To the line `stats` it says what was exchanged so far and how much
 * memory it holds; on `stop` it lets every connection end in order and says `{"event":"stopped"}` with the same. The
 * first thing that is wrong ends it with status 1 and a line on standard error. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Chance } from './chance.js';
import { Exchange, type ExchangeContext } from './exchange.js';
import { FACES } from './faces.js';
import { FrameMaker } from './frames.js';
import { failProgram, say } from './program.js';

const { values } = parseArgs({
  options: {
    ports: { type: 'string', default: '' },
    connections: { type: 'string' },
    seed: { type: 'string' },
    'max-frame-bytes': { type: 'string' },
  },
});
const ports = values.ports.split(',').map(Number);
const seed = Number(values.seed);
const maxFrameBytes = Number(values['max-frame-bytes']);
const totals = { frames: 0, bytes: 0, opened: 0, aborted: 0 };
const context: ExchangeContext = { maker: new FrameMaker(maxFrameBytes), maxFrameBytes, totals, isStopping: false };
const open = new Set<Exchange>();
let lastId = 0;

/** One connection after the other, on the same face. */
async function keepExchanging(slot: number): Promise<void> {
  const face = FACES[slot % FACES.length];
  const port = ports[slot % FACES.length];
  if (face === undefined || port === undefined) throw new Error('a port for every face is needed');
  while (!context.isStopping) {
    const id = lastId++;
    const exchange = new Exchange(id, new Chance(seed + id), context);
    open.add(exchange);
    await exchange.run(face, port);
    open.delete(exchange);
  }
}

function stats(): object {
  const stalledMs = Math.max(0, ...[...open].map((exchange) => exchange.stalledMs));
  return { ...totals, stalledMs, rssBytes: process.memoryUsage.rss() };
}

const slots = Array.from({ length: Number(values.connections) }, (_, slot) => keepExchanging(slot));
const allEnded = Promise.all(slots).catch(failProgram);
say('started', {});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'stop') {
    context.isStopping = true;
    allEnded.then(() => say('stopped', stats()));
  } else if (line === 'stats') say('stats', stats());
  else failProgram(new Error(`unknown command: ${line}`));
}
process.exit(0);

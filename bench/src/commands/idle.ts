/** `idle`: resident memory of connections that do nothing. */
import type { IdleResult, IdleSide } from '../harness/result.js';
import { saveResult } from '../harness/result-file.js';
import { descriptorLimit, descriptorShortage, runIdle } from '../idle/suite.js';
import { parseOptions, wholeNumber } from './arguments.js';

/** What `--help` says. */
export const idleHelp: string = `idle          resident memory of idle connections, against plain sockets; server and clients in separate processes
  --connections N     (10000)
  --rounds N          the rows alternate in each (3)
  --quick             do not wait until each process has given back the memory of new objects (12 s): noisy
  --json              one JSON object on standard output
  --keep              also write bench/out/results/idle.json`;

/** Runs the command; resolves to the exit status. */
export async function idle(args: string[]): Promise<number> {
  const values = parseOptions(args, {
    connections: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  });
  const connections = wholeNumber('connections', values.connections, 1);
  const rounds = wholeNumber('rounds', values.rounds, 1);
  const shortage = descriptorShortage(connections, descriptorLimit());
  if (shortage !== null) {
    console.error(`bench: the idle suite was NOT RUN: ${shortage}`);
    return 1;
  }
  const result = await runIdle({ connections, rounds, quick: values.quick }, (line) => console.error(line));
  if (values.json) console.log(JSON.stringify(result));
  else for (const side of ['accepted', 'connecting'] as const) console.log(summary(result.results, side));
  if (values.keep) console.error(`kept as ${await saveResult(result)}`);
  return 0;
}

function summary(results: readonly IdleResult[], side: IdleSide): string {
  const of = (contender: string): number =>
    results.find((result) => result.side === side && result.contender === contender)?.bytesPerConnection ?? Number.NaN;
  const [node, landfall] = [of('node'), of('landfall')];
  const ratio = (landfall / node).toFixed(3);
  return `${side}: landfall ${Math.round(landfall)} bytes each, plain sockets ${Math.round(node)}: ${ratio}`;
}

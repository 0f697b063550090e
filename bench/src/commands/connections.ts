/** `connections`: small echoes over many connections at once. */

import { type ConnectionsRun, runConnections } from '../connections/suite.js';
import { connectionsSummary, connectionsTable } from '../connections/table.js';
import { ECHO_CONTENDERS, findContenders } from '../echo/catalogue.js';
import type { ConnectionsOptions, ConnectionsResultFile } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { descriptorLimit, descriptorShortage } from '../idle/suite.js';
import { findSwarm } from '../peers/peers.js';
import { formatCount, formatWhole } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { frameByteCount, parseOptions, wholeNumber, wholeNumbers } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

/** Not all of `echo`: a thread for each connection, which is what `c` is, is no way to have ten thousand of them. */
const DEFAULT_CONTENDERS: readonly string[] = [
  'landfall',
  'landfall-stream',
  'node-data',
  'it-length-prefixed',
  'bun-landfall',
  'deno-landfall',
  'tokio',
  'asyncio-buffered',
  'uvloop-buffered',
];
const MOST_FRAME_BYTES = 65_536;

/** What `--help` says. */
export const connectionsHelp: string = `connections   small frames echoed over many connections at once, one on its way on each; needs \`cc\` and Linux
  --connections N,M   (1,100,1000,10000)
  --frame-bytes N     bytes of payload per frame, at most ${MOST_FRAME_BYTES} (64)
  --milliseconds N    how long each turn is (500)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run, of those of \`echo\` (${DEFAULT_CONTENDERS.slice(0, 4).join(', ')},
                      ${DEFAULT_CONTENDERS.slice(4).join(', ')})
  --quick             1000 connections and 300 ms in each of 3 rounds, where not given
${suiteHelp('connections')}`;

/** Runs the command; resolves to the exit status. */
export async function connections(args: string[]): Promise<number> {
  const { options, asked } = parseConnections(args);
  const shortage = descriptorShortage(Math.max(...options.connections), descriptorLimit());
  if (shortage !== null) {
    console.error(`bench: the connections suite was NOT RUN: ${shortage}`);
    return 1;
  }
  const catalogue = await findContenders(asked.names);
  const swarm = await findSwarm();
  if ('why' in swarm) throw new Error(`NOT RUN: the connections suite needs its client: ${swarm.why}; ${swarm.remedy}`);
  const progress: ConnectionsRun['progress'] = makeTurnProgress(
    (row) => `${row.contender}, ${formatCount(row.connections, 'connection')}`,
    ({ roundTripsPerSec }) => `${formatWhole(roundTripsPerSec)} round trips/s`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: (signal) => runConnections({ options, catalogue, swarm, progress, signal }),
    text: readable,
  });
}

function parseConnections(args: string[]): { options: ConnectionsOptions; asked: Asked } {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    connections: { type: 'string' },
    'frame-bytes': { type: 'string', default: '64' },
    milliseconds: { type: 'string' },
  });
  return {
    options: {
      connections: wholeNumbers('connections', values.connections ?? (values.quick ? '1000' : '1,100,1000,10000'), 1),
      frameBytes: frameByteCount('frame-bytes', values['frame-bytes'], 0, MOST_FRAME_BYTES),
      seconds: wholeNumber('milliseconds', values.milliseconds ?? (values.quick ? '300' : '500'), 1) / 1000,
      rounds: wholeNumber('rounds', values.rounds ?? (values.quick ? '3' : '5'), 1),
    },
    asked: askedOf(values, ECHO_CONTENDERS, DEFAULT_CONTENDERS),
  };
}

function readable(result: ConnectionsResultFile): string {
  const tables = result.options.connections.map(
    (count) => `${formatCount(count, 'connection')}\n${textTable(connectionsTable(result, count))}`,
  );
  return `${tables.join('\n\n')}\n${connectionsSummary(result)}`;
}

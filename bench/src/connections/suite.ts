/**
 * The connections suite: many connections to one server, each with one small frame on its way. How many frames come back
 * in a second, and what a connection costs of memory.
 */
import type { EchoCatalogue, EchoContender } from '../echo/catalogue.js';
import { numberField, type ProgramCommand } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { residentBytes, usageOf } from '../harness/process-usage.js';
import type {
  ConnectionsOptions,
  ConnectionsResult,
  ConnectionsResultFile,
  ConnectionsSample,
  Method,
} from '../harness/result.js';
import { foldRoundTrips, timeRoundTrips } from '../harness/round-trips.js';
import { median, rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';

/** One row with one number of connections, and what it showed so far. */
interface ConnectionsRow {
  contender: string;
  program: EchoContender;
  connections: number;
  samples: ConnectionsSample[];
}

/** What a run needs. */
export interface ConnectionsRun extends RunContext<ConnectionsRow, ConnectionsSample> {
  options: ConnectionsOptions;
  catalogue: EchoCatalogue;
  /** The C program that opens the connections. */
  swarm: ProgramCommand;
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'One frame on each connection, and then echoes for a quarter of the time.',
  clock: "The C client's, from its first frame until its last answer.",
  figures: MEDIANS,
  verified: 'Every byte of every answer is compared, inside the clock.',
  usage:
    "Processor time is the server's between the clock's ends. Memory of a connection: the server's resident size when all of them have echoed, above that without any, divided by their number. Both from /proc.",
};

const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 10_000;
const SLOWEST_MS_PER_CONNECTION = 10;
/** With fewer, what the server needs for itself is most of the difference. */
const LEAST_WEIGHED_CONNECTIONS = 100;

/** Runs the suite. Rows with the same number of connections are neighbours in a round. */
export function runConnections(run: ConnectionsRun): Promise<ConnectionsResultFile> {
  const { options, catalogue, progress, signal } = run;
  const rows = options.connections.flatMap((connections) =>
    catalogue.found.map((program): ConnectionsRow => {
      return { contender: program.contender, program, connections, samples: [] };
    }),
  );
  return runSuite({
    suite: 'connections',
    method: METHOD,
    options,
    rows,
    missing: catalogue.missing,
    measure: ({ contender: row, round }) => measure(row, round, run),
    resultOf: (row) => resultOf(row, options),
    progress,
    signal,
  });
}

function measure(
  { contender, program, connections }: ConnectionsRow,
  round: number,
  { options, swarm, signal }: ConnectionsRun,
): Promise<ConnectionsSample> {
  const frameBytes = String(options.frameBytes);
  const milliseconds = Math.round(options.seconds * 1000);
  return withChildren(signal, async (start) => {
    const serverArgs = ['server', '--port', '0', '--prefix', 'u64le', '--max-frame-bytes', frameBytes];
    const server = start(`${contender} server`, { ...program, args: [...program.args, ...serverArgs] });
    const port = numberField(await server.event('listening', START_DEADLINE_MS), 'port');
    const idleBytes = usageOf(residentBytes, server);
    const clientArgs = ['--port', String(port), '--frame-bytes', frameBytes, '--connections', String(connections)];
    const client = start(`client of ${contender}`, { ...swarm, args: [...swarm.args, ...clientArgs] });
    const timeoutMs = START_DEADLINE_MS + connections * SLOWEST_MS_PER_CONNECTION + milliseconds;
    client.send('connect');
    await client.event('connected', timeoutMs);
    client.send(`run ${Math.ceil(milliseconds / 4)}`);
    await client.event('ran', timeoutMs);
    const { sample } = await timeRoundTrips(round, server, async () => {
      client.send(`run ${milliseconds}`);
      const ran = await client.event('ran', timeoutMs);
      return { frames: numberField(ran, 'frames'), seconds: numberField(ran, 'seconds') };
    });
    const bytes = usageOf(residentBytes, server);
    await client.end(END_DEADLINE_MS);
    await server.end(END_DEADLINE_MS);
    const isWeighed = connections >= LEAST_WEIGHED_CONNECTIONS && bytes !== null && idleBytes !== null;
    return { ...sample, bytesPerConnection: isWeighed ? rounded((bytes - idleBytes) / connections) : null };
  });
}

function resultOf(
  { contender, program, connections, samples }: ConnectionsRow,
  { frameBytes }: ConnectionsOptions,
): ConnectionsResult {
  const bytes = samples.map(({ bytesPerConnection }) => bytesPerConnection).filter((each) => each !== null);
  return {
    contender,
    connections,
    frameBytes,
    ...foldRoundTrips(samples),
    bytesPerConnection: bytes.length === 0 ? null : rounded(median(bytes)),
    samples,
    runtime: program.runtime,
  };
}

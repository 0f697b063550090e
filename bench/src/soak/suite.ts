/** The soak: a server and a client exchange frames for a while, and their memory is looked at every second. */
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, numberField, type ProgramCommand, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { FACES } from './faces.js';
import { type MemoryTrend, memoryTrend } from './memory.js';

/** How long, and how much at a time. */
export interface SoakOptions {
  seconds: number;
  connections: number;
  seed: number;
}

/** What was exchanged so far. */
export interface SoakTotals {
  /** There and back. */
  frames: number;
  /** Of payload, in one direction. */
  bytes: number;
  /** Connections opened, and aborted on purpose. */
  opened: number;
  aborted: number;
}

/** Where a run stands. */
export interface SoakMoment {
  atSeconds: number;
  totals: SoakTotals;
  serverRssBytes: number;
  clientRssBytes: number;
}

/** What a whole run showed. A trend is null when the run was too short for one. */
export interface SoakOutcome {
  totals: SoakTotals;
  server: MemoryTrend | null;
  client: MemoryTrend | null;
}

/** What a run needs. */
export interface SoakRun {
  options: SoakOptions;
  /** Called every second. */
  tell(moment: SoakMoment): void;
  /** Ends the run, which then has no outcome. */
  signal: AbortSignal;
}

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
const CLIENT = fileURLToPath(new URL('./client.js', import.meta.url));
const MAX_FRAME_BYTES = 4_000_000;
const SAMPLE_MS = 1000;
/** A process that takes so long to answer hangs. */
const ANSWER_DEADLINE_MS = 30_000;
/** A connection that waits so long for a frame hangs. */
const STALL_MS = 30_000;
const STOP_DEADLINE_MS = 60_000;

/**
 * Runs it to its end.
 *
 * @throws {Error} A frame was lost, doubled, exchanged or spoiled, or something hung.
 */
export function runSoak(run: SoakRun): Promise<SoakOutcome> {
  return withChildren(run.signal, async (start) => {
    const server = start('the server', program(SERVER));
    const ports: number[] = [];
    for (const _ of FACES) ports.push(numberField(await server.event('listening', ANSWER_DEADLINE_MS), 'port'));
    const client = start('the client', program(CLIENT, '--ports', ports.join(','), ...clientArgs(run.options)));
    await client.event('started', ANSWER_DEADLINE_MS);
    const moments = await watch(server, client, run);
    client.send('stop');
    const totals = totalsOf(await client.event('stopped', STOP_DEADLINE_MS));
    await client.end(ANSWER_DEADLINE_MS);
    await server.end(ANSWER_DEADLINE_MS);
    return {
      totals,
      server: memoryTrend(moments.map(({ atSeconds, serverRssBytes: rssBytes }) => ({ atSeconds, rssBytes }))),
      client: memoryTrend(moments.map(({ atSeconds, clientRssBytes: rssBytes }) => ({ atSeconds, rssBytes }))),
    };
  });
}

function program(path: string, ...args: string[]): ProgramCommand {
  return { command: process.execPath, args: [path, ...args] };
}

function clientArgs({ connections, seed }: SoakOptions): string[] {
  return ['--connections', connections, '--seed', seed, '--max-frame-bytes', MAX_FRAME_BYTES].map(String);
}

/** Looks at both processes every second until the time is over. */
async function watch(server: Child, client: Child, { options, tell, signal }: SoakRun): Promise<SoakMoment[]> {
  const startedMs = performance.now();
  const moments: SoakMoment[] = [];
  for await (const _ of setInterval(SAMPLE_MS, undefined, { signal })) {
    const [serverStats, clientStats] = await Promise.all([server, client].map(askStats));
    if (serverStats === undefined || clientStats === undefined) throw new Error('two programs, two answers');
    if (numberField(clientStats, 'stalledMs') > STALL_MS) {
      throw new Error(`a connection has waited for a frame for more than ${STALL_MS / 1000} s`);
    }
    const moment = {
      atSeconds: (performance.now() - startedMs) / 1000,
      totals: totalsOf(clientStats),
      serverRssBytes: numberField(serverStats, 'rssBytes'),
      clientRssBytes: numberField(clientStats, 'rssBytes'),
    };
    moments.push(moment);
    tell(moment);
    if (moment.atSeconds >= options.seconds) break;
  }
  return moments;
}

function askStats(child: Child): Promise<ProgramEvent> {
  child.send('stats');
  return child.event('stats', ANSWER_DEADLINE_MS);
}

function totalsOf(event: ProgramEvent): SoakTotals {
  return {
    frames: numberField(event, 'frames'),
    bytes: numberField(event, 'bytes'),
    opened: numberField(event, 'opened'),
    aborted: numberField(event, 'aborted'),
  };
}

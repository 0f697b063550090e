/** The soak: a server and a client exchange frames for a while, and their memory is looked at every second. */
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Child, numberField, type ProgramCommand, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { describeMachine } from '../harness/machine.js';
import { type MemorySample, type MemoryTrend, memoryTrend } from '../harness/memory-trend.js';
import type { Method, SuiteResult } from '../harness/result.js';
import { FACES } from './faces.js';

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

/** One process of the soak: its memory, which has no trend when the run was too short for one. */
interface SoakResult {
  contender: 'server' | 'client';
  trend: MemoryTrend | null;
  samples: MemorySample[];
  runtime: string;
}

/** A run of the soak. */
export interface SoakResultFile extends SuiteResult<'soak', SoakOptions, SoakResult> {
  totals: SoakTotals;
}

/** What a run needs. */
export interface SoakRun {
  options: SoakOptions;
  /** Called every second. */
  tell(moment: SoakMoment): void;
  /** Ends the run; what was seen until then is in the result. */
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

const METHOD: Method = {
  order: 'One server and one client, over many connections at once.',
  warmUp: 'The first fifth of the samples is left out of the trend.',
  clock: 'The time of the run.',
  figures: 'A trend compares the median, and the least, of the first and the last third of the samples.',
  verified: 'Every byte of every answer is compared with what was sent.',
  usage: 'Each process tells its own resident size, every second.',
};

/**
 * Runs it to its end, or until its signal fires.
 *
 * @throws {Error} A frame was lost, doubled, exchanged or spoiled, or something hung.
 */
export async function runSoak(run: SoakRun): Promise<SoakResultFile> {
  const startedAt = new Date().toISOString();
  const moments: SoakMoment[] = [];
  let totals: SoakTotals | undefined;
  try {
    totals = await exchange(run, moments);
  } catch (error) {
    // The programs were killed, and whatever waited for them has failed of that.
    if (!run.signal.aborted) throw error;
  }
  return {
    suite: 'soak',
    machine: await describeMachine(),
    startedAt,
    method: METHOD,
    options: run.options,
    results: [
      resultOf('server', moments, ({ serverRssBytes }) => serverRssBytes),
      resultOf('client', moments, ({ clientRssBytes }) => clientRssBytes),
    ],
    missing: [],
    failed: [],
    interrupted: totals === undefined,
    totals: totals ?? moments.at(-1)?.totals ?? { frames: 0, bytes: 0, opened: 0, aborted: 0 },
  };
}

function resultOf(
  contender: SoakResult['contender'],
  moments: readonly SoakMoment[],
  rssBytesOf: (moment: SoakMoment) => number,
): SoakResult {
  const samples = moments.map((moment) => ({ atSeconds: moment.atSeconds, rssBytes: rssBytesOf(moment) }));
  return { contender, trend: memoryTrend(samples), samples, runtime: `node ${process.versions.node}` };
}

/** Starts both processes, adds to `moments` every second, and resolves to what was exchanged in the end. */
function exchange(run: SoakRun, moments: SoakMoment[]): Promise<SoakTotals> {
  return withChildren(run.signal, async (start) => {
    const server = start('the server', program(SERVER));
    const ports: number[] = [];
    for (const _ of FACES) ports.push(numberField(await server.event('listening', ANSWER_DEADLINE_MS), 'port'));
    const client = start('the client', program(CLIENT, '--ports', ports.join(','), ...clientArgs(run.options)));
    await client.event('started', ANSWER_DEADLINE_MS);
    await watch(server, client, run, moments);
    client.send('stop');
    const totals = totalsOf(await client.event('stopped', STOP_DEADLINE_MS));
    await client.end(ANSWER_DEADLINE_MS);
    await server.end(ANSWER_DEADLINE_MS);
    return totals;
  });
}

function program(path: string, ...args: string[]): ProgramCommand {
  return { command: process.execPath, args: [path, ...args] };
}

function clientArgs({ connections, seed }: SoakOptions): string[] {
  return ['--connections', connections, '--seed', seed, '--max-frame-bytes', MAX_FRAME_BYTES].map(String);
}

/** Looks at both processes every second until the time is over. */
async function watch(
  server: Child,
  client: Child,
  { options, tell, signal }: SoakRun,
  moments: SoakMoment[],
): Promise<void> {
  const startedMs = performance.now();
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

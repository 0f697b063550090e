/**
 * One turn of one row: a server and a client are started, frames are verified outside the clock, frames run against it,
 * and both processes are asked what they received and measured before they end. A turn leaves no process behind.
 */
import { type Child, numberField, type ProgramCommand, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import type { Copies } from '../harness/copies.js';
import { type CpuTimes, cpuTimes, peakResidentBytes, residentBytes, usageOf } from '../harness/process-usage.js';
import { rounded, sumOfKnown } from '../harness/statistics.js';
import { type WorkCounts, workBetween, workCounts } from '../harness/work.js';

/** What to run. */
export interface PairOptions {
  name: string;
  server: ProgramCommand;
  client: ProgramCommand;
  frameBytes: number;
  /** Frames compared byte by byte before the clock starts. */
  verifyFrames: number;
  /** Frames behind them that are echoed in the same way as the timed ones, without the clock. */
  warmUpFrames: number;
  /** Timed frames. */
  frames: number;
  /** The folder of `certificate.pem` and `key.pem`: both ends encrypt then. */
  tlsFolder?: string | undefined;
  /** Ends both processes at once. */
  signal: AbortSignal;
}

/** What one turn showed. */
export interface PairMeasurement extends WorkCounts {
  seconds: number;
  /** Of both ends together, as is the user time. */
  cpuSeconds: number | null;
  userSeconds: number | null;
  idleRssBytes: number | null;
  peakRssBytes: number | null;
  clientPeakRssBytes: number | null;
  /** Of both ends together. */
  bytesReceived: number;
  bytesCopied: number | null;
}

const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 10_000;
/** A hundredth of what the slowest row does: slower than that, something hangs. */
const SLOWEST_BYTES_PER_MS = 2000;
const SLOWEST_MS_PER_FRAME = 20;

/** Runs one turn. */
export async function runPair(options: PairOptions): Promise<PairMeasurement> {
  return withChildren(options.signal, (start) =>
    measure(options, (role, program, args) => {
      const frames = ['--prefix', 'u64le', '--max-frame-bytes', String(options.frameBytes)];
      const tls = options.tlsFolder === undefined ? [] : ['--tls', options.tlsFolder];
      return start(`${options.name} ${role}`, {
        ...program,
        args: [...program.args, role, ...args, ...frames, ...tls],
      });
    }),
  );
}

async function measure(
  options: PairOptions,
  start: (role: string, program: ProgramCommand, args: string[]) => Child,
): Promise<PairMeasurement> {
  const server = start('server', options.server, ['--port', '0']);
  const port = numberField(await server.event('listening', START_DEADLINE_MS), 'port');
  const idleRssBytes = usageOf(residentBytes, server);
  const client = start('client', options.client, ['--port', String(port), '--frame-bytes', String(options.frameBytes)]);
  await client.event('connected', START_DEADLINE_MS);

  const verifyMs = deadlineMs(options.frameBytes, options.verifyFrames);
  client.send(`verify ${options.verifyFrames}`);
  await client.event('verified', verifyMs);

  const runMs = deadlineMs(options.frameBytes, Math.max(options.warmUpFrames, options.frames));
  client.send(`run ${options.warmUpFrames}`);
  await client.event('ran', runMs);
  await client.event('checked', runMs);

  const workBefore = workCounts(await statsOf(server));
  const cpuBefore = cpuOf(server, client);
  client.send(`run ${options.frames}`);
  const ran = await client.event('ran', runMs);
  const cpuAfter = cpuOf(server, client);
  await client.event('checked', runMs);

  const serverStats = await statsOf(server);
  const traffic = [serverStats, await statsOf(client)].map(trafficIn);
  const measurement: PairMeasurement = {
    seconds: numberField(ran, 'seconds'),
    ...cpuBetween(cpuBefore, cpuAfter),
    // Of the server alone, whatever its client counts.
    ...workBetween(workBefore, workCounts(serverStats)),
    idleRssBytes,
    peakRssBytes: usageOf(peakResidentBytes, server),
    clientPeakRssBytes: usageOf(peakResidentBytes, client),
    bytesReceived: traffic.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0),
    bytesCopied: sumOfKnown(traffic.map(({ bytesCopied }) => bytesCopied)),
  };
  await client.end(END_DEADLINE_MS);
  await server.end(END_DEADLINE_MS);
  return measurement;
}

/** User and system time of both ends together. */
function cpuOf(server: Child, client: Child): CpuTimes | null {
  const [one, other] = [usageOf(cpuTimes, server), usageOf(cpuTimes, client)];
  if (one === null || other === null) return null;
  return {
    userSeconds: one.userSeconds + other.userSeconds,
    systemSeconds: one.systemSeconds + other.systemSeconds,
  };
}

function cpuBetween(
  before: CpuTimes | null,
  after: CpuTimes | null,
): Pick<PairMeasurement, 'cpuSeconds' | 'userSeconds'> {
  if (before === null || after === null) return { cpuSeconds: null, userSeconds: null };
  const userSeconds = after.userSeconds - before.userSeconds;
  const cpuSeconds = userSeconds + after.systemSeconds - before.systemSeconds;
  return { cpuSeconds: rounded(cpuSeconds), userSeconds: rounded(userSeconds) };
}

function statsOf(child: Child): Promise<ProgramEvent> {
  child.send('stats');
  return child.event('stats', START_DEADLINE_MS);
}

function trafficIn(stats: ProgramEvent): Copies {
  return {
    bytesReceived: numberField(stats, 'bytesReceived'),
    bytesCopied: stats.bytesCopied === null ? null : numberField(stats, 'bytesCopied'),
  };
}

function deadlineMs(frameBytes: number, frames: number): number {
  return START_DEADLINE_MS + frames * (SLOWEST_MS_PER_FRAME + frameBytes / SLOWEST_BYTES_PER_MS);
}

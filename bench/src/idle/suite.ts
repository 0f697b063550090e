/** The idle suite: what a connection that does nothing holds of memory, on the accepted and on the connecting side. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Child, numberField, type ProgramCommand } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import { residentBytes, usageOf } from '../harness/process-usage.js';
import type { ConnectionSample, IdleOptions, IdleResult, IdleResultFile, IdleSide, Method } from '../harness/result.js';
import { median, rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';

/** The rows. */
export const IDLE_CONTENDERS: readonly string[] = ['node', 'landfall'];
/** What the end that is not measured is. */
const PLAIN = 'node';
const ENDPOINT = fileURLToPath(new URL('./endpoint.js', import.meta.url));
const DEADLINE_MS = 120_000;
/** What a process keeps of the memory that new objects are made in, once it has given back the rest. */
const YOUNG_BYTES_MAX = 1024 * 1024;
/** Descriptors that a process needs besides its connections. */
const OTHER_DESCRIPTORS = 64;

/** How many descriptors a process may have open; null where the system does not tell. */
export function descriptorLimit(): number | null {
  if (process.platform !== 'linux') return null;
  const match = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\d+|unlimited)/m);
  return match?.[1] === undefined || match[1] === 'unlimited' ? null : Number(match[1]);
}

/** What is wrong with so many connections under this limit; null when nothing is. */
export function descriptorShortage(connections: number, limit: number | null): string | null {
  const needed = connections + OTHER_DESCRIPTORS;
  if (limit === null || limit >= needed) return null;
  return (
    `${connections} connections need ${needed} file descriptors in one process, and the limit is ${limit}: ` +
    `raise it (ulimit -n ${needed}), or ask for fewer with --connections`
  );
}

/** One row on one side, and what it showed so far. */
interface IdleRow {
  contender: string;
  side: IdleSide;
  samples: ConnectionSample[];
}

/** What a run needs. */
export interface IdleRun extends RunContext<IdleRow, ConnectionSample> {
  options: IdleOptions;
  contenders: readonly string[];
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp: 'None.',
  clock: 'There is none.',
  figures: MEDIANS,
  verified: 'The measured process says how many connections it has.',
  usage:
    'Resident size without connections and with all of them, each time after the garbage was collected; the difference is divided by their number.',
};

/** Measures all rows on both sides, alternating. */
export function runIdle({ options, contenders, progress, signal }: IdleRun): Promise<IdleResultFile> {
  const rows = (['accepted', 'connecting'] as const).flatMap((side) =>
    contenders.map((contender): IdleRow => ({ contender, side, samples: [] })),
  );
  return runSuite({
    suite: 'idle',
    method: METHOD,
    options,
    rows,
    missing: [],
    measure: async ({ contender: row, round }) => ({ round, ...(await measure(row, options, signal)) }),
    resultOf: (row) => resultOf(row, options.connections),
    progress,
    signal,
  });
}

function resultOf({ contender, side, samples }: IdleRow, connections: number): IdleResult {
  const bytes = samples.map(({ bytesPerConnection }) => bytesPerConnection);
  return {
    contender,
    side,
    connections,
    bytesPerConnection: rounded(median(bytes)),
    bytesPerConnectionMin: Math.min(...bytes),
    bytesPerConnectionMax: Math.max(...bytes),
    samples,
    runtime: `node ${process.versions.node}`,
  };
}

function measure(
  { contender, side }: IdleRow,
  { connections, quick }: IdleOptions,
  signal: AbortSignal,
): Promise<Omit<ConnectionSample, 'round'>> {
  return withChildren(signal, async (start) => {
    const server = start('idle server', endpoint('server', side === 'accepted' ? contender : PLAIN));
    const port = numberField(await server.event('listening', DEADLINE_MS), 'port');
    const clientArgs = ['client', side === 'connecting' ? contender : PLAIN, String(connections), String(port)];
    const client = start('idle client', endpoint(...clientArgs));
    await client.event('ready', DEADLINE_MS);
    const measured = side === 'accepted' ? server : client;
    const before = await settled(measured, 0, quick);
    client.send('open');
    await client.event('connected', DEADLINE_MS);
    const after = await settled(measured, connections, quick);
    return {
      bytesPerConnection: rounded((after.rssBytes - before.rssBytes) / connections),
      isSettled: before.isSettled && after.isSettled,
    };
  });
}

function endpoint(...args: string[]): ProgramCommand {
  return { command: process.execPath, args: ['--expose-gc', ENDPOINT, ...args] };
}

async function settled(
  child: Child,
  connections: number,
  isQuick: boolean,
): Promise<{ rssBytes: number; isSettled: boolean }> {
  child.send(isQuick ? 'settle quickly' : 'settle');
  const event = await child.event('settled', DEADLINE_MS);
  const actual = numberField(event, 'connections');
  if (actual !== connections) throw new Error(`${actual} connections stand, not ${connections}`);
  const rssBytes = usageOf(residentBytes, child);
  if (rssBytes === null) throw new Error('this system does not tell the resident size of a process');
  return { rssBytes, isSettled: isQuick || numberField(event, 'youngBytes') <= YOUNG_BYTES_MAX };
}

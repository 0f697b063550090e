/** The idle suite: what a connection that does nothing holds of memory, on the accepted and on the connecting side. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Child, numberField } from '../harness/child.js';
import { describeMachine } from '../harness/machine.js';
import { residentBytes } from '../harness/process-usage.js';
import type { IdleOptions, IdleResult, IdleResultFile, IdleSide } from '../harness/result.js';
import { median, rounded } from '../harness/statistics.js';

const IDLE_KINDS = ['node', 'landfall'] as const;
type Tell = (line: string) => void;

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

/** Measures both rows on both sides, alternating, and tells of each measurement. */
export async function runIdle(options: IdleOptions, tell: Tell): Promise<IdleResultFile> {
  const startedAt = new Date().toISOString();
  const { connections, rounds, quick } = options;
  const results = (['accepted', 'connecting'] as const).flatMap((side) =>
    IDLE_KINDS.map((contender): IdleResult => ({ contender, side, connections, bytesPerConnection: 0, samples: [] })),
  );
  for (let round = 0; round < rounds; round++) {
    for (const result of results) {
      const bytes = rounded(await measure(result.contender, result.side, connections, quick, tell));
      result.samples.push(bytes);
      result.bytesPerConnection = rounded(median(result.samples));
      tell(`round ${round + 1} of ${rounds}: ${result.contender}, ${result.side}: ${Math.round(bytes)} bytes each`);
    }
  }
  return { suite: 'idle', machine: await describeMachine(), startedAt, options, results };
}

async function measure(
  kind: IdleResult['contender'],
  side: IdleSide,
  connections: number,
  isQuick: boolean,
  tell: Tell,
): Promise<number> {
  const server = start('server', side === 'accepted' ? kind : 'node');
  let client: Child | undefined;
  try {
    const port = numberField(await server.event('listening', DEADLINE_MS), 'port');
    client = start('client', side === 'connecting' ? kind : 'node', String(connections), String(port));
    await client.event('ready', DEADLINE_MS);
    const measured = side === 'accepted' ? server : client;
    const before = await settledBytes(measured, 0, isQuick, tell);
    client.send('open');
    await client.event('connected', DEADLINE_MS);
    return ((await settledBytes(measured, connections, isQuick, tell)) - before) / connections;
  } finally {
    await client?.end(DEADLINE_MS);
    await server.end(DEADLINE_MS);
  }
}

function start(...args: string[]): Child {
  return new Child(`idle ${args[0]}`, { command: process.execPath, args: ['--expose-gc', ENDPOINT, ...args] });
}

async function settledBytes(child: Child, connections: number, isQuick: boolean, tell: Tell): Promise<number> {
  child.send(isQuick ? 'settle quickly' : 'settle');
  const settled = await child.event('settled', DEADLINE_MS);
  const actual = numberField(settled, 'connections');
  if (!isQuick && numberField(settled, 'youngBytes') > YOUNG_BYTES_MAX)
    tell('the next figure is too high: the process has not given back the memory of new objects; is the machine busy?');
  if (actual !== connections) throw new Error(`${actual} connections stand, not ${connections}`);
  const bytes = child.pid === undefined ? null : residentBytes(child.pid);
  if (bytes === null) throw new Error('this system does not tell the resident size of a process');
  return bytes;
}

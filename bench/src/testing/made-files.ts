/** A result file of every suite with few rows, for tests of what is drawn from them. */
import { foldRates, rateSample } from '../harness/rates.js';
import type {
  ConnectionsResultFile,
  EchoResult,
  EchoResultFile,
  FloodResultFile,
  IdleResultFile,
  MemoryResultFile,
  PingResultFile,
  PostgresResultFile,
  RateResult,
  ResultFile,
  StreamsResultFile,
  TlsResultFile,
  Work,
  WriteResultFile,
} from '../harness/result.js';
import { MADE_MACHINE, MADE_METHOD, UNKNOWN_WORK } from './made-results.js';

const ROUNDS = [0, 1, 2];
const RUN = {
  machine: MADE_MACHINE,
  method: MADE_METHOD,
  startedAt: '2026-11-23T07:40:00.000Z',
  missing: [],
  failed: [],
  interrupted: false,
};

const WORK: Work = {
  userCpuShare: 0.25,
  receivesPerFrame: 12.5,
  writesPerFrame: 1,
  collectionsPerGB: 3.25,
  collectionMsPerGB: 1234,
};

/** A row of the echo suite whose rounds are 1 % below, at, and 1 % above a throughput. */
export function madeEcho(contender: string, mbPerSec: number, frameBytes = 3_000_000): EchoResult {
  const samples = ROUNDS.map((round) => {
    const rate = mbPerSec * (0.99 + round / 100);
    return { round, frames: 2, seconds: (2 * frameBytes) / rate / 1e6, mbPerSec: rate, cpuSeconds: 0.5 };
  });
  return {
    contender,
    frameBytes,
    frames: 6,
    verifiedFrames: 2,
    mbPerSec,
    mbPerSecMin: mbPerSec * 0.99,
    mbPerSecMax: mbPerSec * 1.01,
    samples,
    cpuSecPerGB: 1.25,
    idleRssBytes: 40_000_000,
    peakRssBytes: 50_000_000,
    clientPeakRssBytes: 60_000_000,
    copiedBytesPerByte: 0.5,
    ...WORK,
    runtime: 'node 20.20.2',
  };
}

/** A run of the echo suite. */
export function madeEchoFile(changes: Partial<EchoResultFile> = {}): EchoResultFile {
  return {
    ...RUN,
    suite: 'echo',
    options: { frameBytes: 3_000_000, frames: 6, rounds: 3, client: 'same' },
    results: [madeEcho('landfall', 1234), madeEcho('node-data', 500), madeEcho('c', 2000)],
    thread2017: [{ contender: 'tornado-read-into', mbPerSec: 950, note: 'a note of its own' }],
    ...changes,
  };
}

/** The figures of a row that passes so many frames a second. */
function madeRate(contender: string, framesPerSec: number, frameBytes: number): RateResult & { contender: string } {
  const samples = ROUNDS.map((round) =>
    rateSample(round, framesPerSec * (0.99 + round / 100), { seconds: 1, cpuSeconds: 0.5 }),
  );
  return { contender, runtime: 'node 20.20.2', ...foldRates(samples, frameBytes) };
}

/** A run of the flood at two sizes. */
export function madeFloodFile(changes: Partial<FloodResultFile> = {}): FloodResultFile {
  const row = { ratioToC: 0.5, ratioToGo: null, copiedBytesPerByte: 0.001, ...WORK, writesPerFrame: null };
  const at = (frameBytes: number): FloodResultFile['results'] => [
    { ...madeRate('landfall', 1e9 / frameBytes, frameBytes), ...row },
    { ...madeRate('node-data', 2e8 / frameBytes, frameBytes), ...row },
    { ...madeRate('c', 2e9 / frameBytes, frameBytes), ...row, ...UNKNOWN_WORK, copiedBytesPerByte: null },
  ];
  return {
    ...RUN,
    suite: 'flood',
    options: { frameBytes: [16, 1000], amount: { seconds: 2 }, rounds: 3 },
    results: [...at(16), ...at(1000)],
    ...changes,
  };
}

/** One run of every suite. */
export function madeFiles(): ResultFile[] {
  return [
    madeEchoFile(),
    madeFloodFile(),
    connectionsFile(),
    pingFile(),
    streamsFile(),
    writeFile(),
    memoryFile(),
    idleFile(),
    tlsFile(),
    madePostgresFile(),
  ];
}

function connectionsFile(): ConnectionsResultFile {
  const row = (contender: string, connections: number): ConnectionsResultFile['results'][number] => ({
    ...ROUND_TRIPS,
    contender,
    connections,
    bytesPerConnection: connections < 100 ? null : 20_000,
    samples: ROUNDS.map((round) => ({
      ...ROUND_TRIP_SAMPLE,
      round,
      bytesPerConnection: connections < 100 ? null : 20_000,
    })),
  });
  const results = ['landfall', 'tokio'].flatMap((name) => [row(name, 1), row(name, 100)]);
  return {
    ...RUN,
    suite: 'connections',
    options: { connections: [1, 100], frameBytes: 64, seconds: 0.5, rounds: 3 },
    results,
  };
}

const ROUND_TRIPS = {
  frameBytes: 64,
  frames: 3000,
  roundTripsPerSec: 40_000,
  roundTripsPerSecMin: 30_000,
  roundTripsPerSecMax: 50_000,
  cpuMicrosPerRoundTrip: 15,
  peakRssBytes: 50_000_000,
  runtime: 'node 20.20.2',
};
const ROUND_TRIP_SAMPLE = {
  frames: 1000,
  seconds: 0.025,
  roundTripsPerSec: 40_000,
  cpuSeconds: 0.015,
  peakRssBytes: 50_000_000,
};

function pingFile(): PingResultFile {
  const latency = { p50Micros: 19, p90Micros: 26, p99Micros: 99, p999Micros: 507, maxMicros: 3640 };
  const row = (contender: string): PingResultFile['results'][number] => ({
    ...ROUND_TRIPS,
    contender,
    latency,
    samples: ROUNDS.map((round) => ({ ...ROUND_TRIP_SAMPLE, round, p50Micros: 19, p99Micros: 99 })),
  });
  return {
    ...RUN,
    suite: 'ping',
    options: { frameBytes: 64, frames: 1000, rounds: 3 },
    results: [row('landfall'), row('c')],
  };
}

function streamsFile(): StreamsResultFile {
  const row = (contender: string, rate: number): StreamsResultFile['results'][number] => ({
    ...madeRate(contender, rate, 100),
    task: 'lines',
    ratios: {},
    costToSmallest: null,
    copiedBytesPerByte: 0,
  });
  return {
    ...RUN,
    suite: 'streams',
    options: { sizes: { lines: [100] }, seconds: 1, rounds: 3 },
    results: [row('landfall-offset', 7e6), row('readline-events', 1.5e6), row('unsplit', 2e7)],
  };
}

function writeFile(): WriteResultFile {
  return {
    ...RUN,
    suite: 'write',
    options: { frameBytes: 100, frames: 1_000_000, rounds: 3 },
    results: [
      { ...madeRate('landfall', 2e6, 100), ratioToNodeWrite: 10, ratioToNodeCork: 1 },
      { ...madeRate('node-write', 2e5, 100), ratioToNodeWrite: 1, ratioToNodeCork: 0.1 },
    ],
  };
}

function memoryFile(): MemoryResultFile {
  const resident = ROUNDS.map((at) => ({ atSeconds: at / 2, rssBytes: 60_000_000 + at }));
  const row = (contender: string): MemoryResultFile['results'][number] => {
    const { frames, framesPerSec, framesPerSecMin, framesPerSecMax, cpuNanosPerFrame, samples } = madeRate(
      contender,
      2e6,
      500,
    );
    return {
      ...{ contender, frames, framesPerSec, framesPerSecMin, framesPerSecMax, cpuNanosPerFrame },
      copiedBytesPerByte: 0,
      peakRssBytes: 70_000_000,
      settledRssBytes: 60_000_000,
      growth: 0,
      samples: samples.map((sample) => ({ ...sample, resident, trend: null })),
      runtime: 'node 20.20.2',
    };
  };
  return {
    ...RUN,
    suite: 'memory',
    options: { frames: 500_000, maxFrameBytes: 1_000_000, keptFrames: 64, rounds: 3 },
    results: [row('landfall'), row('node-data-kept')],
  };
}

function idleFile(): IdleResultFile {
  const row = (contender: string, side: 'accepted' | 'connecting'): IdleResultFile['results'][number] => ({
    contender,
    side,
    connections: 1000,
    bytesPerConnection: 3000,
    bytesPerConnectionMin: 2900,
    bytesPerConnectionMax: 3100,
    samples: ROUNDS.map((round) => ({ round, bytesPerConnection: 3000, isSettled: true })),
    runtime: 'node 20.20.2',
  });
  return {
    ...RUN,
    suite: 'idle',
    options: { connections: 1000, rounds: 3, quick: false },
    results: (['accepted', 'connecting'] as const).flatMap((side) => [row('landfall', side), row('node', side)]),
  };
}

function tlsFile(): TlsResultFile {
  const handshake = (contender: string, kind: 'full' | 'resumed'): TlsResultFile['handshakes'][number] => {
    const { frames, framesPerSec, framesPerSecMin, framesPerSecMax, samples, runtime } = madeRate(contender, 140, 0);
    return {
      ...{ contender, kind, handshakes: frames, samples, runtime },
      handshakesPerSec: framesPerSec,
      handshakesPerSecMin: framesPerSecMin,
      handshakesPerSecMax: framesPerSecMax,
      cpuMicrosPerHandshake: 5000,
      ratioToNode: 1,
    };
  };
  return {
    ...RUN,
    suite: 'tls',
    options: { echoes: [{ frameBytes: 3_000_000, frames: 6 }], handshakeSeconds: 1, rounds: 3 },
    results: [madeEcho('landfall', 300), madeEcho('node-data', 120)],
    handshakes: [handshake('landfall', 'full'), handshake('node', 'full'), handshake('node', 'resumed')],
  };
}

/** Rows, and a large value. */
export function madePostgresFile(): PostgresResultFile {
  type Row = PostgresResultFile['results'][number];
  const row = (contender: string, queriesPerSec: number, changes: Partial<Row> = {}): Row => ({
    ...{ contender, query: '1-pg_type', over: 'tcp', queries: 3 * queriesPerSec, rowsPerQuery: 600, queriesPerSec },
    ...{
      queriesPerSecMin: 0.9 * queriesPerSec,
      queriesPerSecMax: 1.1 * queriesPerSec,
      rowsPerSec: 600 * queriesPerSec,
      mbPerSec: null,
      copiedBytesPerByte: null,
    },
    ...{ cpuMicrosPerRow: 0.5, userCpuShare: 0.8, peakRssBytes: 90_000_000, runtime: 'node 20.20.2' },
    ratios: { best: 1.5, asyncpg: null, node: 3, discard: null },
    samples: ROUNDS.map((round) => ({
      ...{ round, queries: queriesPerSec, rows: 600 * queriesPerSec, seconds: 1 },
      ...{ queriesPerSec, cpuSeconds: 0.3, peakRssBytes: 90_000_000 },
    })),
    ...changes,
  });
  const valueRow = (contender: string, queriesPerSec: number, copiedBytesPerByte: number | null): Row => {
    const figures = {
      rowsPerQuery: 1,
      rowsPerSec: queriesPerSec,
      mbPerSec: 100 * queriesPerSec,
      cpuMicrosPerRow: 25_000,
    };
    return row(contender, queriesPerSec, { query: '8-readinto', ...figures, copiedBytesPerByte });
  };
  return {
    ...RUN,
    suite: 'postgres',
    options: {
      ...{
        queries: ['1-pg_type', '8-readinto'],
        over: ['tcp'],
        connections: 10,
        seconds: 1,
        warmUpSeconds: 1,
        rounds: 3,
      },
      valueBytes: 100_000_000,
    },
    server: 'PostgreSQL 18.1, embedded',
    results: [
      ...[row('landfall', 3000), row('pg', 1000), row('discard', 9000)],
      ...[valueRow('landfall', 12.5, 0.00001), valueRow('pg', 2.5, null)],
    ],
  };
}

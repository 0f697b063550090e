/** Handshakes per second: rows of both kinds alternate, server and client are started for each turn. */
import { fileURLToPath } from 'node:url';
import { numberField } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import { foldRates, rateSample, ratioOverRounds } from '../harness/rates.js';
import type { FailedContender, HandshakeKind, HandshakeResult, RateSample } from '../harness/result.js';
import { schedule, type Turn } from '../harness/schedule.js';
import { rounded } from '../harness/statistics.js';
import { runTurns, type TurnProgress } from '../harness/turns.js';
import { HANDSHAKERS } from './handshakers.js';

/** One row, and what it showed so far. */
interface HandshakeRow {
  /** What a failure is told of. */
  contender: string;
  name: string;
  kind: HandshakeKind;
  samples: RateSample[];
}

/** Who is told how far it is. */
export type HandshakeProgress = TurnProgress<HandshakeRow, RateSample>;

/** What a run needs. */
export interface HandshakeRun {
  seconds: number;
  rounds: number;
  tlsFolder: string;
  progress: HandshakeProgress;
  signal: AbortSignal;
}

const PROGRAM = fileURLToPath(new URL('./handshake-program.js', import.meta.url));
const KINDS: readonly HandshakeKind[] = ['full', 'resumed'];
const BASELINE = 'node';
const DEADLINE_MS = 30_000;

/** Runs all turns. */
export async function runHandshakes(
  run: HandshakeRun,
): Promise<{ handshakes: HandshakeResult[]; failed: FailedContender[] }> {
  const { rounds, progress, signal } = run;
  const rows = KINDS.flatMap((kind) =>
    HANDSHAKERS.map((name): HandshakeRow => ({ contender: `${name} (${kind} handshakes)`, name, kind, samples: [] })),
  );
  const measure = async ({ contender: row, round }: Turn<HandshakeRow>): Promise<RateSample> => {
    const sample = await runTurn(row, round, run);
    row.samples.push(sample);
    return sample;
  };
  const failed = await runTurns(schedule(rows, rounds, rounds), { measure, progress, signal });
  const whole = rows.filter(
    ({ contender, samples }) => samples.length > 0 && failed.every((each) => each.contender !== contender),
  );
  return { handshakes: whole.map((row) => resultOf(row, whole)), failed };
}

function runTurn(
  { contender, name, kind }: HandshakeRow,
  round: number,
  { seconds, tlsFolder, signal }: HandshakeRun,
): Promise<RateSample> {
  return withChildren(signal, async (start) => {
    const program = (role: string, ...more: string[]) =>
      start(`${contender} ${role}`, {
        command: process.execPath,
        args: [PROGRAM, name, role, '--tls', tlsFolder, ...more],
      });
    const listening = await program('server').event('listening', DEADLINE_MS);
    const port = String(numberField(listening, 'port'));
    const milliseconds = String(Math.round(seconds * 1000));
    const client = program('client', '--port', port, '--kind', kind, '--milliseconds', milliseconds);
    const shaken = await client.event('shaken', DEADLINE_MS + seconds * 2000);
    const lap = { seconds: numberField(shaken, 'seconds'), cpuSeconds: numberField(shaken, 'cpuSeconds') };
    return rateSample(round, numberField(shaken, 'frames'), lap);
  });
}

function resultOf({ name, kind, samples }: HandshakeRow, rows: readonly HandshakeRow[]): HandshakeResult {
  const rates = foldRates(samples, 0);
  const base = rows.find((row) => row.kind === kind && row.name === BASELINE);
  return {
    contender: name,
    kind,
    handshakes: rates.frames,
    handshakesPerSec: rates.framesPerSec,
    handshakesPerSecMin: rates.framesPerSecMin,
    handshakesPerSecMax: rates.framesPerSecMax,
    cpuMicrosPerHandshake: rounded(rates.cpuNanosPerFrame / 1000),
    ratioToNode: ratioOverRounds(samples, base?.samples),
    samples: rates.samples,
    runtime: `node ${process.versions.node}`,
  };
}

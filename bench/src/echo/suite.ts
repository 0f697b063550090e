/** The echo suite: runs every turn of the schedule and folds the turns of a row into its result. */
import { describeMachine } from '../harness/machine.js';
import type { EchoOptions, EchoResult, EchoResultFile, EchoSample } from '../harness/result.js';
import { schedule, type Turn } from '../harness/schedule.js';
import { greatestOfKnown, leastOfKnown, median, rounded, sumOfKnown } from '../harness/statistics.js';
import { runTurns, type TurnProgress } from '../harness/turns.js';
import type { EchoCatalogue, EchoContender } from './catalogue.js';
import { type PairMeasurement, runPair } from './pair.js';
import { THREAD_2017 } from './thread-2017.js';

/** Who is told how far a run is. */
export type EchoProgress = TurnProgress<EchoContender, EchoSample>;

/** What a run needs. */
export interface EchoRun {
  options: EchoOptions;
  catalogue: EchoCatalogue;
  /** The program in front of every server when `options.client` is `c`. */
  client?: EchoContender | undefined;
  progress: EchoProgress;
  /** The folder of `certificate.pem` and `key.pem`: both ends of every row encrypt then. */
  tlsFolder?: string | undefined;
  /** Stops the run; what was measured until then is in the result. */
  signal: AbortSignal;
}

/** The first round verifies as many frames as it times. The others only warm up: with about so many bytes, and no more. */
const WARM_UP_BYTES = 300_000_000;
/** The system counts processor time in steps of 10 ms, for each process: below this they are more than a tenth of it. */
const LEAST_CPU_SECONDS = 0.2;

/** Runs the suite. A row that fails runs no further turns and is in `failed`. */
export async function runEcho(run: EchoRun): Promise<EchoResultFile> {
  const startedAt = new Date().toISOString();
  const { options, catalogue, progress, signal } = run;
  const turns = schedule(catalogue.found, options.frames, options.rounds);
  const rows = new Map<string, Row>(
    catalogue.found.map((found) => [found.contender, new Row(found, options.frameBytes)]),
  );
  const measure = (turn: Turn<EchoContender>): Promise<EchoSample> => {
    const row = rows.get(turn.contender.contender);
    if (row === undefined) throw new Error(`a turn of no row: ${turn.contender.contender}`);
    return row.runTurn(turn, run);
  };
  const failed = await runTurns(turns, { measure, progress, signal });
  const isFailed = (name: string): boolean => failed.some(({ contender }) => contender === name);
  return {
    suite: 'echo',
    machine: await describeMachine(),
    startedAt,
    options,
    // A row that failed has no figures, not even those of its turns before: a wrong answer makes all of them doubtful.
    results: [...rows].flatMap(([name, row]) => (isFailed(name) ? [] : (row.result() ?? []))),
    missing: catalogue.missing,
    failed,
    interrupted: signal.aborted,
    thread2017: [...THREAD_2017],
  };
}

/** What one row showed so far. */
class Row {
  readonly #contender: EchoContender;
  readonly #frameBytes: number;
  readonly #samples: EchoSample[] = [];
  readonly #measurements: PairMeasurement[] = [];
  #verifiedFrames = 0;

  constructor(contender: EchoContender, frameBytes: number) {
    this.#contender = contender;
    this.#frameBytes = frameBytes;
  }

  async runTurn(turn: Turn<EchoContender>, { client, tlsFolder, signal }: EchoRun): Promise<EchoSample> {
    const frameBytes = this.#frameBytes;
    const warmUpFrames = Math.min(turn.frames, Math.ceil(WARM_UP_BYTES / frameBytes));
    const verifyFrames = turn.round === 0 ? turn.frames : warmUpFrames;
    const measurement = await runPair({
      name: this.#contender.contender,
      server: this.#contender,
      client: client ?? this.#contender,
      frameBytes,
      verifyFrames,
      frames: turn.frames,
      tlsFolder,
      signal,
    });
    const sample: EchoSample = {
      round: turn.round,
      frames: turn.frames,
      seconds: rounded(measurement.seconds),
      mbPerSec: rounded((turn.frames * frameBytes) / measurement.seconds / 1e6),
      cpuSeconds: measurement.cpuSeconds,
    };
    this.#verifiedFrames += verifyFrames;
    this.#measurements.push(measurement);
    this.#samples.push(sample);
    return sample;
  }

  /** Undefined when no turn was finished. */
  result(): EchoResult | undefined {
    if (this.#samples.length === 0) return undefined;
    const speeds = this.#samples.map(({ mbPerSec }) => mbPerSec);
    const frames = this.#samples.reduce((sum, sample) => sum + sample.frames, 0);
    const cpuSeconds = sumOfKnown(this.#samples.map((sample) => sample.cpuSeconds));
    const isLongEnough = cpuSeconds !== null && cpuSeconds >= LEAST_CPU_SECONDS;
    const bytesReceived = this.#measurements.reduce((sum, measurement) => sum + measurement.bytesReceived, 0);
    const bytesCopied = sumOfKnown(this.#measurements.map((measurement) => measurement.bytesCopied));
    return {
      contender: this.#contender.contender,
      frameBytes: this.#frameBytes,
      frames,
      verifiedFrames: this.#verifiedFrames,
      mbPerSec: rounded(median(speeds)),
      mbPerSecMin: Math.min(...speeds),
      mbPerSecMax: Math.max(...speeds),
      samples: this.#samples,
      cpuSecPerGB: isLongEnough ? rounded(cpuSeconds / ((frames * this.#frameBytes) / 1e9)) : null,
      idleRssBytes: leastOfKnown(this.#measurements.map((measurement) => measurement.idleRssBytes)),
      peakRssBytes: greatestOfKnown(this.#measurements.map((measurement) => measurement.peakRssBytes)),
      clientPeakRssBytes: greatestOfKnown(this.#measurements.map((measurement) => measurement.clientPeakRssBytes)),
      copiedBytesPerByte: bytesCopied === null ? null : rounded(bytesCopied / bytesReceived),
      runtime: this.#contender.runtime,
    };
  }
}

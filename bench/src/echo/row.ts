/** One row of the echo suite: one way of receiving, at one size of frames. */
import { copiedPerByte } from '../harness/copies.js';
import type { EchoResult, EchoSample, Work } from '../harness/result.js';
import { greatestOfKnown, leastOfKnown, median, rounded, sumOfKnown } from '../harness/statistics.js';
import type { SuiteRow } from '../harness/suite-run.js';
import { foldWork, type TurnWork } from '../harness/work.js';
import type { EchoContender } from './catalogue.js';
import { type PairMeasurement, runPair } from './pair.js';

/** What the turns of all rows have in common. */
export interface EchoEnds {
  /** The program in front of every server; without it, each row's own. */
  client?: EchoContender | undefined;
  /** The folder of `certificate.pem` and `key.pem`: both ends of every row encrypt then. */
  tlsFolder?: string | undefined;
  /** Ends both processes at once. */
  signal: AbortSignal;
}

/** The first round verifies as many frames as it times, the others about so many bytes. */
const VERIFIED_BYTES = 30_000_000;
/** Echoed in the way of the timed ones before the clock: the first frames of it are slower, where a compiler learns. */
const WARM_UP_BYTES = 500_000_000;
/** The system counts processor time in steps of 10 ms, for each process: below this they are more than a tenth of it. */
const LEAST_CPU_SECONDS = 0.2;

/** One row, and what it showed so far. */
export class EchoRow implements SuiteRow<EchoSample> {
  readonly contender: string;
  readonly frameBytes: number;
  readonly samples: EchoSample[] = [];
  readonly #program: EchoContender;
  readonly #measurements: PairMeasurement[] = [];
  #verifiedFrames = 0;

  constructor(program: EchoContender, frameBytes: number) {
    this.contender = program.contender;
    this.#program = program;
    this.frameBytes = frameBytes;
  }

  /** Echoes so many frames against the clock. */
  async runTurn(
    { round, frames }: { round: number; frames: number },
    { client, tlsFolder, signal }: EchoEnds,
  ): Promise<EchoSample> {
    const { frameBytes } = this;
    const atMost = (bytes: number): number => Math.min(frames, Math.ceil(bytes / frameBytes));
    const verifyFrames = round === 0 ? frames : atMost(VERIFIED_BYTES);
    const measurement = await runPair({
      name: this.contender,
      server: this.#program,
      client: client ?? this.#program,
      frameBytes,
      verifyFrames,
      warmUpFrames: atMost(WARM_UP_BYTES),
      frames,
      tlsFolder,
      signal,
    });
    this.#verifiedFrames += verifyFrames;
    this.#measurements.push(measurement);
    return {
      round,
      frames,
      seconds: rounded(measurement.seconds),
      mbPerSec: rounded((frames * frameBytes) / measurement.seconds / 1e6),
      cpuSeconds: measurement.cpuSeconds,
    };
  }

  /** Of at least one turn. */
  result(): EchoResult {
    const speeds = this.samples.map(({ mbPerSec }) => mbPerSec);
    const frames = this.samples.reduce((sum, sample) => sum + sample.frames, 0);
    const cpuSeconds = sumOfKnown(this.samples.map((sample) => sample.cpuSeconds));
    const isLongEnough = cpuSeconds !== null && cpuSeconds >= LEAST_CPU_SECONDS;
    return {
      contender: this.contender,
      frameBytes: this.frameBytes,
      frames,
      verifiedFrames: this.#verifiedFrames,
      mbPerSec: rounded(median(speeds)),
      mbPerSecMin: Math.min(...speeds),
      mbPerSecMax: Math.max(...speeds),
      samples: this.samples,
      cpuSecPerGB: isLongEnough ? rounded(cpuSeconds / ((frames * this.frameBytes) / 1e9)) : null,
      idleRssBytes: leastOfKnown(this.#measurements.map((measurement) => measurement.idleRssBytes)),
      peakRssBytes: greatestOfKnown(this.#measurements.map((measurement) => measurement.peakRssBytes)),
      clientPeakRssBytes: greatestOfKnown(this.#measurements.map((measurement) => measurement.clientPeakRssBytes)),
      copiedBytesPerByte: copiedPerByte(this.#measurements),
      ...this.#work(isLongEnough),
      runtime: this.#program.runtime,
    };
  }

  /** Kinds of processor time are told where processor time is. */
  #work(isLongEnough: boolean): Work {
    const turns = this.#measurements.map((measurement, turn): TurnWork => {
      const frames = this.samples[turn]?.frames ?? 0;
      return { ...measurement, frames, payloadBytes: frames * this.frameBytes };
    });
    const work = foldWork(turns);
    return isLongEnough ? work : { ...work, userCpuShare: null };
  }
}

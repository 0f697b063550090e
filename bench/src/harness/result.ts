/**
 * The one schema of a result file. A report, a README table and `--json` are pure functions of it, so it keeps the raw
 * samples and everything needed to read them later. Times are seconds, MB are 10^6 bytes of payload in one direction.
 */

/** What the figures were measured on; names no host and no path. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  /** Kernel name and release, for example `Linux 6.1.0`. */
  system: string;
  architecture: string;
  node: string;
  landfall: string;
  /** Short commit hash of the working tree, followed by `+` when it holds uncommitted changes; null outside git. */
  commit: string | null;
}

/** One timed round of one contender. */
export interface EchoSample {
  /** Counts from 0; rounds of the same number ran next to each other. */
  round: number;
  frames: number;
  /** From just before the first write to the last byte of the last answer. */
  seconds: number;
  mbPerSec: number;
  /** User and system time of client and server together between the clock's ends; null where the system does not tell. */
  cpuSeconds: number | null;
}

/** One row: one way of receiving frames. Figures of throughput are over rounds. */
export interface EchoResult {
  contender: string;
  frameBytes: number;
  /** Timed frames in all; the verified round is not among them. */
  frames: number;
  /** Frames of the untimed round whose every byte was compared. */
  verifiedFrames: number;
  /** Median over rounds. */
  mbPerSec: number;
  mbPerSecMin: number;
  mbPerSecMax: number;
  samples: EchoSample[];
  /** Of client and server together, per GB (10^9 bytes) of payload in one direction. */
  cpuSecPerGB: number | null;
  /** The server's resident size when it listens and has no connection yet; null where the system does not tell. */
  idleRssBytes: number | null;
  /** The server's greatest resident size. */
  peakRssBytes: number | null;
  clientPeakRssBytes: number | null;
  /** Both ends' copied bytes over both ends' received bytes; null where a contender cannot know. */
  copiedBytesPerByte: number | null;
  /** What ran it, for example `node 20.20.2` or `python 3.11.7, uvloop 0.22.1`. */
  runtime: string;
}

/** A row that could not run at all here, and how to get it. */
export interface MissingContender {
  contender: string;
  why: string;
  remedy: string;
}

/** A row that ran and failed; `error` holds what its processes said. */
export interface FailedContender {
  contender: string;
  error: string;
}

/** A figure of the thread of 2017: another machine, other versions, the same task. */
export interface Figure2017 {
  contender: string;
  mbPerSec: number;
  note?: string;
}

/** How the echo suite was asked to run. */
export interface EchoOptions {
  frameBytes: number;
  /** Timed frames per contender. */
  frames: number;
  rounds: number;
  /** `same`: each row's client receives the way its server does; `c`: the C client before every server. */
  client: 'same' | 'c';
}

/** A whole run of the echo suite. */
export interface EchoResultFile {
  suite: 'echo';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: EchoOptions;
  results: EchoResult[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its last round. */
  interrupted: boolean;
  thread2017: Figure2017[];
}

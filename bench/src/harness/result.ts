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
  /** Timed frames in all; those verified before the clock started are not among them. */
  frames: number;
  /** Untimed frames whose every byte was compared, over all turns. */
  verifiedFrames: number;
  /** Median over rounds. */
  mbPerSec: number;
  mbPerSecMin: number;
  mbPerSecMax: number;
  samples: EchoSample[];
  /**
   * Of client and server together, per GB (10^9 bytes) of payload in one direction; null where the system does not
   * tell, or where the row ran for too short a time for its clock of 10 ms.
   */
  cpuSecPerGB: number | null;
  /**
   * The server's resident size when it listens and has no connection yet, the least of its turns; null where the
   * system does not tell.
   */
  idleRssBytes: number | null;
  /** The server's greatest resident size over all turns. */
  peakRssBytes: number | null;
  clientPeakRssBytes: number | null;
  /** Both ends' copied bytes over both ends' received bytes, verified frames included; null where a contender cannot know. */
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

/** A row that ran and failed, and so has no result; `error` holds what its processes said. */
export interface FailedContender {
  contender: string;
  error: string;
}

/** A figure of the thread of 2017: the same task with frames of 100 MB, on another machine with other versions. */
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

/** Which end of idle connections is measured; the other one is always plain sockets, in a process of its own. */
export type IdleSide = 'accepted' | 'connecting';

/** One row of the idle suite on one side: plain sockets, or `FramedProtocol` on landfall. */
export interface IdleResult {
  contender: 'node' | 'landfall';
  side: IdleSide;
  connections: number;
  /** Resident bytes above the process without connections, for each; median over the rounds. */
  bytesPerConnection: number;
  /** The same in every round. */
  samples: number[];
}

/** How the idle suite was asked to run. */
export interface IdleOptions {
  connections: number;
  rounds: number;
  /** Whether the figures include the memory that new objects are made in, megabytes that a process gives back after some idle seconds. */
  quick: boolean;
}

/** A whole run of the idle suite. */
export interface IdleResultFile {
  suite: 'idle';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: IdleOptions;
  results: IdleResult[];
}

/** One timed round of a row whose frames go in one direction. */
export interface RateSample {
  /** Counts from 0; rounds of the same number ran next to each other. */
  round: number;
  frames: number;
  seconds: number;
  framesPerSec: number;
  /** User and system time of the measured process between the clock's ends. */
  cpuSeconds: number;
}

/** A row of the flood or of the write suite. Figures are medians over rounds. */
export interface RateResult {
  contender: string;
  frameBytes: number;
  /** Timed frames in all. */
  frames: number;
  framesPerSec: number;
  framesPerSecMin: number;
  framesPerSecMax: number;
  /** Of payload. */
  mbPerSec: number;
  /** Of the measured process: the receiver of the flood, the writer of the write suite. */
  cpuNanosPerFrame: number;
  samples: RateSample[];
  /** What ran it, for example `node 20.20.2` or `go1.24.1`. */
  runtime: string;
}

/** A row of the flood at one frame size. A ratio is the median of the rounds' own ratios; null without the other row. */
export interface FloodResult extends RateResult {
  /** Frames per second over those of `c` in the same round. */
  ratioToC: number | null;
  /** Likewise to `go-bufio`. */
  ratioToGo: number | null;
  /** Received bytes that were moved once more, over received bytes; null where a contender cannot know. */
  copiedBytesPerByte: number | null;
}

/** How long one turn of the flood is: a time, or a number of frames, or of 10^6 bytes of payload. */
export type FloodAmount = { seconds: number } | { frames: number } | { mbytes: number };

/** How the flood was asked to run. */
export interface FloodOptions {
  frameBytes: number[];
  amount: FloodAmount;
  rounds: number;
}

/** A whole run of the flood. */
export interface FloodResultFile {
  suite: 'flood';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: FloodOptions;
  results: FloodResult[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its last round. */
  interrupted: boolean;
}

/** A row of the write suite. A ratio is the median of the rounds' own ratios; null without the other row. */
export interface WriteResult extends RateResult {
  /** Frames per second over those of `node-write` in the same round. */
  ratioToNodeWrite: number | null;
  /** Likewise to `node-cork`. */
  ratioToNodeCork: number | null;
}

/** How the write suite was asked to run. */
export interface WriteSuiteOptions {
  frameBytes: number;
  /** In one turn. */
  frames: number;
  rounds: number;
}

/** A whole run of the write suite. */
export interface WriteResultFile {
  suite: 'write';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: WriteSuiteOptions;
  results: WriteResult[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its last round. */
  interrupted: boolean;
}

/** A run of any suite. */
export type ResultFile = EchoResultFile | IdleResultFile | FloodResultFile | WriteResultFile;

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

/**
 * What the streams suite reads: lines; frames of a header and a body; everything up to a delimiter far away; a view that
 * waits for its bytes.
 */
export type StreamsTask = 'lines' | 'frames' | 'until' | 'idle';

/** A row of the streams suite at one size. A line is a frame here, too. */
export interface StreamsResult extends RateResult {
  task: StreamsTask;
  /** Frames per second over those of other rows in the same rounds, by their names: medians of the rounds' own ratios. */
  ratios: Record<string, number>;
  /** Of `until`: seconds per byte over those of the same row at its smallest size, likewise; null at that size. */
  costToSmallest: number | null;
  /** Received bytes that were moved once more, over received bytes; null where a contender cannot know. */
  copiedBytesPerByte: number | null;
}

/** How the streams suite was asked to run. */
export interface StreamsOptions {
  /** The tasks, and the sizes of each. */
  sizes: Partial<Record<StreamsTask, number[]>>;
  /** How long each turn sends; one frame at least. */
  seconds: number;
  rounds: number;
}

/** A whole run of the streams suite. */
export interface StreamsResultFile {
  suite: 'streams';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: StreamsOptions;
  results: StreamsResult[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its last round. */
  interrupted: boolean;
}

/** Whether a handshake begins from nothing, or resumes a session of an earlier connection. */
export type HandshakeKind = 'full' | 'resumed';

/** Handshakes one after the other between a client and a server of the same kind. Figures are over rounds. */
export interface HandshakeResult {
  contender: string;
  kind: HandshakeKind;
  /** Timed handshakes in all. */
  handshakes: number;
  /** Median over rounds. */
  handshakesPerSec: number;
  handshakesPerSecMin: number;
  handshakesPerSecMax: number;
  /** Of the client. */
  cpuMicrosPerHandshake: number;
  /** Handshakes per second over those of `node` of the same kind in the same rounds; null without it. */
  ratioToNode: number | null;
  /** A handshake counts as a frame. */
  samples: RateSample[];
  runtime: string;
}

/** How the TLS suite was asked to run. */
export interface TlsSuiteOptions {
  /** Each size of frames that is echoed, and how many of them a row times in all. */
  echoes: { frameBytes: number; frames: number }[];
  /** How long each turn of handshakes is; 0 for none. */
  handshakeSeconds: number;
  rounds: number;
}

/** A whole run of the TLS suite. */
export interface TlsResultFile {
  suite: 'tls';
  machine: Machine;
  /** ISO 8601, UTC. */
  startedAt: string;
  options: TlsSuiteOptions;
  /** The echo suite's rows, encrypted, at each size. */
  results: EchoResult[];
  handshakes: HandshakeResult[];
  missing: MissingContender[];
  failed: FailedContender[];
  /** True when the run was stopped before its last round. */
  interrupted: boolean;
}

/** A run of any suite. */
export type ResultFile =
  | EchoResultFile
  | IdleResultFile
  | FloodResultFile
  | WriteResultFile
  | StreamsResultFile
  | TlsResultFile;

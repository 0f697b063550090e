/** What the suites tell that are about memory: idle and memory. */
import type { MemorySample, MemoryTrend } from './memory-trend.js';
import type { SuiteResult } from './suite-result.js';

/** Which end of idle connections is measured; the other one is always plain sockets, in a process of its own. */
export type IdleSide = 'accepted' | 'connecting';

/** One row of the idle suite on one side: plain sockets, or `FramedProtocol` on landfall. */
export interface IdleResult {
  contender: string;
  side: IdleSide;
  connections: number;
  /** Resident bytes above the process without connections, for each; median over the rounds. */
  bytesPerConnection: number;
  bytesPerConnectionMin: number;
  bytesPerConnectionMax: number;
  samples: ConnectionSample[];
  /** What ran it, for example `node 20.20.2`. */
  runtime: string;
}

/** What one connection held in one round. */
export interface ConnectionSample {
  round: number;
  bytesPerConnection: number;
  /** False when the process had not given back the memory of new objects: then the figure is too high. */
  isSettled: boolean;
}

/** How the idle suite was asked to run. */
export interface IdleOptions {
  connections: number;
  rounds: number;
  /** Whether the figures include the memory that new objects are made in, megabytes that a process gives back after some idle seconds. */
  quick: boolean;
}

/** A whole run of the idle suite. */
export type IdleResultFile = SuiteResult<'idle', IdleOptions, IdleResult>;

/** One turn of the memory suite. */
export interface MemoryTurnSample {
  round: number;
  frames: number;
  seconds: number;
  framesPerSec: number;
  cpuSeconds: number;
  peakRssBytes: number | null;
  /** Resident size of the receiver over the time of the turn; thinned out to so many that a curve can be drawn. */
  resident: MemorySample[];
  /** How the second half of the turn went on; null where the system does not tell, or the turn was too short. */
  trend: MemoryTrend | null;
}

/** One row of the memory suite: one way of keeping the last frames. */
export interface MemoryResult {
  contender: string;
  /** Timed frames in all. */
  frames: number;
  framesPerSec: number;
  framesPerSecMin: number;
  framesPerSecMax: number;
  cpuNanosPerFrame: number;
  copiedBytesPerByte: number | null;
  peakRssBytes: number | null;
  /** Resident size in the second half of a turn: median over rounds. */
  settledRssBytes: number | null;
  /** By how much the least resident size of the last third of that half is above that of its first third: median over rounds. */
  growth: number | null;
  samples: MemoryTurnSample[];
  runtime: string;
}

/** How the memory suite was asked to run. */
export interface MemoryOptions {
  /** In each turn. */
  frames: number;
  /** The longest payload of the mix. */
  maxFrameBytes: number;
  /** So many frames are kept while the next ones arrive, by the rows that keep any. */
  keptFrames: number;
  rounds: number;
}

/** A whole run of the memory suite. */
export type MemoryResultFile = SuiteResult<'memory', MemoryOptions, MemoryResult>;

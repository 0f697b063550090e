/** What the suites tell whose frames go in one direction: flood, write and streams. */
import type { SuiteResult } from './suite-result.js';
import type { Work } from './work-results.js';

/** One timed round of a row whose frames go in one direction. */
export interface RateSample {
  /** Counts from 0; rounds of the same number ran next to each other. */
  round: number;
  frames: number;
  seconds: number;
  framesPerSec: number;
  /** User and system time of the measured process between the clock's ends. */
  cpuSeconds: number;
  /** The greatest resident size of the measured process; null where the system does not tell. */
  peakRssBytes: number | null;
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
  /** Likewise, per GB (10^9 bytes) of payload. */
  cpuSecPerGB: number;
  /** Of the measured process, over all turns; null where the system does not tell. */
  peakRssBytes: number | null;
  samples: RateSample[];
  /** What ran it, for example `node 20.20.2` or `go1.24.1`. */
  runtime: string;
}

/** A row of the flood at one frame size. A ratio is the median of the rounds' own ratios; null without the other row. */
export interface FloodResult extends RateResult, Work {
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
export type FloodResultFile = SuiteResult<'flood', FloodOptions, FloodResult>;

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
export type WriteResultFile = SuiteResult<'write', WriteSuiteOptions, WriteResult>;

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
export type StreamsResultFile = SuiteResult<'streams', StreamsOptions, StreamsResult>;

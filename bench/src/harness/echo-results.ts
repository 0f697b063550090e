/** What the echo suite and the TLS suite tell. */
import type { RateSample } from './rate-results.js';
import type { SuiteResult } from './suite-result.js';
import type { Work } from './work-results.js';

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
export interface EchoResult extends Work {
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
export interface EchoResultFile extends SuiteResult<'echo', EchoOptions, EchoResult> {
  thread2017: Figure2017[];
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

/** A whole run of the TLS suite: the echo suite's rows, encrypted, at each size. */
export interface TlsResultFile extends SuiteResult<'tls', TlsSuiteOptions, EchoResult> {
  handshakes: HandshakeResult[];
}

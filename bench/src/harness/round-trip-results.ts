/** What the suites tell whose small frames go there and back: ping and connections. */
import type { SuiteResult } from './suite-result.js';

/** The round trips of one turn. */
export interface RoundTripSample {
  /** Counts from 0; rounds of the same number ran next to each other. */
  round: number;
  frames: number;
  seconds: number;
  roundTripsPerSec: number;
  /** User and system time of the server between the clock's ends; null where the system does not tell. */
  cpuSeconds: number | null;
  /** Of the server; null where the system does not tell. */
  peakRssBytes: number | null;
}

/** One way of serving small frames. Figures are over rounds. */
export interface RoundTripResult {
  contender: string;
  frameBytes: number;
  /** Timed round trips in all. */
  frames: number;
  /** Median over rounds. */
  roundTripsPerSec: number;
  roundTripsPerSecMin: number;
  roundTripsPerSecMax: number;
  /** Of the server; null as `cpuSecPerGB` of the echo suite. */
  cpuMicrosPerRoundTrip: number | null;
  peakRssBytes: number | null;
  /** What ran it, for example `node 20.20.2`. */
  runtime: string;
}

/** Round trips one at a time. */
export interface PingSample extends RoundTripSample {
  p50Micros: number;
  p99Micros: number;
}

/** How long round trips took, over all rounds: an HDR histogram of three digits. */
export interface Latency {
  p50Micros: number;
  p90Micros: number;
  p99Micros: number;
  p999Micros: number;
  maxMicros: number;
}

/** One row of the ping suite. */
export interface PingResult extends RoundTripResult {
  latency: Latency;
  samples: PingSample[];
}

/** How the ping suite was asked to run. */
export interface PingOptions {
  frameBytes: number;
  /** Timed round trips in each turn. */
  frames: number;
  rounds: number;
}

/** A whole run of the ping suite. */
export type PingResultFile = SuiteResult<'ping', PingOptions, PingResult>;

/** Round trips over many connections at once. */
export interface ConnectionsSample extends RoundTripSample {
  /** Resident bytes of the server above itself without connections, for each; null for few, and where the system does not tell. */
  bytesPerConnection: number | null;
}

/** One row of the connections suite with one number of connections. */
export interface ConnectionsResult extends RoundTripResult {
  connections: number;
  /** Median over rounds. */
  bytesPerConnection: number | null;
  samples: ConnectionsSample[];
}

/** How the connections suite was asked to run. */
export interface ConnectionsOptions {
  connections: number[];
  frameBytes: number;
  /** How long each turn is. */
  seconds: number;
  rounds: number;
}

/** A whole run of the connections suite. */
export type ConnectionsResultFile = SuiteResult<'connections', ConnectionsOptions, ConnectionsResult>;

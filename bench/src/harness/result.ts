/** The one schema of a result file, suite by suite. Times are seconds, MB are 10^6 bytes of payload in one direction. */
import type { EchoResultFile, TlsResultFile } from './echo-results.js';
import type { IdleResultFile, MemoryResultFile } from './memory-results.js';
import type { PostgresResultFile } from './postgres-results.js';
import type { FloodResultFile, StreamsResultFile, WriteResultFile } from './rate-results.js';
import type { ConnectionsResultFile, PingResultFile } from './round-trip-results.js';

export type {
  EchoOptions,
  EchoResult,
  EchoResultFile,
  EchoSample,
  Figure2017,
  HandshakeKind,
  HandshakeResult,
  TlsResultFile,
  TlsSuiteOptions,
} from './echo-results.js';
export type {
  ConnectionSample,
  IdleOptions,
  IdleResult,
  IdleResultFile,
  IdleSide,
  MemoryOptions,
  MemoryResult,
  MemoryResultFile,
  MemoryTurnSample,
} from './memory-results.js';
export type {
  Over,
  PostgresResult,
  PostgresResultFile,
  PostgresSample,
  PostgresSuiteOptions,
} from './postgres-results.js';
export type {
  FloodAmount,
  FloodOptions,
  FloodResult,
  FloodResultFile,
  RateResult,
  RateSample,
  StreamsOptions,
  StreamsResult,
  StreamsResultFile,
  StreamsTask,
  WriteResult,
  WriteResultFile,
  WriteSuiteOptions,
} from './rate-results.js';
export type {
  ConnectionsOptions,
  ConnectionsResult,
  ConnectionsResultFile,
  ConnectionsSample,
  Latency,
  PingOptions,
  PingResult,
  PingResultFile,
  PingSample,
  RoundTripResult,
  RoundTripSample,
} from './round-trip-results.js';
export type { FailedContender, Machine, Method, MissingContender, SuiteResult } from './suite-result.js';
export type { Work } from './work-results.js';

/** A run of any suite. */
export type ResultFile =
  | EchoResultFile
  | TlsResultFile
  | FloodResultFile
  | WriteResultFile
  | StreamsResultFile
  | PingResultFile
  | ConnectionsResultFile
  | IdleResultFile
  | MemoryResultFile
  | PostgresResultFile;

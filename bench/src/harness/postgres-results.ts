/** What the PostgreSQL suite tells. */
import type { SuiteResult } from './suite-result.js';

/** How a client connects: over TCP, a Unix socket, or TCP with TLS. */
export type Over = 'tcp' | 'unix' | 'tls';

/** One timed round of one client at one query. */
export interface PostgresSample {
  /** Counts from 0; rounds of the same number ran next to each other. */
  round: number;
  queries: number;
  /** Received, or sent by the queries that fill a table. */
  rows: number;
  seconds: number;
  queriesPerSec: number;
  /** User and system time of the client's process between the clock's ends. */
  cpuSeconds: number;
  /** Of the client; null where the system does not tell. */
  peakRssBytes: number | null;
}

/** One client at one query over one kind of connection. Figures are medians over rounds. */
export interface PostgresResult {
  contender: string;
  query: string;
  over: Over;
  /** Timed queries in all. */
  queries: number;
  rowsPerQuery: number;
  queriesPerSec: number;
  queriesPerSecMin: number;
  queriesPerSecMax: number;
  rowsPerSec: number;
  /** Of the query for a large value: its bytes. Null of all others. */
  mbPerSec: number | null;
  /** Of the client. */
  cpuMicrosPerRow: number;
  /** Of the client's processor time, the part in user mode, over all rounds. */
  userCpuShare: number;
  /** Received bytes that were moved once more, over received bytes, in all rounds; null where the client does not know. */
  copiedBytesPerByte: number | null;
  /** Of the client, over all rounds. */
  peakRssBytes: number | null;
  /**
   * Queries a second over those of others in the same rounds: medians of the rounds' own ratios, null without the other.
   * `best` is the fastest client that is not landfall's, `asyncpg` the faster of its rows, `node` of `pg` and `postgres`.
   */
  ratios: { best: number | null; asyncpg: number | null; node: number | null; discard: number | null };
  samples: PostgresSample[];
  /** What ran it, for example `node 20.20.2, pg 8.23.1`. */
  runtime: string;
}

/** How the suite was asked to run. */
export interface PostgresSuiteOptions {
  queries: string[];
  over: Over[];
  /** Each with one query in flight. A large value is asked for over one. */
  connections: number;
  /** How long each turn is timed. */
  seconds: number;
  /** How long the same runs before, without the clock. */
  warmUpSeconds: number;
  /** How long the value of `8-readinto` is. */
  valueBytes: number;
  rounds: number;
}

/** A whole run of the suite. */
export interface PostgresResultFile extends SuiteResult<'postgres', PostgresSuiteOptions, PostgresResult> {
  /** What was asked, for example `PostgreSQL 18.1, embedded`. */
  server: string;
}

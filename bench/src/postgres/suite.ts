/** The PostgreSQL suite: the seven queries of pgbench and one of a large value, by every client, over every connection. */
import { type Copies, copiedPerByte } from '../harness/copies.js';
import { ALTERNATING, MEDIANS } from '../harness/methods.js';
import type {
  Method,
  Over,
  PostgresResult,
  PostgresResultFile,
  PostgresSample,
  PostgresSuiteOptions,
} from '../harness/result.js';
import { greatestOfKnown, median, rounded } from '../harness/statistics.js';
import { type RunContext, runSuite } from '../harness/suite-run.js';
import { canDo, type PostgresCatalogue, type PostgresContender } from './catalogue.js';
import type { Place } from './place.js';
import { type Query, type QueryName, readQuery } from './query.js';
import { ratiosOf } from './ratios.js';
import type { Server } from './server.js';
import { runQueryTurn } from './turn.js';

/** One client at one query over one kind of connection, and what it showed so far. */
interface PostgresRow {
  contender: string;
  program: PostgresContender;
  query: Query;
  over: Over;
  place: Place;
  samples: PostgresSample[];
  userSeconds: number;
  /** Of each turn that knows. */
  copies: Copies[];
}

/** What a run needs. */
export interface PostgresRun extends RunContext<PostgresRow, PostgresSample> {
  options: Omit<PostgresSuiteOptions, 'queries'> & { queries: QueryName[] };
  catalogue: PostgresCatalogue;
  server: Server;
}

const METHOD: Method = {
  order: ALTERNATING,
  warmUp:
    'Every connection asks the query once, and its answer is checked. Then all of them ask without the clock, for as long as warmUpSeconds says.',
  clock:
    "The client's, from before the first query to the end of the last one; each connection has one query in flight, and asks the next one when it has the whole answer.",
  figures: `${MEDIANS} A ratio is the median of the ratios in each round.`,
  verified:
    "Before and behind the clock each connection's answer is compared value by value with the server's own text; against the clock rows are counted. Rows that were sent are counted and compared in their table.",
  usage: "Processor time is the client's own count by the system, over the clock. The server's is not told.",
};

/** Runs the suite. Rows of the same query over the same kind of connection are neighbours in a round. */
export async function runPostgres({
  options,
  catalogue,
  server,
  progress,
  signal,
}: PostgresRun): Promise<PostgresResultFile> {
  const rows = rowsOf(options, catalogue, server);
  const result = await runSuite({
    suite: 'postgres',
    method: METHOD,
    options,
    rows,
    missing: catalogue.missing,
    measure: ({ contender: row, round }) => measure(row, round, { options, admin: server.admin, signal }),
    resultOf: (row) => resultOf(row, rows),
    progress,
    signal,
  });
  return { ...result, server: server.name };
}

function rowsOf(options: PostgresRun['options'], { found }: PostgresCatalogue, { places }: Server): PostgresRow[] {
  const queries = options.queries.map((name) => readQuery(name, options.valueBytes));
  const rows = [...places].flatMap(([over, place]) =>
    queries.flatMap((query) =>
      found
        .filter(({ contender }) => canDo(contender, query, over))
        .map((program): PostgresRow => {
          const { contender } = program;
          return { contender, program, query, over, place, samples: [], userSeconds: 0, copies: [] };
        }),
    ),
  );
  if (rows.length === 0) throw new Error('NOT RUN: no row that is here can do what was asked for');
  return rows;
}

async function measure(
  row: PostgresRow,
  round: number,
  run: Pick<PostgresRun, 'options' | 'signal'> & Pick<Server, 'admin'>,
): Promise<PostgresSample> {
  const { program, query, place } = row;
  const connections = query.valueBytes > 0 ? 1 : run.options.connections;
  const { queries, rows, seconds, cpuSeconds, userSeconds, peakRssBytes, copies } = await runQueryTurn({
    ...{ program, query, place },
    ...run,
    options: { ...run.options, connections },
  });
  row.userSeconds += userSeconds;
  if (copies !== null) row.copies.push(copies);
  return {
    round,
    queries,
    rows,
    seconds: rounded(seconds),
    queriesPerSec: rounded(queries / seconds),
    cpuSeconds: rounded(cpuSeconds),
    peakRssBytes,
  };
}

function resultOf(row: PostgresRow, rows: readonly PostgresRow[]): PostgresResult {
  const { contender, program, query, over, samples, userSeconds, copies } = row;
  const rates = samples.map(({ queriesPerSec }) => queriesPerSec);
  const queriesPerSec = rounded(median(rates));
  const queries = samples.reduce((sum, sample) => sum + sample.queries, 0);
  const rowsPerQuery = samples.reduce((sum, sample) => sum + sample.rows, 0) / queries;
  const cpuSeconds = samples.reduce((sum, sample) => sum + sample.cpuSeconds, 0);
  return {
    contender,
    query: query.name,
    over,
    queries,
    rowsPerQuery,
    queriesPerSec,
    queriesPerSecMin: Math.min(...rates),
    queriesPerSecMax: Math.max(...rates),
    rowsPerSec: rounded(queriesPerSec * rowsPerQuery),
    mbPerSec: query.valueBytes > 0 ? rounded((queriesPerSec * query.valueBytes) / 1e6) : null,
    cpuMicrosPerRow: rounded(median(samples.map((sample) => (sample.cpuSeconds / sample.rows) * 1e6))),
    userCpuShare: rounded(userSeconds / cpuSeconds),
    copiedBytesPerByte: copies.length > 0 ? copiedPerByte(copies) : null,
    peakRssBytes: greatestOfKnown(samples.map(({ peakRssBytes }) => peakRssBytes)),
    ratios: ratiosOf(
      row,
      rows.filter((other) => other.query === query && other.over === over),
    ),
    samples,
    runtime: program.runtime,
  };
}

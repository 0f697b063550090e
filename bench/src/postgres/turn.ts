/** One turn of the PostgreSQL suite: a fresh client, which asks one query over all its connections. */
import type pg from 'pg';
import { type Child, numberField, type ProgramEvent } from '../harness/child.js';
import { withChildren } from '../harness/children.js';
import type { Copies } from '../harness/copies.js';
import { peakResidentBytes, usageOf } from '../harness/process-usage.js';
import type { PostgresSuiteOptions } from '../harness/result.js';
import { optionalNumber } from '../harness/work.js';
import { DISCARD, type PostgresContender } from './catalogue.js';
import { differenceOf, type Expectation, expectationOf } from './expectation.js';
import { type Place, placeArgs } from './place.js';
import type { Query } from './query.js';
import { checkTable, dropTables, makeTables } from './tables.js';

/** What to run. */
export interface QueryTurn {
  program: PostgresContender;
  place: Place;
  query: Query;
  options: PostgresSuiteOptions;
  /** Makes the tables, and knows what the rows have to be. */
  admin: pg.Client;
  /** Ends the client at once. */
  signal: AbortSignal;
}

/** What a turn brought. */
export interface QueryMeasurement {
  queries: number;
  rows: number;
  seconds: number;
  cpuSeconds: number;
  userSeconds: number;
  peakRssBytes: number | null;
  /** Of all connections since they were opened; null where the client does not know. */
  copies: Copies | null;
}

const START_DEADLINE_MS = 30_000;
const END_DEADLINE_MS = 10_000;
/** Of one query. The slowest takes a hundredth of it. */
const SLOWEST_QUERY_MS = 20_000;

/** Runs one turn. */
export async function runQueryTurn(turn: QueryTurn): Promise<QueryMeasurement> {
  const { query, admin } = turn;
  await makeTables(admin, query);
  try {
    const expected = query.expectation !== '' ? await expectationOf(admin, query) : null;
    const { measurement, queries } = await withChildren(turn.signal, async (start) => {
      const { contender, ...program } = turn.program;
      const env = { ...program.env, PGPASSWORD: turn.place.password };
      const child = start(contender, { ...program, env, args: [...program.args, ...argsOf(turn)] });
      await child.event('connected', START_DEADLINE_MS);
      return measure(child, turn, expected);
    });
    await checkTable(admin, query, queries);
    return measurement;
  } finally {
    await dropTables(admin, query);
  }
}

function argsOf({ place, query, options }: QueryTurn): string[] {
  const { text, args, rows, valueBytes } = query;
  const filling = rows.length === 0 ? [] : ['--row', JSON.stringify(rows[0]), '--count', String(rows.length)];
  return [
    ...placeArgs(place),
    ...['--connections', String(options.connections), '--text', text],
    ...args.map((arg) => `--arg=${JSON.stringify(arg)}`),
    ...filling,
    ...(valueBytes === 0 ? [] : ['--value-bytes', String(valueBytes)]),
  ];
}

/** Checks what comes, warms up, measures, and checks once more; tells how many queries that were in all. */
async function measure(
  child: Child,
  turn: QueryTurn,
  expected: Expectation | null,
): Promise<{ measurement: QueryMeasurement; queries: number }> {
  const { connections, seconds, warmUpSeconds } = turn.options;
  await checkAnswers(child, turn, expected);
  const warmedUp = await timed(child, warmUpSeconds);
  const measurement = await timed(child, seconds);
  await checkAnswers(child, turn, expected);
  const rowsPerQuery = rowsOf(turn.query, expected);
  if (measurement.rows !== measurement.queries * rowsPerQuery) {
    throw new Error(`${turn.program.contender} counted ${measurement.rows} rows in ${measurement.queries} queries`);
  }
  const peakRssBytes = usageOf(peakResidentBytes, child);
  await child.end(END_DEADLINE_MS);
  const queries = 2 * connections + warmedUp.queries + measurement.queries;
  return { measurement: { ...measurement, peakRssBytes }, queries };
}

function rowsOf({ rows }: Query, expected: Expectation | null): number {
  return expected === null ? rows.length : expected.rows.length;
}

async function timed(child: Child, seconds: number): Promise<Omit<QueryMeasurement, 'peakRssBytes'>> {
  child.send(`run ${Math.round(seconds * 1000)}`);
  const ran = await child.event('ran', seconds * 1000 + SLOWEST_QUERY_MS);
  return {
    queries: numberField(ran, 'queries'),
    rows: numberField(ran, 'rows'),
    seconds: numberField(ran, 'seconds'),
    cpuSeconds: numberField(ran, 'cpuSeconds'),
    userSeconds: numberField(ran, 'userSeconds'),
    copies: copiesIn(ran),
  };
}

function copiesIn(ran: ProgramEvent): Copies | null {
  const [bytesReceived, bytesCopied] = [optionalNumber(ran.bytesReceived), optionalNumber(ran.bytesCopied)];
  return bytesReceived === null ? null : { bytesReceived, bytesCopied };
}

/** Has every connection ask once, and looks at every value that it shows; `discard` has none to show. */
async function checkAnswers(child: Child, turn: QueryTurn, expected: Expectation | null): Promise<void> {
  const { contender } = turn.program;
  child.send('answer');
  for (let at = 0; at < turn.options.connections; at++) {
    const answer = await child.event('answered', SLOWEST_QUERY_MS);
    const count = numberField(answer, 'count');
    if (count !== rowsOf(turn.query, expected)) throw new Error(`${contender} received ${count} rows`);
    if (expected === null || contender === DISCARD) continue;
    const difference = differenceOf(expected, answer.columns, answer.rows);
    if (difference !== null) throw new Error(`${contender} received something else: ${difference}`);
  }
}

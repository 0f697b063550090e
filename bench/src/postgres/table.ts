/** The tables of the PostgreSQL suite: one for each query and kind of connection, fastest client first. */
import type { Over, PostgresResult, PostgresResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import {
  formatBytes,
  formatCount,
  formatHundredths,
  formatMegabytes,
  formatRate,
  formatShare,
  formatWhole,
} from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';
import { LARGE_VALUE } from './query.js';

/** A query over a kind of connection. */
export interface Matter {
  query: string;
  over: Over;
}

/** In what rates are told, and how much of it one query is. */
export interface RateUnit {
  unit: 'queries' | 'MB';
  perQuery: number;
}

const HEADS_BEHIND = ['min–max', '× best other', '× asyncpg', '× pg, postgres'];
const OVER_WORDS: Readonly<Record<Over, string>> = { tcp: 'over TCP', unix: 'over a Unix socket', tls: 'over TLS' };

/** Everything that was asked, in the order of the tables. */
export function mattersOf({ options }: PostgresResultFile): Matter[] {
  return options.over.flatMap((over) => options.queries.map((query) => ({ query, over })));
}

/** What a table is about. */
export function matterTitle({ query, over }: Matter): string {
  return `${query}, ${OVER_WORDS[over]}`;
}

/** The rows of one table, fastest first. */
export function resultsOf({ results }: PostgresResultFile, { query, over }: Matter): PostgresResult[] {
  return results
    .filter((result) => result.query === query && result.over === over)
    .toSorted((left, right) => right.queriesPerSec - left.queriesPerSec);
}

/** The unit of a table: a large value is told in its bytes. */
export function unitOf({ options }: PostgresResultFile, { query }: Matter): RateUnit {
  return query === LARGE_VALUE ? { unit: 'MB', perQuery: options.valueBytes / 1e6 } : { unit: 'queries', perQuery: 1 };
}

/** One table. */
export function postgresTable(file: PostgresResultFile, matter: Matter): FigureTable {
  const { unit, perQuery } = unitOf(file, matter);
  const lastHeads = unit === 'MB' ? ['copies/byte', 'CPU s/GB'] : ['rows/s', 'CPU µs/row'];
  const heads = ['client', `${unit}/s`, ...HEADS_BEHIND, ...lastHeads, 'peak MB'];
  const measuredCells = (result: PostgresResult): string[] => {
    const { contender, queriesPerSec, queriesPerSecMin, queriesPerSecMax, ratios, peakRssBytes } = result;
    const [rate, least, most] = [queriesPerSec, queriesPerSecMin, queriesPerSecMax].map((each) =>
      formatWhole(each * perQuery),
    );
    return [
      ...[contender, `${rate}`, `${least}–${most}`],
      ...[ratios.best, ratios.asyncpg, ratios.node].map(formatHundredths),
      ...(unit === 'MB' ? valueCells(result, perQuery) : rowCells(result)),
      formatMegabytes(peakRssBytes),
    ];
  };
  return { heads, rows: [...resultsOf(file, matter).map(measuredCells), ...absentCells(file, heads.length)] };
}

function rowCells({ rowsPerSec, cpuMicrosPerRow }: PostgresResult): string[] {
  return [formatWhole(rowsPerSec), formatHundredths(cpuMicrosPerRow)];
}

/** Microseconds for each MB are thousandths of seconds for each GB. */
function valueCells({ copiedBytesPerByte, cpuMicrosPerRow }: PostgresResult, megabytes: number): string[] {
  return [formatShare(copiedBytesPerByte), formatHundredths(cpuMicrosPerRow / megabytes / 1000)];
}

/** How it was measured, in a few sentences. */
export function postgresSummary({ options, server, interrupted }: PostgresResultFile): string {
  const { connections, seconds, warmUpSeconds, rounds, queries } = options;
  const largeValue = `\`${LARGE_VALUE}\` is a value of ${formatBytes(options.valueBytes)} over one connection. `;
  return (
    `The queries of MagicStack's pgbench, asked of ${server}: ${formatCount(connections, 'connection')} with one query in ` +
    `flight on each, ${formatRate(seconds)} s a turn behind ${formatRate(warmUpSeconds)} s of warm-up, in ` +
    `${formatCount(rounds, 'alternating round')}${interrupted ? ' (stopped before the last)' : ''}; medians. A ratio is the ` +
    `median of the ratios in each round. ${queries.includes(LARGE_VALUE) ? largeValue : ''}CPU time is the client's. \`discard\` throws rows away.`
  );
}

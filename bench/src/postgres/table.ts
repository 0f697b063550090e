/** The tables of the PostgreSQL suite: one for each query and kind of connection, fastest client first. */
import type { Over, PostgresResult, PostgresResultFile } from '../harness/result.js';
import { absentCells } from '../report/absent-cells.js';
import { formatCount, formatHundredths, formatMegabytes, formatRate, formatWhole } from '../report/format.js';
import type { FigureTable } from '../report/text-table.js';

/** A query over a kind of connection. */
export interface Matter {
  query: string;
  over: Over;
}

const HEADS = [
  'client',
  'queries/s',
  'min–max',
  '× best other',
  '× asyncpg',
  '× pg, postgres',
  'rows/s',
  'CPU µs/row',
  'peak MB',
];
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

/** One table. */
export function postgresTable(file: PostgresResultFile, matter: Matter): FigureTable {
  return { heads: HEADS, rows: [...resultsOf(file, matter).map(measuredCells), ...absentCells(file, HEADS.length)] };
}

function measuredCells({ contender, ratios, ...figures }: PostgresResult): string[] {
  return [
    contender,
    formatWhole(figures.queriesPerSec),
    `${formatWhole(figures.queriesPerSecMin)}–${formatWhole(figures.queriesPerSecMax)}`,
    formatHundredths(ratios.best),
    formatHundredths(ratios.asyncpg),
    formatHundredths(ratios.node),
    formatWhole(figures.rowsPerSec),
    formatHundredths(figures.cpuMicrosPerRow),
    formatMegabytes(figures.peakRssBytes),
  ];
}

/** How it was measured, in a few sentences. */
export function postgresSummary({ options, server, interrupted }: PostgresResultFile): string {
  const { connections, seconds, warmUpSeconds, rounds } = options;
  return (
    `The queries of MagicStack's pgbench, asked of ${server}: ${formatCount(connections, 'connection')} with one query in ` +
    `flight on each, ${formatRate(seconds)} s a turn behind ${formatRate(warmUpSeconds)} s of warm-up, in ` +
    `${formatCount(rounds, 'alternating round')}${interrupted ? ' (stopped before the last)' : ''}; medians. A ratio is the ` +
    `median of the ratios in each round. CPU time is the client's. \`discard\` throws rows away.`
  );
}

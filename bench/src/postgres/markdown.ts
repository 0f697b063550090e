/** The PostgreSQL table of a document: one row for each query, our driver beside the best of the others. */
import type { PostgresResult, PostgresResultFile } from '../harness/result.js';
import { formatHundredths, formatWhole } from '../report/format.js';
import { markdownOf } from '../report/marked-table.js';
import { LARGE_VALUE } from './query.js';
import { mattersOf, matterTitle, postgresSummary, resultsOf } from './table.js';

const HEADS = [
  'query',
  'queries/s',
  'min–max',
  'all strings distinct',
  '× asyncpg',
  '× pg, postgres',
  '× discard',
  'CPU µs/row',
  'of asyncpg',
];

/** The table, and the sentences that say what was measured. */
export function markdownTable(file: PostgresResultFile): string {
  // A large value is told in other units.
  const matters = mattersOf(file).filter(({ query }) => query !== LARGE_VALUE);
  const rows = matters.flatMap((matter) => {
    const results = resultsOf(file, matter);
    const ours = results.find(({ contender }) => contender === 'landfall');
    return ours === undefined ? [] : [[matterTitle(matter), ...cellsOf(ours, results)]];
  });
  const { startedAt, machine } = file;
  const versions = [...new Set(file.results.filter(isOther).map(({ runtime }) => runtime))].join('; ');
  const where =
    `${startedAt.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, which the server shares, ${machine.system}, ` +
    `landfall ${machine.landfall}${machine.commit === null ? '' : ` (${machine.commit})`}, Node ${machine.node}; ${versions}.`;
  return markdownOf({ heads: HEADS, rows }, `${postgresSummary(file)} ${where}`);
}

/** `results` is sorted, the fastest first. */
function cellsOf(ours: PostgresResult, results: readonly PostgresResult[]): string[] {
  const distinct = results.find(({ contender }) => contender === 'landfall-distinct');
  const asyncpg = results.find(({ contender }) => contender.startsWith('asyncpg'));
  return [
    formatWhole(ours.queriesPerSec),
    `${formatWhole(ours.queriesPerSecMin)}–${formatWhole(ours.queriesPerSecMax)}`,
    distinct === undefined ? '' : formatWhole(distinct.queriesPerSec),
    formatHundredths(ours.ratios.asyncpg),
    formatHundredths(ours.ratios.node),
    formatHundredths(ours.ratios.discard),
    formatHundredths(ours.cpuMicrosPerRow),
    formatHundredths(asyncpg?.cpuMicrosPerRow ?? null),
  ];
}

function isOther({ contender }: PostgresResult): boolean {
  return !contender.startsWith('landfall');
}

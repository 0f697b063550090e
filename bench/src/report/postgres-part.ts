/** The part on PostgreSQL: the driver against others at the queries of pgbench. */
import type { PostgresResult, PostgresResultFile } from '../harness/result.js';
import {
  type Matter,
  mattersOf,
  matterTitle,
  postgresSummary,
  postgresTable,
  resultsOf,
  unitOf,
} from '../postgres/table.js';
import { FLAGSHIP, isOurs } from './contender-style.js';
import { colorKey, plainTable } from './figure.js';
import { formatAbout, formatHundredths, formatWhole } from './format.js';
import { type Html, html } from './html.js';
import { LIMITS } from './losses.js';
import { missingNotice, type Part, runNote } from './part.js';
import { drawRates } from './rate-figure.js';
import type { FigureTable } from './text-table.js';

/** The part; without a result it says how to make one. */
export function postgresPart(file: PostgresResultFile | undefined): Part {
  const head = { id: 'postgres', title: 'PostgreSQL' };
  if (file === undefined) return { ...head, body: missingNotice('postgres') };
  const matters = mattersOf(file).filter((matter) => resultsOf(file, matter).length > 0);
  const figures = matters.map((matter) => queryFigure(file, matter));
  return {
    ...head,
    body: html`${runNote(file, postgresSummary(file))}${plainTable(standings(file, matters), [5])}
<p class="faint">${STANDINGS_NOTE}</p>
${colorKey()}<div class="plots">${figures}</div>`,
  };
}

function queryFigure(file: PostgresResultFile, matter: Matter): Html {
  const { unit, perQuery } = unitOf(file, matter);
  return drawRates({
    title: `${matterTitle(matter)}: ${unit} a second`,
    rows: resultsOf(file, matter),
    rateOf: ({ queriesPerSec, queriesPerSecMin, queriesPerSecMax }) => [
      queriesPerSec * perQuery,
      queriesPerSecMin * perQuery,
      queriesPerSecMax * perQuery,
    ],
    words: formatAbout,
    table: postgresTable(file, matter),
  });
}

/** What its last columns are. */
const STANDINGS_NOTE =
  'The row landfall, and the best that is not landfall’s. The last columns are queries a second of the same driver, when it ' +
  'takes all strings for distinct, and when it receives by data events in place of its own memory.';

/** A line for each query: the flagship, and who is best beside it. */
function standings(file: PostgresResultFile, matters: readonly Matter[]): FigureTable {
  return {
    heads: [
      ...['query', 'queries/s', '× asyncpg', '× pg, postgres', '× best other', 'best other'],
      ...['CPU µs/row', 'best other’s', 'all distinct', 'data events'],
    ],
    rows: matters.map((matter) => standingCells(matter, resultsOf(file, matter), unitOf(file, matter))),
  };
}

function standingCells(
  matter: Matter,
  results: readonly PostgresResult[],
  { unit, perQuery }: ReturnType<typeof unitOf>,
): string[] {
  const named = (name: string): PostgresResult | undefined => results.find(({ contender }) => contender === name);
  const rate = (row: PostgresResult | undefined): string => {
    const words = formatWhole(row === undefined ? null : row.queriesPerSec * perQuery);
    return row === undefined || unit === 'queries' ? words : `${words} ${unit}/s`;
  };
  const ours = named(FLAGSHIP);
  const best = results.find(({ contender }) => !isOurs(contender) && !LIMITS.includes(contender));
  const { asyncpg = null, node = null, best: toBest = null } = ours?.ratios ?? {};
  return [
    matterTitle(matter),
    rate(ours),
    ...[asyncpg, node, toBest].map(formatHundredths),
    best?.contender ?? '–',
    ...[ours, best].map((row) => formatHundredths(row?.cpuMicrosPerRow ?? null)),
    ...['landfall-distinct', 'landfall-data'].map((name) => rate(named(name))),
  ];
}

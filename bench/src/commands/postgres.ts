/** `postgres`: the queries of pgbench and one of a large value, by every client of PostgreSQL. */
import type { Over, PostgresResultFile } from '../harness/result.js';
import { makeTurnProgress } from '../harness/turn-progress.js';
import { findPostgresContenders, POSTGRES_CONTENDERS } from '../postgres/catalogue.js';
import { overOf, parsePostgresUrl } from '../postgres/place.js';
import { QUERY_NAMES } from '../postgres/query.js';
import { openServer, type ServerChoice } from '../postgres/server.js';
import { type PostgresRun, runPostgres } from '../postgres/suite.js';
import { mattersOf, matterTitle, postgresSummary, postgresTable } from '../postgres/table.js';
import { formatRate } from '../report/format.js';
import { textTable } from '../report/text-table.js';
import { oneOf, parseOptions, UsageError, wholeNumber } from './arguments.js';
import { type Asked, askedOf, runSuiteCommand, SUITE_OPTIONS, suiteHelp } from './suite-command.js';

const OVERS = ['tcp', 'unix', 'tls'] as const satisfies readonly Over[];
const QUICK_QUERIES = '1-pg_type,3-large_object,7-oneplusone';
const QUICK_CONTENDERS = ['landfall', 'pg', 'postgres', 'asyncpg'];

/** What `--help` says. */
export const postgresHelp: string = `postgres      the queries of MagicStack's pgbench and one of a large value, one row per client of PostgreSQL
  --url URL           the server; its tables _bytes, _test and _large are dropped, and made again
  --server NAME       or one of its own: embedded (from npm), debian (what is installed)
  --over A,B          tcp, unix, tls (as the URL says, or tcp)
  --query A,B         queries (all): ${QUERY_NAMES.slice(0, 4).join(', ')},
                      ${QUERY_NAMES.slice(4).join(', ')}
  --value-bytes N     how long the value of query 8 is (100000000); it is asked for over one connection
  --connections N     each with one query in flight (10)
  --seconds N         how long each turn is timed (2)
  --milliseconds N    the same for short ones
  --warm-up-ms N      how long the same runs before (1000)
  --rounds N          the rows alternate in each (5)
  --contenders A,B    rows to run (every one that can): ${POSTGRES_CONTENDERS.slice(0, 6).join(', ')},
                      ${POSTGRES_CONTENDERS.slice(6).join(', ')}
  --quick             ${QUICK_CONTENDERS.join(', ')};
                      queries 1, 3 and 7, 300 ms behind 500 ms in each of 3 rounds, where not given
${suiteHelp('postgres')}`;

interface Parsed {
  choice: ServerChoice;
  options: PostgresRun['options'];
  asked: Asked;
}

/** Runs the command; resolves to the exit status. */
export async function postgres(args: string[]): Promise<number> {
  const { choice, options, asked } = parsePostgres(args);
  const catalogue = await findPostgresContenders(asked.names);
  const progress: PostgresRun['progress'] = makeTurnProgress(
    ({ contender, query, over }) => `${contender} at ${query.name} over ${over}`,
    ({ queriesPerSec }) => `${formatRate(queriesPerSec)} queries/s`,
  );
  return runSuiteCommand({
    asked,
    missing: catalogue.missing,
    run: async (signal) => {
      const server = await openServer(choice, options.over, options.connections);
      try {
        return await runPostgres({ options, catalogue, server, progress, signal });
      } finally {
        await server[Symbol.asyncDispose]();
      }
    },
    text: readable,
  });
}

function parsePostgres(args: string[]): Parsed {
  const values = parseOptions(args, {
    ...SUITE_OPTIONS,
    ...{ url: { type: 'string' }, server: { type: 'string' }, over: { type: 'string' }, query: { type: 'string' } },
    ...{ seconds: { type: 'string' }, milliseconds: { type: 'string' }, 'warm-up-ms': { type: 'string' } },
    connections: { type: 'string', default: '10' },
    'value-bytes': { type: 'string', default: '100000000' },
  });
  const { quick } = values;
  const choice = choiceOf(values);
  const queries = values.query ?? (quick ? QUICK_QUERIES : QUERY_NAMES.join(','));
  return {
    choice,
    options: {
      queries: namesOf('query', queries, QUERY_NAMES),
      over: namesOf('over', values.over ?? ('url' in choice ? overOf(choice.url) : 'tcp'), OVERS),
      connections: wholeNumber('connections', values.connections, 1),
      valueBytes: wholeNumber('value-bytes', values['value-bytes'], 1),
      seconds: millisecondsOf(values, quick ? 300 : 2000) / 1000,
      warmUpSeconds: wholeNumber('warm-up-ms', values['warm-up-ms'] ?? (quick ? '500' : '1000'), 0) / 1000,
      rounds: wholeNumber('rounds', values.rounds ?? (quick ? '3' : '5'), 1),
    },
    asked: askedOf(values, POSTGRES_CONTENDERS, quick ? QUICK_CONTENDERS : POSTGRES_CONTENDERS),
  };
}

function choiceOf({ url, server }: { url?: string | undefined; server?: string | undefined }): ServerChoice {
  if (url === undefined) return { start: oneOf('server', server ?? 'embedded', ['embedded', 'debian']) };
  if (server !== undefined) throw new UsageError('--url and --server exclude each other');
  const parsed = parsePostgresUrl(url);
  if (parsed === null) throw new UsageError('--url wants postgresql://USER:PASSWORD@HOST:PORT/DATABASE');
  return { url: parsed };
}

function millisecondsOf(
  { seconds, milliseconds }: { seconds?: string | undefined; milliseconds?: string | undefined },
  otherwise: number,
): number {
  if (seconds !== undefined && milliseconds !== undefined) {
    throw new UsageError('--seconds and --milliseconds exclude each other');
  }
  if (seconds !== undefined) return wholeNumber('seconds', seconds, 1) * 1000;
  return milliseconds === undefined ? otherwise : wholeNumber('milliseconds', milliseconds, 1);
}

/** Names separated by commas, none twice. */
function namesOf<const T extends string>(option: string, text: string, choices: readonly T[]): T[] {
  return [...new Set(text.split(',').map((name) => oneOf(option, name.trim(), choices)))];
}

function readable(result: PostgresResultFile): string {
  const tables = mattersOf(result).map(
    (matter) => `${matterTitle(matter)}\n${textTable(postgresTable(result, matter))}`,
  );
  return `${tables.join('\n\n')}\n${postgresSummary(result)}`;
}

/** The rows of the PostgreSQL suite: which there are, which can run here, and how they are started. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramCommand } from '../harness/child.js';
import type { MissingContender, Over } from '../harness/result.js';
import { POSTGRES_PROGRAM } from '../peers/node-programs.js';
import { findPostgresPeers } from '../peers/peers.js';
import { NODE_CLIENTS } from './clients/node-clients.js';
import type { Task } from './query.js';

/** A client that can run here. */
export interface PostgresContender extends ProgramCommand {
  contender: string;
  runtime: string;
}

/** What can run and what cannot. */
export interface PostgresCatalogue {
  found: PostgresContender[];
  missing: MissingContender[];
}

/** This row receives rows and looks at none. */
export const DISCARD = 'discard';

/** Every name a row can be asked for by, in the order of a table. */
export const POSTGRES_CONTENDERS: readonly string[] = [...NODE_CLIENTS, 'asyncpg', 'asyncpg-debian', 'pgx', DISCARD];

/** Node's ways of receiving that are not its client's own. */
const ENVIRONMENTS: Readonly<Record<string, ProgramCommand['env']>> = {
  'landfall-data': { LANDFALL_RECEIVE: 'copy' },
};

/** Looks for the named rows. */
export async function findPostgresContenders(names: readonly string[]): Promise<PostgresCatalogue> {
  const peers = await findPostgresPeers();
  const found = [...NODE_CLIENTS.map(nodeClient), ...peers.found];
  return {
    found: names.flatMap((name) => found.filter(({ contender }) => contender === name)),
    missing: names.flatMap((name) => peers.missing.filter(({ contender }) => contender === name)),
  };
}

/** Whether a row does a task over a kind of connection. */
export function canDo(contender: string, { kind, valueBytes }: Pick<Task, 'kind' | 'valueBytes'>, over: Over): boolean {
  if (contender === DISCARD) return kind === 'rows' && over !== 'tls';
  // In everything else it is the row `pg`.
  if (contender === 'pg-serial') return kind === 'batch';
  // Without a string it is the row `landfall`.
  return contender !== 'landfall-distinct' || valueBytes === 0;
}

function nodeClient(contender: string): PostgresContender {
  const name = contender.startsWith('landfall') ? '@landfall/postgres' : contender.replace(/-serial$/, '');
  const env = ENVIRONMENTS[contender];
  return {
    contender,
    command: process.execPath,
    args: [POSTGRES_PROGRAM, contender],
    ...(env === undefined ? {} : { env }),
    runtime: `node ${process.versions.node}, ${name} ${versionOf(name)}`,
  };
}

/** Of an installed package, whatever it lets others import. */
function versionOf(name: string): string {
  let folder = fileURLToPath(import.meta.resolve(name));
  for (;;) {
    folder = dirname(folder);
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    if (manifest.name === name) return manifest.version ?? '?';
  }
}

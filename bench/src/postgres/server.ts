/** The server that a run asks: one that a URL names, or one of its own. */
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import pg from 'pg';
import type { Over } from '../harness/result.js';
import { type Place, placeOf } from './place.js';

/** What a run asks of: a URL; or whose programs it starts. */
export type ServerChoice = { url: URL } | { start: 'embedded' | 'debian' };

/** A server that is there, and who makes its tables. */
export interface Server extends AsyncDisposable {
  /** For example `PostgreSQL 18.1, embedded`. */
  name: string;
  places: ReadonlyMap<Over, Place>;
  admin: pg.Client;
}

/** Above PostgreSQL's own of 128 MB nothing is faster here: the tables are small, or only written to. */
const SETTINGS = { shared_buffers: '128MB', max_wal_size: '4GB' };

/** Connects to it, or starts it first. */
export async function openServer(choice: ServerChoice, over: readonly Over[], connections: number): Promise<Server> {
  if ('url' in choice) {
    const places = new Map(over.map((each) => [each, placeOf(choice.url, each)]));
    return described('as given', places, null);
  }
  const settings = { ...SETTINGS, max_connections: String(Math.max(100, connections + 20)) };
  const installed = choice.start === 'debian' ? { installed: choice.start } : {};
  const server = await startPostgres({ settings, ...installed });
  const places = new Map(over.map((each) => [each, ownPlace(server, each)]));
  return described(choice.start, places, server);
}

function ownPlace(server: PostgresServer, over: Over): Place {
  const { host, port } = server.where.TCP;
  const at = over === 'unix' ? server.socketFolder : host;
  return { host: at, port, user: 'trusted', password: '', database: server.database, tls: over === 'tls' };
}

async function described(
  origin: string,
  places: ReadonlyMap<Over, Place>,
  server: PostgresServer | null,
): Promise<Server> {
  const [place] = places.values();
  if (place === undefined) throw new Error('no kind of connection was asked for');
  const { tls, ...where } = place;
  const admin = new pg.Client({ ...where, ssl: tls && { rejectUnauthorized: false } });
  admin.on('error', (error) => console.error(`the connection that makes the tables: ${error.message}`));
  try {
    await admin.connect();
    const { rows } = await admin.query<{ server_version: string }>('SHOW server_version');
    const dispose = async (): Promise<void> => {
      await admin.end();
      await server?.[Symbol.asyncDispose]();
    };
    const version = rows[0]?.server_version.replace(/ \(.*$/, '');
    return { name: `PostgreSQL ${version}, ${origin}`, places, admin, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await server?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** The PostgreSQL server of a test file. */
import { after, before } from 'node:test';
import type { Connection } from '@landfall/postgres';
import { connect } from '@landfall/postgres';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';

/** A server that runs while the file's tests do, and a connection to look at things with. */
export interface TestServer {
  readonly server: PostgresServer;
  readonly admin: Connection;
  readonly url: string;
}

/** Starts one before the tests of the file, and stops it behind them. */
export function useServer(): TestServer {
  let server: PostgresServer | undefined;
  let admin: Connection | undefined;
  before(async () => {
    server = await startPostgres();
    admin = await connect(server.url());
  });
  after(async () => {
    await admin?.close();
    await server?.[Symbol.asyncDispose]();
  });
  return {
    get server() {
      return server!;
    },
    get admin() {
      return admin!;
    },
    get url() {
      return server!.url();
    },
  };
}

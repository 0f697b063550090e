/** Everything that is tested on a real server, whichever it is. */
import { after, before, describe } from 'node:test';
import { type Connection, connect } from '@landfall/postgres';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import { connecting } from './connecting.js';
import { largeValues } from './large-values.js';
import { manyRows } from './many-rows.js';
import { queries } from './queries.js';
import { transcripts } from './transcripts.js';
import { values } from './values.js';

/** Registers the tests; the server is started once for all of them. */
export function onServer(name: string, options: Parameters<typeof startPostgres>[0], skip: string | false): void {
  describe(name, { skip }, () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres(options);
    });
    after(() => server[Symbol.asyncDispose]());
    describe('connecting', () => connecting(() => server));
    for (const over of ['tcp', 'unix', 'tls'] as const) {
      describe(`over ${over}`, () => {
        let connection: Connection;
        before(async () => {
          connection = await connect(server.url(over), over === 'tcp' ? { sslmode: 'disable' } : {});
        });
        after(() => connection.close());
        describe('queries', () => queries(() => connection));
        describe('large values', () => largeValues(() => connection));
        describe('many rows', () => manyRows(() => connection));
        describe('values', () => values(() => connection));
        if (over === 'tcp') describe('transcripts', () => transcripts(() => connection));
      });
    }
  });
}

/** Everything that is tested on a real server, whichever it is. */
import { after, before, describe } from 'node:test';
import { type Connection, connect } from '@landfall/postgres';
import { type PostgresServer, startPostgres } from '@landfall/postgres-server';
import { choosing, connecting, encrypting } from './connecting.js';
import { deadlines } from './deadlines.js';
import { largeValues } from './large-values.js';
import { manyRows, otherRows } from './many-rows.js';
import { calls, descriptions, queries, results } from './queries.js';
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
    describe('encrypting', () => encrypting(() => server));
    describe('choosing', () => choosing(() => server));
    describe('deadlines', () => deadlines(() => server));
    for (const over of ['tcp', 'unix', 'tls'] as const) {
      describe(`over ${over}`, () => {
        let connection: Connection;
        before(async () => {
          connection = await connect(server.url(over), over === 'tcp' ? { sslmode: 'disable' } : {});
        });
        after(() => connection.close());
        describe('queries', () => queries(() => connection));
        describe('calls', () => calls(() => connection));
        describe('descriptions', () => descriptions(() => connection));
        describe('results', () => results(() => connection));
        describe('large values', () => largeValues(() => connection));
        describe('many rows', () => manyRows(() => connection));
        describe('other rows', () => otherRows(() => connection));
        if (over !== 'tcp') return;
        describe('values', () => values(() => connection));
        describe('transcripts', () => transcripts(() => connection));
      });
    }
  });
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import {
  type Origin,
  type Over,
  type PostgresServer,
  postgresLack,
  startPostgres,
  type UserName,
} from './postgres-server.js';

/** Asks one question as a user. */
async function ask(
  server: PostgresServer,
  over: Over,
  user: UserName,
  question: string,
  password = server.password,
): Promise<unknown> {
  const { host, port } = server.where.TCP;
  const ssl = over === 'tls' && { ca: readFileSync(`${server.certificatePath}`, 'utf8') };
  const client = new pg.Client({
    ...{ host: over === 'unix' ? server.socketFolder : host, port, user, password, database: server.database, ssl },
  });
  try {
    await client.connect();
    const { rows } = await client.query<unknown[]>({ text: question, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

for (const origin of ['embedded', 'debian'] as const satisfies readonly Origin[]) {
  describe(`a server of one’s own (${origin})`, { skip: postgresLack(origin) ?? false }, () => {
    let server: PostgresServer;
    before(async () => {
      const settings = { work_mem: '5MB' };
      server = await startPostgres(origin === 'debian' ? { settings, installed: origin } : { settings });
    });
    after(() => server?.[Symbol.asyncDispose]());

    it('lets every user in over TCP, a Unix socket and TLS', async () => {
      const everywhere = server.users.filter((user) => !user.endsWith('encrypted'));
      for (const user of everywhere) {
        for (const over of ['tcp', 'unix', 'tls'] as const)
          assert.equal(await ask(server, over, user, 'SELECT current_user'), user);
      }
    });

    it('asks for the password', async () => {
      for (const user of ['landfall', 'scram', 'md5', 'cleartext'] as const)
        await assert.rejects(ask(server, 'tcp', user, 'SELECT 1', 'wrong'), { code: '28P01' });
      assert.equal(await ask(server, 'tcp', 'trusted', 'SELECT 1', 'wrong'), 1);
    });

    it('lets one user in over TLS alone, and one without it', async () => {
      const question = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      assert.equal(await ask(server, 'tls', 'encrypted', question), true);
      assert.equal(await ask(server, 'tcp', 'unencrypted', question), false);
      await assert.rejects(ask(server, 'tcp', 'encrypted', question), { code: '28000' });
      await assert.rejects(ask(server, 'tls', 'unencrypted', question), { code: '28000' });
    });

    it('takes settings', async () => {
      assert.equal(await ask(server, 'tcp', 'trusted', 'SHOW work_mem'), '5MB');
    });

    it('is there again after a restart, on the same port and with its data', async () => {
      await ask(server, 'tcp', 'trusted', 'CREATE TABLE kept AS SELECT 5 AS five');
      await server.restart();
      assert.equal(await ask(server, 'tcp', 'trusted', 'SELECT five FROM kept'), 5);
    });
  });
}

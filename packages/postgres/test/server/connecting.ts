/** Connecting: over everything a server listens on, as everybody it knows. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { connect } from '@landfall/postgres';
import type { PostgresServer } from '@landfall/postgres-server';

/** Tests that connect. */
export function connecting(server: () => PostgresServer): void {
  for (const over of ['tcp', 'unix', 'tls'] as const) {
    it(`over ${over}`, async () => {
      await using connection = await connect(server().url(over), over === 'tcp' ? { sslmode: 'disable' } : {});
      assert.equal(await connection.queryValue('SELECT 1'), 1);
      const isEncrypted = await connection.queryValue('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      assert.equal(isEncrypted, over === 'tls');
    });
  }

  for (const user of ['scram', 'md5', 'cleartext', 'trusted'] as const) {
    it(`as ${user}, with and without TLS`, async () => {
      for (const over of ['tcp', 'unix', 'tls'] as const) {
        await using connection = await connect(server().url(over, user));
        assert.equal(await connection.queryValue('SELECT current_user::text'), user);
      }
    });
  }

  it('binds the channel to the certificate', async () => {
    await using connection = await connect(server().url('tls', 'scram'), { channelBinding: 'require' });
    assert.equal(await connection.queryValue('SELECT 1'), 1);
    const unencrypted = connect(server().url('tcp', 'scram'), { sslmode: 'disable', channelBinding: 'require' });
    await assert.rejects(unencrypted, { code: 'ERR_AUTH' });
  });

  it('refuses what requireAuth does not name', async () => {
    await assert.rejects(connect(server().url('tcp', 'cleartext'), { requireAuth: 'scram-sha-256' }), {
      code: 'ERR_AUTH',
    });
    await assert.rejects(connect(server().url('tcp', 'trusted'), { requireAuth: 'scram-sha-256' }), {
      code: 'ERR_AUTH',
    });
  });

  it('tells of a wrong password, and of one that is asked for each time', async () => {
    const wrong = connect(server().url('tcp', 'scram'), { password: 'wrong' });
    await assert.rejects(wrong, { name: 'InvalidAuthorizationError', sqlstate: '28P01' });
    let asked = 0;
    const password = async (): Promise<string> => {
      asked++;
      return server().password;
    };
    for (let i = 1; i <= 2; i++) {
      await using connection = await connect(server().url('tcp', 'scram'), { password });
      assert.equal(asked, i);
      assert.equal(await connection.queryValue('SELECT 1'), 1);
    }
    const mine = new Error('no password today');
    await assert.rejects(
      connect(server().url('tcp', 'scram'), { password: () => Promise.reject(mine) }),
      (error: Error) => error === mine || error.cause === mine,
    );
  });
}

/** Tests that encrypt. */
export function encrypting(server: () => PostgresServer): void {
  it('encrypts as sslmode says, and as the server wants', async () => {
    const isEncrypted = async (
      user: 'encrypted' | 'unencrypted' | 'trusted',
      sslmode: 'allow' | 'prefer' | 'require',
    ) => {
      await using connection = await connect(server().url('tcp', user), { sslmode });
      return connection.queryValue('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    };
    assert.equal(await isEncrypted('trusted', 'prefer'), true);
    assert.equal(await isEncrypted('trusted', 'allow'), false);
    assert.equal(await isEncrypted('trusted', 'require'), true);
    assert.equal(await isEncrypted('encrypted', 'allow'), true);
    assert.equal(await isEncrypted('unencrypted', 'prefer'), false);
    await assert.rejects(isEncrypted('unencrypted', 'require'), { sqlstate: '28000' });
  });

  it('checks the certificate as sslmode says', async () => {
    const url = server().url('tls').replace('verify-full', 'verify-ca');
    await (await connect(url)).close();
    const unknown = server().url('tcp');
    await assert.rejects(connect(unknown, { sslmode: 'verify-full', sslrootcert: 'system' }), { code: 'ERR_TLS' });
  });

  it('speaks TLS from the start with servers that know it', async () => {
    await using connection = await connect(server().url('tcp'), { sslmode: 'disable' });
    const isOld = Number(await connection.queryValue<string>("SELECT current_setting('server_version_num')")) < 170000;
    const direct = connect(server().url('tls'), { sslnegotiation: 'direct' });
    if (isOld) return assert.rejects(direct, { code: 'ERR_TLS' });
    await using encrypted = await direct;
    assert.equal(await encrypted.queryValue('SELECT 1'), 1);
  });
}

/** Tests of what else there is to say about a connection. */
export function choosing(server: () => PostgresServer): void {
  it('tries the next host', async () => {
    const { host, port } = server().where.TCP;
    await using connection = await connect({
      host: ['127.0.0.1', host],
      port: [1, port],
      user: 'trusted',
      database: 'postgres',
    });
    assert.equal(await connection.queryValue('SELECT 1'), 1);
    const none = connect({ host: ['127.0.0.1', '127.0.0.1'], port: [1, 2], user: 'trusted' });
    await assert.rejects(none, { code: 'ERR_CONNECT', message: /none of 2 hosts/ });
  });

  it('sends settings, and tells of notices', async () => {
    const notices: string[] = [];
    await using connection = await connect(server().url(), {
      applicationName: 'tests',
      options: { statement_timeout: '7s' },
      onNotice: ({ message }) => notices.push(message),
    });
    assert.equal(await connection.queryValue("SELECT current_setting('application_name')"), 'tests');
    assert.equal(await connection.queryValue("SELECT current_setting('statement_timeout')"), '7s');
    await connection.execute("DO $$ BEGIN RAISE NOTICE 'heard'; END $$");
    assert.deepEqual(notices, ['heard']);
  });

  it('closes after what is under way, and takes no more', async () => {
    const connection = await connect(server().url());
    const last = connection.queryValue('SELECT pg_sleep(0.05)::text');
    const closed = connection.close();
    await assert.rejects(connection.query('SELECT 1'), { code: 'ERR_CLOSED', safeToRetry: true });
    assert.equal(await last, '');
    await closed;
    await connection.close();
    assert.equal(connection.isOpen, false);
  });
}

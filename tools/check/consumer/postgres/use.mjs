// Runs in an empty project that has the packed @landfall/postgres and what it needs: all but a server.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as postgres from '@landfall/postgres';

const { ConnectionError, connect, createPool, PostgresClientError, PostgresError, IntegrityConstraintViolationError } =
  postgres;

const noServer = { host: '127.0.0.1', port: 1, user: 'nobody', connectTimeoutMs: 5_000 };
await assert.rejects(connect(noServer), (error) => error instanceof ConnectionError && error.code === 'ERR_CONNECT');
await assert.rejects(connect('postgres://nobody@127.0.0.1/?sslmode=perhaps'), { code: 'ERR_CONFIG' });
const pool = createPool(noServer);
await assert.rejects(pool.sql`SELECT ${1}::int`, (error) => error instanceof PostgresClientError && error.safeToRetry);
await pool.close();
assert.ok(IntegrityConstraintViolationError.prototype instanceof PostgresError);

// By `require` the very same modules.
const require = createRequire(import.meta.url);
assert.equal(require('@landfall/postgres').connect, connect);
assert.deepEqual(Object.keys(require('@landfall/postgres')), Object.keys(postgres));
assert.equal(require('@landfall/postgres/package.json').name, '@landfall/postgres');
assert.equal('default' in postgres, false);
